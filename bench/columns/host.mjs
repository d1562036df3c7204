// @ts-check
// C behind an engine: what a bridge on Node-API needs that adds nothing of its own. Proxies that remember nothing, one
// Node-API function a crossing, numbers in shared memory; floor/host.c is its other side.
import { serve } from './serve.mjs';
import { longText, MANY, shortText } from '../rows/values.mjs';

/** The variable that names the addon, built from floor/host.c. */
const ADDON = process.env.NOGIL_BENCH_HOST ?? '';

/** A plain function would be called without a trap. */
function target() {
  // Never called: the traps are.
}

await serve(() => {
  const loaded = { exports: /** @type {any} */ ({}) };
  process.dlopen(loaded, ADDON);
  const addon = loaded.exports;
  const slots = new Float64Array(2);
  const same = (/** @type {number} */ value) => value;
  const { numbers, texts } = addon.open(slots.buffer, () => {
    slots[1] = same(slots[0] ?? 0);
  });
  const { crossing, call, sqrt, get, set, take, release, callback } = numbers;

  /** @param {() => void} row */
  function callable(row) {
    return new Proxy(/** @type {(value: number, other?: number) => unknown} */ (target), {
      apply(_target, _this, values) {
        slots[0] = values[0];
        row();
        return slots[1];
      },
    });
  }
  /** @param {(text: string) => string} row */
  function echo(row) {
    return new Proxy(/** @type {(text: string) => unknown} */ (target), {
      apply: (_target, _this, values) => row(values[0]),
    });
  }
  const add = callable(call);
  const root = callable(sqrt);
  const [echoShort, echoLong] = [echo(texts['text-short']), echo(texts['text-long'])];
  const module = new Proxy(target, {
    get() {
      get(); // what the name stands for is Python's to say, each time
      return root;
    },
  });
  const thing = new Proxy(target, {
    get() {
      get();
      return slots[1];
    },
    set(_target, _key, value) {
      slots[0] = value;
      set();
      return true;
    },
  });
  const object = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (thing));
  const math = /** @type {{ sqrt: (value: number) => unknown }} */ (
    /** @type {unknown} */ (module)
  );

  return {
    first: () => add(1, 2.5),
    close: () => addon.close(),
    work: {
      crossing,
      call: (i) => add(i, 2.5),
      sqrt: () => root(2.25),
      'attribute-call': () => math.sqrt(2.25),
      get: () => object.size,
      set: (i) => {
        object.extent = i;
      },
      'text-short': () => echoShort(shortText),
      'text-long': () => echoLong(longText),
      callback: {
        run: () => {
          callback();
          return slots[1];
        },
        per: MANY,
      },
      handle: () => {
        take();
        release();
      },
    },
  };
});
