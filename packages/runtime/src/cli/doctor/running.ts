import { execFileSync } from 'node:child_process';

import type { PythonInstallation } from '@nogil/python';

import { python as embedded, type PyProxy } from '../../index.js';
import { messageOf } from '../failure.js';
import type { Finding } from './finding.js';

/** What must be the same inside the host as outside: libraries that the host has copies of, too. */
const LIBRARIES = [
  ['ssl', 'ssl', 'OPENSSL_VERSION'],
  ['zlib', 'zlib', 'ZLIB_RUNTIME_VERSION'],
] as const;

function outside(python: PythonInstallation, module: string, attribute: string): string {
  return execFileSync(
    python.executable,
    ['-c', `import ${module}; print(${module}.${attribute})`],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    },
  ).trim();
}

function attributeOf(module: string, attribute: string): unknown {
  using imported = embedded.import<PyProxy>(module);
  return imported[attribute];
}

function libraryFinding(python: PythonInstallation, library: (typeof LIBRARIES)[number]): Finding {
  const [subject, module, attribute] = library;
  try {
    const expected = outside(python, module, attribute);
    const found = String(attributeOf(module, attribute));
    if (found === expected) return { subject, state: 'good', says: `${found}, Python's own` };
    return {
      subject,
      state: 'problem',
      says: `Python uses the host's library (${found}) instead of its own (${expected})`,
      remedy: python.builtinExtensions.length
        ? `this Python has it linked in; use another: npx nogil python install`
        : 'unset NOGIL_DEEPBIND, or use another Python: npx nogil python install',
    };
  } catch (error) {
    return { subject, state: 'warning', says: `cannot be used: ${messageOf(error)}` };
  }
}

function numpyFinding(): Finding {
  try {
    const version = String(attributeOf('numpy', '__version__'));
    return { subject: 'numpy', state: 'good', says: `${version} can be imported` };
  } catch (error) {
    return {
      subject: 'numpy',
      state: 'warning',
      says: `cannot be imported: ${messageOf(error)}`,
      remedy: 'if you need it: npx nogil pip install numpy',
    };
  }
}

/** Starts Python in this process and tries what tends to go wrong there. */
export function runningFindings(python: PythonInstallation): Finding[] {
  try {
    embedded.start({ executable: python.executable });
  } catch (error) {
    return [{ subject: 'start', state: 'problem', says: messageOf(error) }];
  }
  const findings: Finding[] = [
    { subject: 'start', state: 'good', says: 'Python runs in this process' },
  ];
  for (const library of LIBRARIES) findings.push(libraryFinding(python, library));
  findings.push(numpyFinding());
  const { freeThreaded, gilEnabled } = embedded.info();
  if (freeThreaded) {
    findings.push({
      subject: 'GIL',
      state: gilEnabled ? 'warning' : 'good',
      says: gilEnabled ? 'is on now' : 'is off',
      ...(gilEnabled ? { remedy: 'see which package above turns it on' } : {}),
    });
  }
  return findings;
}
