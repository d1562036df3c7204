// Compares the references that the memory of objects shows with those that sys.getrefcount tells.
import {
  callObject,
  refcount,
  refcountParts,
  releaseObject,
  reprOf,
  runPython,
  startPython,
} from '../../dist/index.js';

const { executable, library } = JSON.parse(process.argv[2]);
startPython({ executable, library });

runPython(`
import sys, threading, types
getrefcount = sys.getrefcount
class Plain: pass
def function(): pass
ready, stop = threading.Event(), threading.Event()
box = []
def other():
    mine = [object()]
    mine *= 5
    box.append(mine[0])
    ready.set()
    stop.wait()
thread = threading.Thread(target=other, daemon=True)
thread.start()
ready.wait()
orphans = []
def leave():
    orphans.append([object()] * 7)
leaver = threading.Thread(target=leave)
leaver.start()
leaver.join()
`);

const getrefcount = runPython('getrefcount');
const objects = {
  'a new object': 'object()',
  'a new list': '[]',
  'an object in a list': '(lambda o: [o] * 1000)(object())[0]',
  'an object with many references': '(lambda o: keep.append([o] * 1000) or o)(object())',
  None: 'None',
  True: 'True',
  'a small int': '5',
  'a large int': 'int("9" * 30)',
  'a float': 'float("1.5")',
  'an interned str': '"interned"',
  'a new str': '"".join(["a", "b", "c"])',
  'the empty tuple': '()',
  'a builtin type': 'int',
  'a class': 'Plain',
  'an instance': 'Plain()',
  'a function': 'function',
  'a method': 'Plain().__init__',
  'a builtin function': 'len',
  'a module': 'types',
  'a code object': 'function.__code__',
  'an object of another thread': 'box[0]',
  'an object of a thread that has ended': 'orphans[0][0]',
};
runPython('keep = []');

/** Parts with their bigints as text. */
function plain(parts) {
  return JSON.parse(
    JSON.stringify(parts, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)),
  );
}

const results = {};
for (const [name, code] of Object.entries(objects)) {
  const handle = runPython(code);
  const before = refcount(handle);
  const parts = refcountParts(handle);
  const answer = callObject(getrefcount, handle);
  const said = BigInt(reprOf(answer));
  const after = refcount(handle);
  results[name] = { before: `${before}`, after: `${after}`, said: `${said}`, ...plain(parts) };
  releaseObject(answer);
  releaseObject(handle);
}

// What taking and dropping references does.
const handle = runPython('object()');
const alone = refcount(handle);
runPython('kept = []');
const append = runPython('kept.append');
for (let i = 0; i < 3; i++) callObject(append, handle);
const kept = refcount(handle);
runPython('kept.clear()');
const dropped = refcount(handle);
releaseObject(handle);
let stale;
try {
  refcount(handle);
} catch (error) {
  stale = error.code;
}
runPython('stop.set(); thread.join()');
console.log(JSON.stringify({ results, alone, kept, dropped, stale }));
