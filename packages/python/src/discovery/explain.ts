/** Turns a report into lines for people. Text only: printing is the caller's business. */
import type { CandidateReport, PythonDescription } from '../installation.js';
import { buildText } from '../version-request.js';

/**
 * Says in readable lines what a candidate is, and why it is used or not.
 *
 * @param report - from `listPythons`
 * @returns lines without line ends; the first names the candidate, the others are indented
 */
export function explain(report: CandidateReport): string[] {
  const python = report.usable ? report.installation : report.description;
  const lines = [`${report.path} (${report.source})`];
  if (python !== undefined) {
    lines.push(`  ${describePython(python)}`);
    if (python.executable !== report.path) {
      lines.push(`  program: ${python.executable}`);
    }
    if (python.isVirtualEnvironment) {
      lines.push(`  virtual environment, made from ${python.baseExecutable}`);
    }
  }
  if (report.usable) {
    lines.push(`  library: ${report.installation.libpython}`);
    if (report.installation.builtinExtensions.length > 0) {
      lines.push(`  linked into the library: ${report.installation.builtinExtensions.join(', ')}`);
    }
  } else {
    lines.push(`  refused: ${report.refusal.reason}`, `  remedy: ${report.refusal.remedy}`);
  }
  for (const alias of report.aliases) {
    lines.push(`  also found as ${alias.path} (${alias.source})`);
  }
  return lines;
}

/**
 * Names a Python in one line.
 *
 * @param python - a description or installation
 * @returns for example `CPython 3.14.5t, free-threaded, x86_64`
 */
export function describePython(python: PythonDescription): string {
  const names: Readonly<Record<string, string>> = { cpython: 'CPython', pypy: 'PyPy' };
  const parts = [
    `${names[python.implementation] ?? python.implementation} ${buildText(python)}`,
    python.freeThreaded ? 'free-threaded' : 'GIL',
    ...(python.debug ? ['debug'] : []),
    ...(python.sanitizer === null ? [] : [`${python.sanitizer} sanitizer`]),
    python.machine,
  ];
  return parts.join(', ');
}
