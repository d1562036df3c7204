// @ts-check
// What crosses in the rows: the same values for every column, and for the C program beside them.

/** 11 ASCII characters. */
export const shortText = 'hello world';

/** 10 kB in UTF-8: ASCII, Latin-1, Chinese and a pair of surrogates. */
export const mixedText = 'naïve façade 日本語 and 😀 '.repeat(294).slice(0, -1);

/** 1 MB, ASCII. */
export const longText = 'The quick brown fox jumps over a lazy dog. '
  .repeat(24_386)
  .slice(0, 2 ** 20);

/** 1 000 ints, most of them no cached small ints of Python's. */
export const numbers = Array.from({ length: 1000 }, (_, i) => i * 7);

/** 20 keys. */
export const record = Object.fromEntries(
  Array.from({ length: 20 }, (_, i) => [`key${i}`, i % 2 === 0 ? i : `value ${i}`]),
);

/** JSON of 200 nodes: 25 records of 8 values, arrays and objects among them. */
export const nested = Array.from({ length: 25 }, (_, i) => ({
  id: i,
  name: `node ${i}`,
  tags: ['a', 'b'],
  position: { x: i / 4 + 0.125 },
}));

/** Bytes of the large and of the small typed array. */
export const LARGE = 8 * 1024 * 1024;
export const SMALL = 1024;

/** Items of a generator; calls of a JavaScript function by one call of Python's. */
export const MANY = 1000;

/** Calls that are under way at once. */
export const AT_ONCE = 100;

/** Items of the parallel map, and how far `work` counts for each. */
export const JOBS = 32;
export const EFFORT = 20_000;
