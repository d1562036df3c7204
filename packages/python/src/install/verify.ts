/**
 * Runs a finished Python before anyone may find it: it must find its own standard library and library
 * where it lies now, import what people expect, and be the build that was asked for.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { NogilError } from '@nogil/abi';
import type { PythonInstallation } from '../installation.js';
import type { Environment } from '../platform.js';
import { buildEnvironment } from './build.js';
import type { VariantFacts } from './variant.js';

const program = `
import ctypes, importlib, json, sys, sysconfig
missing = {}
for name in ('ssl', 'zlib', 'hashlib', 'json', 'asyncio', 'threading', 'multiprocessing', 'venv',
             'sqlite3', 'lzma', 'bz2', 'compression.zstd', 'readline', 'curses'):
    try:
        importlib.import_module(name)
    except ImportError as error:
        missing[name] = str(error)
library = ctypes.PyDLL(sys.argv[1])
library.Py_GetVersion.restype = ctypes.c_char_p
print(json.dumps({
    'missing': missing,
    'gil': sys._is_gil_enabled(),
    'disabled': bool(sysconfig.get_config_var('Py_GIL_DISABLED')),
    'debug': hasattr(sys, 'gettotalrefcount'),
    'prefix': sys.prefix,
    'same': library.Py_GetVersion().decode() == sys.version,
    'refcnt': hasattr(library, 'Py_REFCNT'),
}))
`;

interface Findings {
  readonly missing: Readonly<Record<string, string>>;
  readonly gil: boolean;
  readonly disabled: boolean;
  readonly debug: boolean;
  readonly prefix: string;
  readonly same: boolean;
  readonly refcnt: boolean;
}

const optional = ['sqlite3', 'lzma', 'bz2', 'compression.zstd', 'readline', 'curses'];

/**
 * Verifies a Python that was just built or downloaded.
 *
 * @param python - as found by asking it
 * @param facts - the variant it should be
 * @param env - environment to run it in; Python's own settings are left out
 * @param signal - stops it
 * @returns notes about optional modules it lacks
 * @throws NogilError `INSTALL_FAILED` with what is wrong
 */
export async function verifyPython(
  python: PythonInstallation,
  facts: VariantFacts,
  env: Environment,
  signal: AbortSignal,
): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    python.executable,
    ['-I', '-c', program, python.libpython],
    { env: { ...buildEnvironment(env) }, signal, timeout: 120_000 },
  );
  const findings = JSON.parse(stdout) as Findings;
  const names = Object.keys(findings.missing);
  const problems = [
    ...names
      .filter((name) => !optional.includes(name))
      .map((name) => `import ${name} fails: ${findings.missing[name] ?? ''}`),
    ...(findings.disabled === facts.freeThreaded
      ? []
      : ['Py_GIL_DISABLED is not what was asked for']),
    ...(findings.gil === facts.freeThreaded ? ['the GIL is not in the state asked for'] : []),
    ...(findings.debug === facts.debug ? [] : ['Py_DEBUG is not what was asked for']),
    ...(python.sanitizer === facts.sanitizer ? [] : ['the sanitizer is not the one asked for']),
    ...(findings.same ? [] : [`${python.libpython} is another build`]),
    ...(findings.refcnt ? [] : [`${python.libpython} does not export Py_REFCNT`]),
    ...(findings.prefix === python.prefix ? [] : [`its prefix is ${findings.prefix}`]),
  ];
  if (problems.length > 0) {
    throw new NogilError(
      'INSTALL_FAILED',
      `the finished ${facts.title} does not work and was not installed: ${problems.join('; ')}`,
    );
  }
  return names.map((name) => `without ${name}: ${findings.missing[name] ?? ''}`);
}
