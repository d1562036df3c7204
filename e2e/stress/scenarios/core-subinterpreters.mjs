// @ts-check
// Subinterpreters are made, used and ended by Python threads while workers use the main one; some are still
// there when the process ends.
import assert from 'node:assert/strict';
import { python } from 'nogil';
import { mainPart, runCrew, whileCollecting } from '../stage.mjs';

const SOURCE = `
import sys, threading
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

sys.made = []
sys.problems = []
sys.using = True
sys.interpreter_lock = threading.Lock()

def use():
    try:
        while sys.using:
            name = interpreters.create()
            failure = interpreters.run_string(name, 'import json; json.loads(json.dumps([1, 2, 3]))')
            if failure is not None: sys.problems.append(repr(failure))
            interpreters.destroy(name)
            sys.made.append(1)
        # Left behind on purpose.
        interpreters.run_string(interpreters.create(), 'x = 1')
    except BaseException as error:
        sys.problems.append(repr(error))

sys.users = [threading.Thread(target=use) for _ in range(1 if sys.version_info < (3, 12) else 2)]
for thread in sys.users: thread.start()
`;

/** @param {import('../stage.mjs').Part} part */
export function user({ until }) {
  let i = 0;
  while (Date.now() < until) {
    i += 1;
    assert.equal(python.eval(`sum(range(${i % 100}))`), ((i % 100) ** 2 - (i % 100)) / 2);
    const list = python.eval('[1, 2, 3]');
    assert.deepEqual([...list], [1, 2, 3]);
    list.destroy();
  }
}

export default async function subinterpreters() {
  const part = mainPart();
  python.run(SOURCE);
  await whileCollecting(() => runCrew(import.meta.url, 'user', 4, part));
  python.run('sys.using = False\nfor thread in sys.users: thread.join()');
  assert.equal(python.repr(python.eval('sys.problems')), '[]');
  assert.ok(python.eval('len(sys.made)') > 0);
}
