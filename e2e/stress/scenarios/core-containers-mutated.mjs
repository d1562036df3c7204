// @ts-check
// A list and a dict that Python threads change all the time, while JavaScript reads and converts them: whole
// elements, or Python's own error that says they changed.
import assert from 'node:assert/strict';
import { python, PythonError } from 'nogil';
import { mainPart, runCrew, whileCollecting } from '../stage.mjs';

const WORKERS = 4;
/** Elements read one by one in a round: each waits its turn behind the mutators and the collector. */
const ELEMENTS = 40;

const SOURCE = `
import json, sys, threading
sys.items = [(i, str(i)) for i in range(200)]
sys.table = {str(i): (i, str(i)) for i in range(200)}
sys.mutating = True

def change_items():
    i = 0
    while sys.mutating:
        i += 1
        if len(sys.items) > 50: sys.items.pop(i % 7)
        sys.items.insert(i % 11, (i, str(i)))
        sys.items.append((i, str(i)))
        if len(sys.items) > 400: del sys.items[100:300]

def change_table():
    i = 0
    while sys.mutating:
        i += 1
        sys.table[str(i % 500)] = (i % 500, str(i % 500))
        sys.table.pop(str((i * 7) % 500), None)
        if i % 1000 == 0: sys.table = dict(sys.table.copy())

sys.mutators = [threading.Thread(target=f) for f in (change_items, change_items, change_table, change_table)]
for thread in sys.mutators: thread.start()
`;

/**
 * json.dumps() with the encoder that is written in Python. The one in C (`_json.c`) borrows what it finds in a list or
 * a dict and takes no lock: when another thread changes it, it uses freed objects and pairs a key with the value of
 * another. That is CPython's own, up to 3.14 (https://github.com/python/cpython/issues/116738, mended after it by pull
 * request 119438); docs/free-threading.md says more.
 */
const ENCODE = "lambda values: ''.join(json.JSONEncoder().iterencode(values))";

/** What Python says when a container changes under an iterator. */
const CHANGED = /changed size during iteration|changed during iteration|keys changed/;

/**
 * @param {() => number} read - returns how many elements it saw
 */
function orChanged(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof PythonError && CHANGED.test(error.message)) return 0;
    throw error;
  }
}

/** @param {unknown} pair */
function checkPair(pair) {
  const [number, text] = /** @type {Iterable<unknown>} */ (pair);
  assert.equal(String(number), text);
}

/** @param {import('../stage.mjs').Part} part */
export function reader({ until, random }) {
  const encode = python.eval(ENCODE);
  const copy = python.eval('lambda values: values');
  let seen = 0;
  do {
    const items = python.eval('sys.items');
    const table = python.eval('sys.table');
    seen += orChanged(() => {
      let count = 0;
      for (const pair of items) {
        checkPair(pair);
        pair.destroy();
        count += 1;
        if (count === ELEMENTS) break;
      }
      return count;
    });
    seen += orChanged(() => {
      const names = [...table];
      for (const name of names) assert.match(name, /^\d+$/);
      return names.length;
    });
    // Made by one thread, mutated by others, converted back and forth.
    seen += orChanged(() => JSON.parse(encode(items)).map(checkPair).length);
    seen += orChanged(() => {
      const values = JSON.parse(encode(table));
      for (const [name, pair] of Object.entries(values)) {
        checkPair(pair);
        assert.equal(pair[1], name);
      }
      return 1;
    });
    if (random() < 0.5) assert.match(python.repr(items), /^\[\(/);
    const ours = Array.from({ length: 10 }, (_, i) => [i, String(i)]);
    for (const pair of copy(ours)) checkPair(pair);
  } while (Date.now() < until || seen === 0);
}

export default async function containersMutated() {
  const part = mainPart();
  python.run(SOURCE);
  await whileCollecting(() => runCrew(import.meta.url, 'reader', WORKERS, part));
  python.run('sys.mutating = False\nfor thread in sys.mutators: thread.join()');
}
