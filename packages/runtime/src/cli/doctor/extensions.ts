import {
  extensionPackages,
  gilVerdict,
  type GilVerdict,
  type PythonInstallation,
} from '@nogil/python';

import type { Finding } from './finding.js';

function finding(verdict: GilVerdict): Finding {
  const { name } = verdict;
  switch (verdict.gil) {
    case 'off':
      return { subject: name, state: 'good', says: 'runs without the GIL' };
    case 'on':
      return {
        subject: name,
        state: 'warning',
        says: `importing it turns the GIL on for the whole process (module ${verdict.module} does not say it can do without)`,
        remedy: `look for a newer ${name}; if you know it is safe, PYTHON_GIL=0 keeps the GIL off`,
      };
    case 'unknown':
      return {
        subject: name,
        state: 'warning',
        says: `cannot be imported by this Python: ${verdict.reason}`,
        remedy: 'reinstall what brings it: npx nogil pip install --force-reinstall …',
      };
  }
}

/**
 * Which installed packages would turn the GIL of a free-threaded Python on. Each is imported in a
 * process of its own: only the import tells, and it may do anything.
 */
export async function extensionFindings(python: PythonInstallation): Promise<Finding[]> {
  if (!python.freeThreaded) return [];
  const findings: Finding[] = [];
  for (const name of await extensionPackages(python)) {
    findings.push(finding(await gilVerdict(python, name)));
  }
  return findings;
}
