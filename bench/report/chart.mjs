// @ts-check
// The chart: a line for each row, a mark for each column, at how many times the floor it needs. Logarithmic: a bridge that
// needs ten times as much and one that needs ten thousand are on one page.
import { columnsOf } from './table.mjs';
import { columnOf, ratioOf } from './result.mjs';

/** @typedef {import('./result.mjs').Result} Result */

const LEFT = 330;
const WIDTH = 900;
const RIGHT = 30;
const LINE = 22;
const TOP = 70;

/** `100K×`, not six digits that meet their neighbours. */
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 3 });

/** Told apart also where colours are not (Okabe and Ito); nogil's are the two dark ones. */
const COLOURS = ['#0072b2', '#000000', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9'];

/**
 * @param {Result} result
 * @param {string} group
 * @returns {string} an SVG document; rows without a floor are not in it
 */
export function chart(result, group) {
  const floor = columnOf(result, group, 'floor')?.key ?? '';
  const columns = columnsOf(result, group).filter(
    ({ role }) => role === 'nogil' || role === 'peer',
  );
  const lines = result.rows
    .filter(({ kind }) => kind === 'loop' || kind === 'start')
    .map((row) => ({
      title: row.title.replaceAll('`', ''),
      marks: columns.flatMap(({ key }, index) => {
        const factor = ratioOf(result, row.id, key, floor);
        return factor === undefined ? [] : [{ index, factor }];
      }),
    }))
    .filter(({ marks }) => marks.length > 0);
  const factors = lines.flatMap(({ marks }) => marks.map(({ factor }) => factor));
  const last = Math.ceil(Math.log10(Math.max(10, ...factors)));
  const first = Math.floor(Math.log10(Math.min(1, ...factors)));
  /** @param {number} factor */
  const x = (factor) =>
    LEFT + ((Math.log10(factor) - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const height = TOP + lines.length * LINE + 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>Times the floor, Python ${escape(group)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...legend(columns.map(({ title }) => title)),
    ...scale(first, last, x, height),
    `<text x="12" y="${TOP - 14}" fill="#555555">times what C only needs, Python ${escape(group)}</text>`,
    ...lines.flatMap((line, index) => lineOf(line, TOP + (index + 0.5) * LINE, x)),
    '</svg>',
    '',
  ].join('\n');
}

/** @param {readonly string[]} titles */
function legend(titles) {
  let left = 12;
  return titles.map((title, index) => {
    const at = left;
    left += 30 + title.length * 7;
    return `${mark(at + 5, 18, index)}<text x="${at + 14}" y="22">${escape(title)}</text>`;
  });
}

/**
 * @param {number} first - power of ten
 * @param {number} last
 * @param {(factor: number) => number} x
 * @param {number} height
 */
function scale(first, last, x, height) {
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return powers.map((power) => {
    const at = x(10 ** power).toFixed(1);
    const label = `${compact.format(10 ** power)}×`;
    const colour = power === 0 ? '#555555' : '#dddddd';
    return `<line x1="${at}" y1="${TOP - 8}" x2="${at}" y2="${height - 22}" stroke="${colour}"/><text x="${at}" y="${TOP - 14}" text-anchor="middle" fill="#555555">${label}</text>`;
  });
}

/**
 * @param {{ title: string, marks: { index: number, factor: number }[] }} line
 * @param {number} y
 * @param {(factor: number) => number} x
 */
function lineOf({ title, marks }, y, x) {
  const points = marks.map(({ factor }) => x(factor));
  const [from, to] = [Math.min(...points), Math.max(...points)].map((at) => at.toFixed(1));
  return [
    `<text x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${escape(title)}</text>`,
    `<line x1="${from}" y1="${y}" x2="${to}" y2="${y}" stroke="#bbbbbb"/>`,
    // nogil last, on top of whatever is at the same place.
    ...[...marks].reverse().map(({ index, factor }) => mark(x(factor), y, index)),
  ];
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} index
 */
function mark(x, y, index) {
  const colour = COLOURS[index % COLOURS.length];
  return `<circle cx="${x.toFixed(1)}" cy="${y}" r="5" fill="${colour}"/>`;
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
