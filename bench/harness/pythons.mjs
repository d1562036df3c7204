// @ts-check
import { findInstalled, findPython, listPythons } from '@nogil/python';
import { capture } from './capture.mjs';

/** GIL builds, the first that is installed; pymport supports none newer than 3.12. */
const GIL_MINORS = ['3.12', '3.11', '3.13', '3.14', '3.10'];

/** What a C compiler and the addons of peers need to know. */
const ASK = `
import json, sys, sysconfig
get = sysconfig.get_config_var
print(json.dumps({"include": sysconfig.get_path("include"), "library": get("LIBDIR"), "link": "python" + get("LDVERSION"),
                  "prefix": sys.base_prefix, "scripts": get("BINDIR")}))
`;

/**
 * @typedef {object} Python
 * @property {string} name - `3.14.5t`
 * @property {boolean} freeThreaded
 * @property {string} executable - absolute path
 * @property {string} include - folder of Python.h
 * @property {string} library - folder of libpython
 * @property {string} link - what libpython is called for the linker
 * @property {string} prefix
 * @property {string} scripts - folder of `python3` and `python3-config`
 */

/**
 * The Pythons of the tables: the one `NOGIL_PYTHON` names, else a free-threaded 3.14, and a GIL build beside it.
 *
 * @param {string | undefined} gil - a minor version, as `3.11`, or `none`; without it the first that is installed
 * @returns {Promise<Python[]>}
 * @throws NogilError that names what was looked at, where there is none at all
 */
export async function findPythons(gil) {
  const first = process.env.NOGIL_PYTHON
    ? findPython()
    : (findInstalled('3.14t') ?? findPython({ version: '3.14t' }));
  const second = findGil(gil === undefined ? GIL_MINORS : [gil]); // 'none' is no minor version
  const found = second === undefined || !first.freeThreaded ? [first] : [first, second];
  return Promise.all(found.map(describe));
}

/** @param {readonly string[]} minors */
function findGil(minors) {
  const env = { ...process.env, NOGIL_PYTHON: undefined, VIRTUAL_ENV: undefined };
  const builds = listPythons({ env })
    .flatMap((report) => (report.usable ? [report.installation] : []))
    .filter(
      ({ freeThreaded, debug, sanitizer, isVirtualEnvironment }) =>
        !freeThreaded && !debug && sanitizer === null && !isVirtualEnvironment,
    );
  for (const minor of minors) {
    const build = builds.find(({ version }) => `${version.major}.${version.minor}` === minor);
    if (build !== undefined) return build;
  }
  return undefined;
}

/**
 * @param {import('@nogil/python').PythonInstallation} installation
 * @returns {Promise<Python>}
 */
async function describe({ version, freeThreaded, executable }) {
  const { stdout } = await capture(executable, ['-c', ASK]);
  return {
    name: `${version.text}${freeThreaded ? 't' : ''}`,
    freeThreaded,
    executable,
    ...JSON.parse(stdout),
  };
}

/**
 * The environment in which programs that embed a Python, or look for `python3` and `python3-config`, find this one.
 *
 * @param {Python} python
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentFor({ executable, library, prefix, scripts }) {
  const libraries = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return {
    ...process.env,
    PATH: `${scripts}:${process.env.PATH}`,
    [libraries]: library,
    PKG_CONFIG_PATH: `${library}/pkgconfig`,
    PYTHONHOME: prefix,
    PYTHONUTF8: '1',
    PYTHON_BIN: executable,
    NOGIL_PYTHON: executable,
    NOGIL_BENCH_PYTHON: executable,
  };
}
