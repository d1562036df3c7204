// @ts-check
// pymport, through its own objects: its proxified form costs several times as much.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { requirePeer } from './peer.mjs';
import { serve } from './serve.mjs';
import * as values from '../rows/values.mjs';

const { AT_ONCE, EFFORT, JOBS, LARGE, MANY, SMALL } = values;

await serve(() => {
  const { PyObject, pymport, pyval } = requirePeer('pymport');
  const here = path.dirname(fileURLToPath(import.meta.url));
  pymport('sys').get('path').get('insert').call(0, here);
  const subject = pymport('subject');
  const [add, echo, sqrt, raises, nbytes, work, count] = [
    ...['add', 'echo', 'sqrt', 'raises', 'nbytes', 'work', 'count'],
  ].map((name) => subject.get(name));
  const [Thing, thing, callOften] = ['Thing', 'thing', 'call_often'].map((name) =>
    subject.get(name),
  );
  const math = pymport('math');
  const setattr = pymport('builtins').get('setattr');
  const callback = PyObject.func((/** @type {unknown} */ value) => value);
  const [small, large] = [SMALL, LARGE].map((bytes) => Buffer.alloc(bytes));
  const namespace = { thing };
  if (pyval('thing.size', namespace).toJS() !== 1) throw new Error('pymport does not evaluate');

  return {
    first: () => add.call(1, 2.5).toJS(),
    work: {
      call: (i) => add.call(i, 2.5).toJS(),
      sqrt: () => sqrt.call(2.25).toJS(),
      'attribute-call': () => math.get('sqrt').call(2.25).toJS(),
      method: (i) => thing.get('method').call(i).toJS(),
      get: () => thing.get('size').toJS(),
      set: (i) => void setattr.call(thing, 'extent', i),
      'text-short': () => echo.call(values.shortText).toJS(),
      'text-mixed': () => echo.call(values.mixedText).toJS(),
      'text-long': () => echo.call(values.longText).toJS(),
      list: () => echo.call(values.numbers).toJS(),
      // An object that comes last is keyword arguments.
      dict: () => echo.call(PyObject.dict(values.record)).toJS(),
      nested: () => echo.call(values.nested).toJS(),
      object: { run: () => void Thing.call(), turns: true },
      generator: {
        run: () => {
          let sum = 0;
          for (const item of count.call(MANY)) sum += item.toJS();
          return sum;
        },
        per: MANY,
      },
      callback: { run: () => callOften.call(callback, MANY).toJS(), per: MANY },
      exception: () => {
        try {
          return raises.call();
        } catch (error) {
          return /** @type {Error} */ (error).message.includes("'key'") ? "'key'" : error;
        }
      },
      'array-to-small': () => nbytes.call(PyObject.memoryview(small)).toJS(),
      'array-to-large': () => nbytes.call(PyObject.memoryview(large)).toJS(),
      'array-from-small': () => subject.get('small').toJS().byteLength,
      'array-from-large': () => subject.get('large').toJS().byteLength,
      async: { run: async (i) => (await add.callAsync(i, 2.5)).toJS(), asynchronous: true },
      'async-many': {
        run: async (i) => {
          const all = Array.from({ length: AT_ONCE }, () => add.callAsync(i, 2.5));
          return (await Promise.all(all))[0].toJS();
        },
        per: AT_ONCE,
        asynchronous: true,
      },
      parallel: {
        run: async () => {
          const all = Array.from({ length: JOBS }, () => work.callAsync(EFFORT));
          return (await Promise.all(all)).reduce((sum, one) => sum + one.toJS(), 0);
        },
        per: JOBS,
        asynchronous: true,
      },
    },
    keep: { 'kept-object': (length) => Array.from({ length }, () => Thing.call()) },
  };
});
