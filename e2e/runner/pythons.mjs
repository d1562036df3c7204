// @ts-check
import { describePython, findInstalled, findPython, listPythons } from '@nogil/python';

/** The minor versions that have a GIL build nogil supports. */
const GIL_MINORS = ['3.10', '3.11', '3.12', '3.13', '3.14'];

/**
 * A Python to load.
 * @typedef {object} Python
 * @property {string} name - `3.14.5t`
 * @property {string} executable - absolute path
 * @property {string} description - for people
 */

/** @typedef {import('./engines.mjs').Missing} Missing */
/** @typedef {import('@nogil/python').PythonInstallation} PythonInstallation */

/**
 * The Python that every check runs on: the one `NOGIL_PYTHON` names, else a free-threaded 3.14.
 *
 * @returns {Python}
 * @throws NogilError that names what was looked at and the command that installs one
 */
export function findPrimaryPython() {
  const named = process.env.NOGIL_PYTHON;
  return python(
    named ? findPython() : (findInstalled('3.14t') ?? findPython({ version: '3.14t' })),
  );
}

/**
 * The first GIL build of each minor version on this machine.
 *
 * @returns {{ pythons: Python[], missing: Missing[] }}
 */
export function findGilPythons() {
  const env = { ...process.env, NOGIL_PYTHON: undefined, VIRTUAL_ENV: undefined };
  /** @type {Map<string, Python>} */
  const byMinor = new Map();
  for (const report of listPythons({ env })) {
    if (!report.usable) continue;
    const { installation } = report;
    const { version, freeThreaded, debug, sanitizer, isVirtualEnvironment } = installation;
    if (freeThreaded || debug || sanitizer !== null || isVirtualEnvironment) continue;
    const minor = `${version.major}.${version.minor}`;
    if (!byMinor.has(minor)) byMinor.set(minor, python(installation));
  }
  return {
    pythons: GIL_MINORS.flatMap((minor) => byMinor.get(minor) ?? []),
    missing: GIL_MINORS.filter((minor) => !byMinor.has(minor)).map((minor) => ({
      name: minor,
      reason: `no usable GIL build of Python ${minor} is installed`,
    })),
  };
}

/**
 * @param {PythonInstallation} installation
 * @returns {Python}
 */
function python(installation) {
  const { version, freeThreaded, executable } = installation;
  return {
    name: `${version.text}${freeThreaded ? 't' : ''}`,
    executable,
    description: describePython(installation),
  };
}
