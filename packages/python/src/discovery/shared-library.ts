/**
 * Finds the shared library of a Python and checks that it is the one: the right processor, the right
 * version, free-threaded exactly when Python says so. A `pyvenv.cfg`, a configuration variable or a
 * file name alone may be wrong, and loading the wrong library ends the process.
 */
import fs from 'node:fs';
import path from 'node:path';
import { isLibraryCutShort } from '@nogil/abi';
import { readBinaryHeader } from '../binary-header.js';
import type { PythonDescription, Refusal } from '../installation.js';
import { libraryCandidates, type Host } from '../platform.js';
import type { ProbeDetails } from './probe-answer.js';

/** The library, or why there is none to use. */
export type LibraryResult =
  | { readonly libpython: string; readonly refusal?: undefined }
  | { readonly libpython?: undefined; readonly refusal: Refusal };

/**
 * Finds and checks the shared library of a Python.
 *
 * @param host - the machine this process runs on
 * @param python - what the Python says about itself
 * @param details - its answer, for what `sysconfig` knows about the library
 * @returns the absolute path of the library, or a refusal
 */
export function findSharedLibrary(
  host: Host,
  python: PythonDescription,
  details: ProbeDetails,
): LibraryResult {
  const { library } = details;
  const files = libraryCandidates(host, {
    major: python.version.major,
    minor: python.version.minor,
    freeThreaded: python.freeThreaded,
    debug: python.debug,
    basePrefix: python.basePrefix,
    baseExecPrefix: python.baseExecPrefix,
    libraryDirectory: library.libdir,
    linkName: library.ldlibrary,
    installedName: library.instsoname,
    multiarch: library.multiarch,
    configDirectory: library.libpl,
    frameworkPrefix: library.framework_prefix,
    loaded: library.loaded,
  }).filter((file) => path.isAbsolute(file) && isFile(file));
  let refusal: Refusal | undefined;
  for (const file of files) {
    const problem = checkLibrary(host, python, details, file);
    if (problem === undefined) {
      return { libpython: file };
    }
    // The first is the best evidence, so its problem is the one worth telling.
    refusal ??= problem;
  }
  return { refusal: refusal ?? noLibrary(python) };
}

function isFile(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function checkLibrary(
  host: Host,
  python: PythonDescription,
  details: ProbeDetails,
  file: string,
): Refusal | undefined {
  const reinstall = 'Reinstall this Python, or install another with `npx nogil python install`.';
  const header = readBinaryHeader(file);
  if (header === undefined || isLibraryCutShort(file)) {
    return { reason: `has a library that is not one: ${file} is damaged`, remedy: reinstall };
  }
  if (!header.architectures.includes(host.arch)) {
    const found = header.architectures.join(' and ');
    return {
      reason: `has a library for ${found} (${file}), and this process is ${host.arch}`,
      remedy:
        `Use a Python for ${host.arch} (\`npx nogil python install\` makes one), ` +
        `or a JavaScript runtime for ${found}.`,
    };
  }
  // The real name carries version and flags; the name in use may be a link such as libpython3.so.1.
  const name = path.basename(fs.realpathSync(file));
  const named = /python(\d)\.?(\d+)(t?)/.exec(name);
  if (
    named !== null &&
    (Number(named[1]) !== python.version.major || Number(named[2]) !== python.version.minor)
  ) {
    return {
      reason: `is ${python.version.text}, and its library ${file} is of another version`,
      remedy: reinstall,
    };
  }
  const claims = [python.freeThreaded];
  if (named !== null) {
    claims.push(named[3] === 't');
  }
  if (details.abiflags !== null) {
    claims.push(details.abiflags.includes('t'));
  }
  if (new Set(claims).size > 1) {
    return {
      reason:
        `contradicts itself: Py_GIL_DISABLED is ${python.freeThreaded ? 1 : 0}, ` +
        `its ABI flags are "${details.abiflags ?? ''}" and its library is ${file}`,
      remedy: reinstall,
    };
  }
  return undefined;
}

function noLibrary(python: PythonDescription): Refusal {
  const version = `${python.version.major}.${python.version.minor}`;
  const remedies: Partial<Record<PythonDescription['source'], string>> = {
    pyenv:
      'Rebuild it with PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install --force ' +
      `${python.version.text}, or use \`npx nogil python install\`.`,
  };
  const system = python.basePrefix === '/usr';
  return {
    reason: 'has no shared library (libpython): it was built without --enable-shared',
    remedy:
      remedies[python.source] ??
      (system
        ? `Install its library (on Debian and Ubuntu: apt-get install libpython${version}), ` +
          'or use `npx nogil python install`.'
        : 'Use a Python built with --enable-shared; `npx nogil python install` makes one.'),
  };
}
