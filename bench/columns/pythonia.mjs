// @ts-check
// pythonia (JSPyBridge): Python in a process of its own; every access is a message and a promise.
import { fileURLToPath } from 'node:url';
import { requirePeer } from './peer.mjs';
import { serve } from './serve.mjs';
import * as values from '../rows/values.mjs';

const { AT_ONCE, EFFORT, JOBS, MANY } = values;
/** A callback is two messages: fewer of them for a sample. */
const CALLBACKS = 20;

await serve(async () => {
  const { python, com } = requirePeer('pythonia');
  python.setFastMode(true); // it describes every object otherwise
  const subject = await python(fileURLToPath(new URL('subject.py', import.meta.url)));
  const [add, echo, sqrt, raises, work, count, thing, callOften] = await Promise.all(
    ['add', 'echo', 'sqrt', 'raises', 'work', 'count', 'thing', 'call_often'].map(
      (name) => subject[name],
    ),
  );
  const math = await python('math');
  const callback = (/** @type {unknown} */ value) => value;
  /** @param {(i: number) => unknown} run @param {number} [per] */
  const promised = (run, per = 1) => ({ run, per, asynchronous: true });
  /** @param {unknown} value */
  const thereAndBack = async (value) => (await echo(value)).valueOf();

  return {
    first: () => add(1, 2.5),
    work: {
      call: promised((i) => add(i, 2.5)),
      sqrt: promised(() => sqrt(2.25)),
      'attribute-call': promised(() => math.sqrt(2.25)),
      method: promised((i) => thing.method(i)),
      get: promised(() => thing.size),
      set: promised(async (i) => {
        await thing.__setattr__('extent', i);
      }),
      'text-short': promised(() => echo(values.shortText)),
      'text-mixed': promised(() => echo(values.mixedText)),
      'text-long': promised(() => echo(values.longText)),
      list: promised(() => thereAndBack(values.numbers)),
      dict: promised(() => thereAndBack(values.record)),
      nested: promised(() => thereAndBack(values.nested)),
      object: {
        run: async () => {
          await subject.Thing();
        },
        asynchronous: true,
      },
      generator: promised(async () => {
        let sum = 0;
        for await (const item of await count(MANY)) sum += item;
        return sum;
      }, MANY),
      callback: {
        run: async () => {
          const last = await callOften(callback, CALLBACKS);
          return last === CALLBACKS - 1 ? MANY - 1 : last;
        },
        per: CALLBACKS,
        asynchronous: true,
      },
      exception: promised(async () => {
        try {
          return await raises();
        } catch (error) {
          const { message, stack } = /** @type {Error} */ (error);
          return `${message} ${stack}`.includes("'key'") ? "'key'" : error;
        }
      }),
      async: promised((i) => add(i, 2.5)),
      'async-many': promised(async (i) => {
        return (await Promise.all(Array.from({ length: AT_ONCE }, () => add(i, 2.5))))[0];
      }, AT_ONCE),
      parallel: promised(async () => {
        const all = Array.from({ length: JOBS }, () => work(EFFORT));
        return (await Promise.all(all)).reduce((sum, one) => sum + one, 0);
      }, JOBS),
    },
    processes: () => [com.proc.pid],
    close: () => python.exit(),
  };
});
