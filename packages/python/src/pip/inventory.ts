/** What is installed in an environment, as its own Python sees it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { NogilError } from '@nogil/abi';
import type { PythonInstallation } from '../installation.js';
import type { Environment } from '../platform.js';

/** An installed package. */
export interface InstalledPackage {
  /** As PyPI compares names (PEP 503): lower case, with hyphens. */
  readonly name: string;
  readonly version: string;
  /** What is imported of it and contains extension modules. */
  readonly extensions: readonly string[];
}

/** What an environment has. */
export interface Inventory {
  /** The version of the pip it runs, its own or its base's; null where there is none. */
  readonly pip: string | null;
  readonly packages: readonly InstalledPackage[];
}

/**
 * "-c" puts the working directory first: a json.py lying there must not be imported. A folder such as `numpy.libs`
 * holds libraries, not modules.
 */
const PROGRAM = `
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import importlib.machinery, importlib.util, json, re, sysconfig
from importlib import metadata
suffixes = tuple(importlib.machinery.EXTENSION_SUFFIXES)
def extensions(distribution):
    names = set()
    for file in distribution.files or ():
        if file.name.endswith(suffixes):
            top = file.parts[0] if len(file.parts) > 1 else file.name.split(".")[0]
            if top.isidentifier():
                names.add(top)
    return sorted(names)
packages = {}
for distribution in metadata.distributions(path=[sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]):
    name = distribution.metadata["Name"]
    if name:
        name = re.sub("[-_.]+", "-", name).lower()
        packages.setdefault(name, {"name": name, "version": distribution.version, "extensions": extensions(distribution)})
pip = metadata.version("pip") if importlib.util.find_spec("pip") else None
print(json.dumps({"pip": pip, "packages": sorted(packages.values(), key=lambda package: package["name"])}))
`;

/**
 * Takes stock of an environment.
 *
 * @param python - the environment's
 * @param env - environment variables
 * @throws NogilError `PYTHON_REFUSED` when its Python cannot tell
 */
export async function takeInventory(
  python: PythonInstallation,
  env: Environment,
): Promise<Inventory> {
  try {
    const options = { env: { ...env }, maxBuffer: 2 ** 26, timeout: 120_000 };
    const { stdout } = await promisify(execFile)(python.executable, ['-c', PROGRAM], options);
    return JSON.parse(stdout) as Inventory;
  } catch (error) {
    throw new NogilError(
      'PYTHON_REFUSED',
      `${python.executable} cannot list what is installed in ${python.prefix}: ` +
        `${error instanceof Error ? error.message : String(error)}\n` +
        'Next step: remove the environment and make it anew.',
      { cause: error },
    );
  }
}

/**
 * What the second inventory has and the first has not, also in another version.
 *
 * @param before - the first
 * @param after - the second
 */
export function added(before: Inventory, after: Inventory): InstalledPackage[] {
  const known = new Set(before.packages.map(({ name, version }) => `${name} ${version}`));
  return after.packages.filter(({ name, version }) => !known.has(`${name} ${version}`));
}
