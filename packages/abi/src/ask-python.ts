import { existsSync } from 'node:fs';

import { NogilError } from './error.js';

/** Where CPython says its own program and library are. */
const QUESTION = `
import json, os, sys, sysconfig
v = sysconfig.get_config_var
if os.name == "nt":
    t = "t" if v("Py_GIL_DISABLED") else ""
    library = os.path.join(sys.base_prefix, "python%d%d%s.dll" % (*sys.version_info[:2], t))
else:
    library = os.path.join(v("PYTHONFRAMEWORKPREFIX") or v("LIBDIR") or "", v("INSTSONAME") or "")
print(json.dumps([sys.executable, library]))
`;

/**
 * Asks a Python for its program and its shared library: the plain case. `@nogil/python` knows the others
 * (moved installations, misleading build variables) and explains what it refuses.
 *
 * @param executable - a path, or a name on the `PATH`
 * @throws NogilError `PYTHON_NOT_FOUND` when it cannot be run, `PYTHON_REFUSED` when it has no shared library
 */
export function askPython(executable: string): { executable: string; library: string } {
  // Here: most programs never need it, and it is most of what loading this package would take.
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  let answer: string;
  try {
    answer = execFileSync(executable, ['-I', '-c', QUESTION], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (cause) {
    throw new NogilError(
      'PYTHON_NOT_FOUND',
      `${executable} cannot be asked where its library is: name a Python that runs, or its library too`,
      { cause },
    );
  }
  const [program, library] = JSON.parse(answer) as [string, string];
  if (library.endsWith('.a') || !existsSync(library)) {
    throw new NogilError(
      'PYTHON_REFUSED',
      `${executable} has no shared library (${library || 'its build names none'}): use a Python built with ` +
        '--enable-shared, or name its library. @nogil/python finds and installs such Pythons',
    );
  }
  return { executable: program, library };
}
