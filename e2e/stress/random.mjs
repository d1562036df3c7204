// @ts-check
/**
 * Numbers from 0 up to 1 that are the same for the same seed and thread (mulberry32).
 *
 * @param {number} seed
 * @param {number} index - of the thread
 * @returns {() => number}
 */
export function randomFrom(seed, index) {
  let state = (seed ^ Math.imul(index + 2, 0x9e3779b9)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @template Item
 * @param {readonly Item[]} items - not empty
 * @param {() => number} random
 * @returns {Item}
 */
export function pick(items, random) {
  return /** @type {Item} */ (items[Math.floor(random() * items.length)]);
}
