// @ts-check
import {
  describePython,
  findInstalled,
  findPython,
  installPython,
  listPythons,
  pythonVariants,
} from '@nogil/python';

/**
 * The builds that nogil supports, as `nogil python install` names them. Of what is `coming` there is no release yet: it
 * joins where it is installed, and nobody misses it elsewhere.
 */
const BUILDS = [
  { name: '3.10' },
  { name: '3.11' },
  { name: '3.12' },
  { name: '3.13' },
  { name: '3.14' },
  { name: '3.14t' },
  { name: '3.14d' },
  { name: '3.15', coming: true },
  { name: '3.15t', coming: true },
];

/**
 * A Python to load.
 * @typedef {object} Python
 * @property {string} name - `3.14.5t`; of an installation, what is special about it
 * @property {string} build - `3.14t`
 * @property {string} executable - absolute path
 * @property {string} description - for people
 * @property {readonly string[]} [launcher] - what starts the process that loads it: a program and its first arguments
 * @property {Readonly<Record<string, string>>} [environment] - of that process
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
  return describe(
    named ? findPython() : (findInstalled('3.14t') ?? findPython({ version: '3.14t' })),
  );
}

/**
 * The first GIL build of each minor version on this machine.
 *
 * @returns {{ pythons: Python[], missing: Missing[] }}
 */
export function findGilPythons() {
  return findBuilds(({ name }) => /^3\.\d+$/.test(name));
}

/**
 * Every supported build, the first of each on this machine.
 *
 * @param {(build: { name: string }) => boolean} [wanted]
 * @returns {{ pythons: Python[], missing: Missing[] }}
 */
export function findBuilds(wanted = () => true) {
  const env = { ...process.env, NOGIL_PYTHON: undefined, VIRTUAL_ENV: undefined };
  /** @type {Map<string, Python>} */
  const found = new Map();
  for (const report of listPythons({ env })) {
    if (!report.usable) continue;
    const { installation } = report;
    if (installation.sanitizer !== null || installation.isVirtualEnvironment) continue;
    const python = describe(installation);
    if (!found.has(python.build)) found.set(python.build, python);
  }
  // A debug build is used only when it is asked for.
  for (const variant of pythonVariants) {
    const installation = found.has(variant) ? undefined : findInstalled(variant);
    if (installation?.sanitizer === null) found.set(variant, describe(installation));
  }
  const builds = BUILDS.filter(wanted);
  return {
    pythons: builds.flatMap(({ name }) => found.get(name) ?? []),
    missing: builds
      .filter(({ name, coming = false }) => !found.has(name) && !coming)
      .map(({ name }) => ({ name, reason: `no usable Python ${name} is installed` })),
  };
}

/**
 * Installs the builds that are not there, as far as nogil can: from source, minutes each.
 *
 * @param {readonly Missing[]} missing
 */
export async function installBuilds(missing) {
  for (const variant of pythonVariants.filter((each) =>
    missing.some(({ name }) => name === each),
  )) {
    console.log(`installing Python ${variant}, once`);
    await installPython({ variant });
  }
}

/**
 * @param {PythonInstallation} installation
 * @returns {Python}
 */
export function describe(installation) {
  const { version, freeThreaded, debug, executable } = installation;
  const flags = `${freeThreaded ? 't' : ''}${debug ? 'd' : ''}`;
  return {
    name: `${version.text}${flags}`,
    build: `${version.major}.${version.minor}${flags}`,
    executable,
    description: describePython(installation),
  };
}
