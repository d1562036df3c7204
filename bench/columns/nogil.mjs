// @ts-check
// nogil, on Node and on Bun.
import { loadCore } from '@nogil/abi';
import { NG_OPERATION_NOTHING } from '@nogil/abi/constants';
import { createHandle, duplicateHandle, releaseHandle } from '@nogil/handles';
import { python } from 'nogil';
import { serve } from './serve.mjs';
import * as values from '../rows/values.mjs';

const { AT_ONCE, EFFORT, JOBS, LARGE, MANY, SMALL, nested, numbers, record } = values;

/** A plain object would cross as a dict. */
class Target {
  size = 1;
  same = (/** @type {number} */ value) => value;
  method(/** @type {number} */ value) {
    return value;
  }
}

await serve(() => {
  const subject = python.import('subject');
  const { add, echo, raises, sqrt, Thing, thing, nbytes, count } = subject;
  const { call_often: callOften, get_often: getOften, method_often: methodOften } = subject;
  const math = python.import('math');
  const handle = createHandle('object()');
  const plain = { dictConverter: /** @type {const} */ ('object') };
  const target = new Target();
  const [small, large] = [SMALL, LARGE].map((bytes) => new Float64Array(bytes / 8));
  const jobs = Array.from({ length: JOBS }, () => EFFORT);

  /** @param {unknown} value */
  function thereAndBack(value) {
    const object = echo(value);
    const back = object.toJs(plain);
    object.destroy();
    return back;
  }
  /** @param {import('nogil').PyProxy} array */
  function bytesOf(array) {
    const buffer = array.getBuffer('u8');
    const bytes = buffer.data.byteLength;
    buffer.release();
    return bytes;
  }

  return {
    first: () => add(1, 2.5),
    work: {
      crossing: crossing(),
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
      list: () => thereAndBack(numbers),
      dict: () => thereAndBack(record),
      nested: () => thereAndBack(nested),
      object: { run: () => void Thing(), turns: true },
      'object-destroy': { run: () => Thing().destroy(), turns: true },
      generator: {
        run: () => {
          let sum = 0;
          for (const item of count(MANY)) sum += item;
          return sum;
        },
        per: MANY,
        turns: false,
      },
      callback: { run: () => callOften(target.same, MANY), per: MANY },
      'js-attribute': { run: () => getOften(target, MANY), per: MANY },
      'js-method': { run: () => methodOften(target, MANY), per: MANY },
      exception: () => {
        try {
          return raises();
        } catch (error) {
          return /** @type {Error} */ (error).message.replace(/^KeyError: /, '');
        }
      },
      'array-to-small': () => nbytes(small),
      'array-to-large': () => nbytes(large),
      'array-from-small': () => bytesOf(subject.small),
      'array-from-large': () => bytesOf(subject.large),
      async: { run: (i) => add.callAsync(i, 2.5), asynchronous: true },
      'async-many': {
        run: async (i) => {
          const all = Array.from({ length: AT_ONCE }, () => add.callAsync(i, 2.5));
          return (await Promise.all(all))[0];
        },
        per: AT_ONCE,
        asynchronous: true,
      },
      parallel: {
        run: async () => {
          const done = await python.parallel.map(subject.work, jobs);
          return done.reduce((sum, one) => sum + one, 0);
        },
        per: JOBS,
        asynchronous: true,
      },
      handle: () => releaseHandle(duplicateHandle(handle)),
    },
    keep: {
      'kept-object': (length) => Array.from({ length }, () => Thing()),
      'kept-handle': (length) => Float64Array.from({ length }, () => duplicateHandle(handle)),
    },
  };
});

/**
 * One native call that attaches, detaches and does nothing else, in the last frame of the arena, where the runtime's
 * own never come.
 */
function crossing() {
  const core = loadCore();
  const { arena } = core.open();
  const words = new Uint32Array(arena);
  const frame = arena.byteLength - 4096;
  const base = frame >> 2;
  return () => {
    const before = words[0];
    words[base] = NG_OPERATION_NOTHING;
    words[base + 2] = 0;
    words[base + 3] = 0;
    words[base + 4] = 4096;
    words[0] = frame;
    core.invoke();
    words[0] = before ?? 0;
  };
}
