// @ts-check
// node-calls-python. It calls functions by name and converts what it can; other objects are made by `createSync` and
// used by `callSync`; expressions are compiled anew each time.
import { fileURLToPath } from 'node:url';
import { requirePeer } from './peer.mjs';
import { serve } from './serve.mjs';
import * as values from '../rows/values.mjs';

const { AT_ONCE, EFFORT, JOBS, LARGE, MANY, SMALL } = values;

await serve(() => {
  const { interpreter: py } = requirePeer('node-calls-python');
  const subject = py.importSync(fileURLToPath(new URL('subject.py', import.meta.url)));
  const thing = py.createSync(subject, 'Thing');
  const [small, large] = [SMALL, LARGE].map((bytes) => new Float64Array(bytes / 8));
  const target = (/** @type {number} */ value) => value;
  /** @param {unknown} value */
  const echo = (value) => py.callSync(subject, 'echo', value);

  return {
    first: () => py.callSync(subject, 'add', 1, 2.5),
    work: {
      call: (i) => py.callSync(subject, 'add', i, 2.5),
      sqrt: () => py.callSync(subject, 'sqrt', 2.25),
      'attribute-call': () => py.callSync(subject, 'sqrt', 2.25),
      method: (i) => py.callSync(thing, 'method', i),
      get: () => py.evalSync(subject, 'thing.size'),
      set: (i) => py.execSync(subject, `thing.extent = ${i}`),
      'text-short': () => echo(values.shortText),
      'text-mixed': () => echo(values.mixedText),
      'text-long': () => echo(values.longText),
      list: () => echo(values.numbers),
      dict: () => echo(values.record),
      nested: () => echo(values.nested),
      object: { run: () => void py.createSync(subject, 'Thing'), turns: true },
      generator: {
        // It hands over generators as arrays.
        run: () => {
          let sum = 0;
          for (const item of py.callSync(subject, 'count', MANY)) sum += item;
          return sum;
        },
        per: MANY,
      },
      callback: { run: () => py.callSync(subject, 'call_often', target, MANY), per: MANY },
      exception: () => {
        try {
          return py.callSync(subject, 'raises');
        } catch (error) {
          return /** @type {Error} */ (error).message.includes("'key'") ? "'key'" : error;
        }
      },
      'array-to-small': () => py.callSync(subject, 'nbytes', small),
      'array-to-large': () => py.callSync(subject, 'nbytes', large),
      'array-from-small': () => py.evalSync(subject, 'small').byteLength,
      'array-from-large': () => py.evalSync(subject, 'large').byteLength,
      async: { run: (i) => py.call(subject, 'add', i, 2.5), asynchronous: true },
      'async-many': {
        run: async (i) => {
          const all = Array.from({ length: AT_ONCE }, () => py.call(subject, 'add', i, 2.5));
          return (await Promise.all(all))[0];
        },
        per: AT_ONCE,
        asynchronous: true,
      },
      parallel: {
        run: async () => {
          const all = Array.from({ length: JOBS }, () => py.call(subject, 'work', EFFORT));
          return (await Promise.all(all)).reduce((sum, one) => sum + one, 0);
        },
        per: JOBS,
        asynchronous: true,
      },
    },
    keep: {
      'kept-object': (length) => Array.from({ length }, () => py.createSync(subject, 'Thing')),
    },
  };
});
