/**
 * Whether extension modules leave the GIL of a free-threaded Python off. Only an import tells, and it may do
 * anything: each is done in a process of its own.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PythonInstallation } from './installation.js';
import type { Environment } from './platform.js';

const execute = promisify(execFile);

/** How long a package may take to import, in milliseconds. */
const IMPORT_TIMEOUT = 60_000;

/** What the import of a package does to the GIL. */
export type GilVerdict =
  | { readonly name: string; readonly gil: 'off' }
  /** `module`: the one that does not say that it can do without. */
  | { readonly name: string; readonly gil: 'on'; readonly module: string }
  /** It cannot be imported, so nobody knows. `reason`: the last line of what it said. */
  | { readonly name: string; readonly gil: 'unknown'; readonly reason: string };

/** Names the importable packages in site-packages that contain extension modules, one a line. */
const LIST_PROGRAM = `
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import importlib.machinery, os, site, sysconfig
suffixes = tuple(importlib.machinery.EXTENSION_SUFFIXES)
folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
if site.ENABLE_USER_SITE:
    folders.add(site.getusersitepackages())
names = set()
for root in folders:
    for folder, _, files in os.walk(root):
        for file in files:
            if file.endswith(suffixes):
                inside = os.path.relpath(os.path.join(folder, file), root).split(os.sep)
                name = inside[0] if len(inside) > 1 else file.split(".")[0]
                if name.isidentifier():
                    names.add(name)
print("\\n".join(sorted(names)))
`;

/** Imports one package and says whether the GIL is on afterwards. */
const IMPORT_PROGRAM = `
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import importlib, warnings
warnings.simplefilter("always")
importlib.import_module(sys.argv[1])
print("on" if sys._is_gil_enabled() else "off")
`;

/** `The global interpreter lock (GIL) has been enabled to load module 'x.y', which …` */
const CULPRIT = /enabled to load module '([^']+)'/;

/**
 * The importable packages of a Python that contain extension modules.
 *
 * @param python - which one; any build
 * @param env - environment variables; `process.env` by default
 * @returns names for `import`, in order
 * @throws Error what the file system or Python says
 */
export async function extensionPackages(
  python: PythonInstallation,
  env: Environment = process.env,
): Promise<string[]> {
  const options = { env: { ...env }, timeout: IMPORT_TIMEOUT };
  const { stdout } = await execute(python.executable, ['-c', LIST_PROGRAM], options);
  return stdout.split(/\r?\n/).filter((line) => line !== '');
}

/**
 * Whether importing a package turns the GIL on.
 *
 * @param python - a free-threaded build
 * @param name - for `import`
 * @param env - environment variables; `process.env` by default. `PYTHON_GIL` is left out: it decides by itself
 */
export async function gilVerdict(
  python: PythonInstallation,
  name: string,
  env: Environment = process.env,
): Promise<GilVerdict> {
  try {
    const options = { env: { ...env, PYTHON_GIL: undefined }, timeout: IMPORT_TIMEOUT };
    const { stdout, stderr } = await execute(
      python.executable,
      ['-c', IMPORT_PROGRAM, name],
      options,
    );
    if (!stdout.trimEnd().endsWith('on')) return { name, gil: 'off' };
    return { name, gil: 'on', module: CULPRIT.exec(stderr)?.[1] ?? name };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { name, gil: 'unknown', reason: message.trimEnd().split('\n').at(-1) ?? message };
  }
}
