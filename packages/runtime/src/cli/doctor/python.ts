import { describePython, findPython, type PythonInstallation } from '@nogil/python';

import { messageOf } from '../failure.js';
import type { Finding } from './finding.js';

const reasons: Readonly<Record<PythonInstallation['source'], string>> = {
  option: 'it was asked for',
  NOGIL_PYTHON: 'NOGIL_PYTHON names it',
  VIRTUAL_ENV: 'its virtual environment is active (VIRTUAL_ENV)',
  '.venv': 'it is the nearest .venv',
  embedded: 'it came with nogil',
  installed: 'nogil installed it',
  PATH: 'it is the first usable one on the PATH',
  pyenv: 'pyenv has it',
  uv: 'uv has it',
  conda: 'conda has it',
};

/** Which Python would be used, why, and what there is to say about its build. */
export function chosenPython(): {
  readonly python: PythonInstallation | undefined;
  readonly findings: Finding[];
} {
  let python: PythonInstallation;
  try {
    python = findPython();
  } catch (error) {
    return {
      python: undefined,
      findings: [{ subject: 'Python', state: 'problem', says: messageOf(error) }],
    };
  }
  const findings: Finding[] = [
    {
      subject: 'Python',
      state: 'good',
      says: `${describePython(python)}; ${python.executable}; ${reasons[python.source]}`,
    },
    python.freeThreaded
      ? { subject: 'threads', state: 'good', says: 'free-threaded: Python runs on every core' }
      : {
          subject: 'threads',
          state: 'warning',
          says: 'a GIL build: Python runs on one core at a time',
          remedy: 'npx nogil python install 3.14t',
        },
  ];
  if (process.env.PYTHON_GIL === '1' && python.freeThreaded) {
    findings.push({
      subject: 'GIL',
      state: 'warning',
      says: 'PYTHON_GIL=1 turns the GIL on',
      remedy: 'unset PYTHON_GIL',
    });
  }
  return { python, findings };
}
