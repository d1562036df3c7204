// @ts-check
// Pyodide: CPython as WebAssembly, in this process, on its one thread.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { peerFolder } from './peer.mjs';
import { serve } from './serve.mjs';
import * as values from '../rows/values.mjs';

const { LARGE, MANY, SMALL } = values;

await serve(async () => {
  const folder = path.join(peerFolder(), 'node_modules', 'pyodide');
  const { loadPyodide } = await import(pathToFileURL(path.join(folder, 'pyodide.mjs')).href);
  const pyodide = await loadPyodide();
  pyodide.FS.writeFile('subject.py', readFileSync(new URL('subject.py', import.meta.url)));
  pyodide.runPython('import sys; sys.path.insert(0, ".")');
  const subject = pyodide.pyimport('subject');
  const { add, echo, raises, sqrt, Thing, thing, nbytes, count } = subject;
  const { call_often: callOften, get_often: getOften, method_often: methodOften } = subject;
  const math = pyodide.pyimport('math');
  const same = (/** @type {unknown} */ value) => value;
  const target = { size: 1, method: same };
  const [small, large] = [SMALL, LARGE].map((bytes) => new Float64Array(bytes / 8));
  const plain = { dict_converter: Object.fromEntries };

  /** @param {unknown} value */
  function thereAndBack(value) {
    const there = pyodide.toPy(value);
    const object = echo(there);
    const back = object.toJs(plain);
    object.destroy();
    there.destroy();
    return back;
  }
  /** @param {unknown} array */
  function bytesTo(array) {
    const there = pyodide.toPy(array);
    const bytes = nbytes(there);
    there.destroy();
    return bytes;
  }
  /** @param {any} array */
  function bytesFrom(array) {
    const buffer = array.getBuffer('u8');
    const bytes = buffer.data.byteLength;
    buffer.release();
    return bytes;
  }

  return {
    first: () => add(1, 2.5),
    work: {
      call: (i) => add(i, 2.5),
      sqrt: () => sqrt(2.25),
      'attribute-call': () => math.sqrt(2.25),
      method: (i) => thing.method(i),
      get: () => thing.size,
      set: (i) => {
        thing.extent = i;
      },
      'text-short': () => echo(values.shortText),
      'text-mixed': () => echo(values.mixedText),
      'text-long': () => echo(values.longText),
      list: () => thereAndBack(values.numbers),
      dict: () => thereAndBack(values.record),
      nested: () => thereAndBack(values.nested),
      object: { run: () => void Thing(), turns: true },
      'object-destroy': { run: () => Thing().destroy(), turns: true },
      generator: {
        run: () => {
          let sum = 0;
          for (const item of count(MANY)) sum += item;
          return sum;
        },
        per: MANY,
      },
      callback: { run: () => callOften(same, MANY), per: MANY },
      'js-attribute': { run: () => getOften(target, MANY), per: MANY },
      'js-method': { run: () => methodOften(target, MANY), per: MANY },
      exception: () => {
        try {
          return raises();
        } catch (error) {
          return /** @type {Error} */ (error).message.includes("'key'") ? "'key'" : error;
        }
      },
      'array-to-small': () => bytesTo(small),
      'array-to-large': () => bytesTo(large),
      'array-from-small': () => bytesFrom(subject.small),
      'array-from-large': () => bytesFrom(subject.large),
    },
    keep: { 'kept-object': (length) => Array.from({ length }, () => Thing()) },
  };
});
