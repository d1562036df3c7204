import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A Python to test with. */
export interface TestPython {
  /** `3.14t`. */
  readonly name: string;
  readonly executable: string;
  readonly library: string;
  readonly include: string;
  readonly freeThreaded: boolean;
}

const probe = `
import json, os, sys, sysconfig
v = sysconfig.get_config_var
free = bool(v("Py_GIL_DISABLED"))
print(json.dumps({
  "name": "%d.%d" % sys.version_info[:2] + ("t" if free else ""),
  "library": os.path.join(v("LIBDIR") or "", v("INSTSONAME") or ""),
  "include": sysconfig.get_path("include"),
  "shared": bool(v("Py_ENABLE_SHARED")),
  "freeThreaded": free,
  "supported": sys.version_info >= ((3, 14) if free else (3, 10)),
}))`;

function childrenOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

interface Probed extends Omit<TestPython, 'executable'> {
  readonly shared: boolean;
  readonly supported: boolean;
}

function describe(executable: string): TestPython | undefined {
  if (!existsSync(executable)) return undefined;
  const answer = execFileSync(executable, ['-c', probe], { encoding: 'utf8' });
  const { shared, supported, ...python } = JSON.parse(answer) as Probed;
  return shared && supported && existsSync(python.library) ? { ...python, executable } : undefined;
}

/**
 * One Python of each version and kind: NOGIL_PYTHON first, then what nogil and pyenv have installed. This
 * package may not ask `@nogil/python`, which is built on it.
 */
export function testPythons(): TestPython[] {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folders = [
    // A Python with a sanitizer in it cannot be loaded into a Node without.
    ...childrenOf(join(cache, 'nogil/pythons')).filter((folder) => !/-[at]san$/.test(folder)),
    ...childrenOf(join(homedir(), '.pyenv/versions')),
  ];
  const chosen = process.env.NOGIL_PYTHON;
  const candidates = [
    ...(chosen === undefined || chosen === '' ? [] : [chosen]),
    ...folders.map((folder) => join(folder, 'bin/python3')),
  ];
  const found = new Map<string, TestPython>();
  for (const candidate of candidates) {
    const python = describe(candidate);
    if (python !== undefined && !found.has(python.name)) found.set(python.name, python);
  }
  return [...found.values()];
}

/** The free-threaded Python that `npm run setup` provides. */
export function freeThreadedPython(): TestPython {
  const python = testPythons().find(({ freeThreaded }) => freeThreaded);
  if (python === undefined) throw new Error('no free-threaded Python: run npm run setup');
  return python;
}
