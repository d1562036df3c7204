// @ts-check
// How figures are written.

/** @typedef {import('../rows/rows.mjs').Kind} Kind */

/**
 * A figure with its unit, in three digits.
 *
 * @param {number} value - in the unit of the row's kind
 * @param {Kind} kind
 */
export function figure(value, kind) {
  switch (kind) {
    case 'loop':
      return time(value);
    case 'start':
      return `${digits(value)} ms`;
    case 'resident':
      return `${digits(value)} MiB`;
    case 'kept':
      return `${digits(value)} B`;
    default:
      throw new Error(`no unit is known for ${/** @type {string} */ (kind)}`);
  }
}

/** @param {number} nanoseconds */
function time(nanoseconds) {
  if (nanoseconds < 1000) return `${digits(nanoseconds)} ns`;
  if (nanoseconds < 1e6) return `${digits(nanoseconds / 1000)} µs`;
  return `${digits(nanoseconds / 1e6)} ms`;
}

/**
 * Three digits that mean something, no exponent.
 * @param {number} value
 */
export function digits(value) {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/**
 * `1.8×`
 * @param {number} value
 */
export function times(value) {
  return `${digits(value)}×`;
}

/**
 * `+3 %`
 * @param {number} part
 */
export function spread(part) {
  return `+${(part * 100).toFixed(0)} %`;
}
