import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { PythonChoice } from '../src/index.js';

const ASK =
  'import sys, sysconfig, os; ' +
  'print(sys.executable); ' +
  'print(os.path.join(sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("INSTSONAME")))';

/** `NOGIL_PYTHON`, the free-threaded Python that nogil installed, or `python3`. */
export function choosePython(): PythonChoice {
  const installed = join(homedir(), '.cache/nogil/pythons/cpython-3.14t/bin/python3.14t');
  const program = process.env.NOGIL_PYTHON ?? (existsSync(installed) ? installed : 'python3');
  const [executable, library] = execFileSync(program, ['-c', ASK], { encoding: 'utf8' }).split(
    '\n',
  );
  return { executable: executable ?? '', library: library ?? '' };
}
