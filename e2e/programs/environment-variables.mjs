// @ts-check
import assert from 'node:assert/strict';
import path from 'node:path';
import { python } from 'nogil';
import { printedByPython } from './own-process.mjs';

const SETUP = 'import json, os, sys';

/** What the environment decides. */
const FACTS = `json.dumps([
    {name: getattr(sys.flags, name) for name in dir(sys.flags) if name[0] != '_' and name not in ('count', 'index')},
    hash('nogil') if 'PYTHONHASHSEED' in os.environ else None,
    [sys.stdout.encoding, sys.stdout.errors, sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()],
    sys.warnoptions,
    sys.pycache_prefix,
    [entry for entry in sys.path if entry],
])`;

export default function environmentVariables() {
  assert.deepEqual(
    JSON.parse(python.run(`${SETUP}\n${FACTS}`)),
    JSON.parse(printedByPython(`${SETUP}\nprint(${FACTS})`)),
  );
  const sys = python.import('sys');
  const { PYTHONUTF8, PYTHONPATH, LANG } = process.env;
  if (PYTHONUTF8 !== undefined) assert.equal(sys.flags.utf8_mode, Number(PYTHONUTF8));
  else if (LANG === 'C') assert.equal(sys.flags.utf8_mode, 1);
  if (PYTHONPATH !== undefined) assert.ok([...sys.path].includes(path.resolve(PYTHONPATH)));
}
