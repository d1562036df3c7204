// @ts-check
import assert from 'node:assert/strict';
import { python } from 'nogil';

/** What Python sees, and what a process that Python starts sees. */
const SOURCE = `
import json, os, subprocess, sys
show = 'import json, os; print(json.dumps(dict(os.environ)))'
json.dumps([dict(os.environ), json.loads(subprocess.check_output([sys.executable, '-c', show]))])
`;

export default function environmentOfHost() {
  const [here, child] = JSON.parse(python.run(SOURCE));
  // Names only in messages: values may be secrets of the machine.
  assert.deepEqual(Object.keys(here).sort(), Object.keys(process.env).sort());
  for (const [name, value] of Object.entries(process.env)) {
    assert.ok(here[name] === value, `${name} in Python`);
    assert.ok(child[name] === value, `${name} in a process that Python starts`);
  }
  python.run("os.environ['NOGIL_SET_IN_PYTHON'] = 'yes'");
  assert.equal(JSON.parse(python.run(SOURCE))[1].NOGIL_SET_IN_PYTHON, 'yes');
}
