import { coreFindings } from './doctor/core.js';
import { extensionFindings } from './doctor/extensions.js';
import type { Finding } from './doctor/finding.js';
import { hostFindings } from './doctor/host.js';
import { chosenPython } from './doctor/python.js';
import { runningFindings } from './doctor/running.js';

const marks = { good: '✓', warning: '!', problem: '✗' } as const;

function write(findings: readonly Finding[]): void {
  for (const { subject, state, says, remedy } of findings) {
    process.stdout.write(`${marks[state]} ${subject}: ${says}\n`);
    if (remedy !== undefined) process.stdout.write(`    → ${remedy}\n`);
  }
}

/**
 * `nogil doctor`: looks at everything a first call needs, from the outside in, and goes on where it can.
 *
 * @param json - one JSON document instead of lines
 * @returns whether there is no problem; warnings are none
 */
export async function doctor(json: boolean): Promise<boolean> {
  const findings: Finding[] = [...hostFindings(), ...coreFindings()];
  const { python, findings: choice } = chosenPython();
  findings.push(...choice);
  if (python !== undefined) {
    findings.push(...(await extensionFindings(python)));
    if (findings.every(({ state }) => state !== 'problem'))
      findings.push(...runningFindings(python));
  }
  const healthy = findings.every(({ state }) => state !== 'problem');
  if (json) {
    process.stdout.write(`${JSON.stringify({ healthy, findings, python }, null, 2)}\n`);
  } else {
    write(findings);
    process.stdout.write(
      healthy ? '\nAll is well.\n' : '\nThere are problems; see the arrows above.\n',
    );
  }
  return healthy;
}
