/** Draws the times as an SVG that reads well on light and dark pages. */
import { formatSeconds, formatWorkers, type Timing } from './timing.js';

/** Bars of one colour: the times of one interpreter. */
export interface Series {
  readonly label: string;
  readonly timings: readonly Timing[];
}

/** What the chart shows. */
export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  readonly series: readonly Series[];
}

const WIDTH = 760;
const HEIGHT = 460;
const PLOT = { left: 72, right: WIDTH - 28, top: 128, bottom: HEIGHT - 68 };
const BAR = { widest: 84, gap: 10 };

/**
 * Draws grouped bars: a group per number of workers, a bar per interpreter, whiskers from the fastest
 * to the slowest round where there are several.
 *
 * @param chart - what to show; at least one series with one time
 * @returns a complete SVG document
 */
export function drawChart(chart: Chart): string {
  const counts = [...new Set(chart.series.flatMap((s) => s.timings.map((t) => t.workers)))];
  counts.sort((a, b) => a - b);
  const slowest = Math.max(
    ...chart.series.flatMap((s) => s.timings.flatMap((t) => [t.seconds, ...t.rounds])),
  );
  const step = niceStep(slowest);
  const top = Math.ceil((slowest * 1.04) / step) * step;
  const y = (seconds: number): number => PLOT.bottom - (seconds / top) * (PLOT.bottom - PLOT.top);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escapeXml(chart.title)}</title>`,
    `<desc id="desc">${escapeXml(describe(chart))}</desc>`,
    STYLE,
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="12"/>`,
    `<text class="title" x="28" y="42">${escapeXml(chart.title)}</text>`,
    `<text class="subtitle" x="28" y="66">${escapeXml(chart.subtitle)}</text>`,
    ...drawLegend(chart.series),
    ...drawAxis(top, step, y),
    ...counts.flatMap((count, index) => drawGroup(chart.series, count, index, counts.length, y)),
    `<line class="base" x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}"/>`,
    `<text class="axis" x="${(PLOT.left + PLOT.right) / 2}" y="${HEIGHT - 18}" text-anchor="middle">worker threads</text>`,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = `<style>
  svg { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; color-scheme: light dark; }
  .page { fill: #ffffff; }
  .title { font-size: 20px; font-weight: 650; fill: #14181f; }
  .subtitle, .axis, .tick, .legend { font-size: 13px; fill: #5a6372; }
  .group { font-size: 14px; fill: #14181f; }
  .value { font-size: 14px; font-weight: 650; fill: #14181f; }
  .speedup { font-size: 13px; fill: #5a6372; }
  .value, .speedup { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
  .grid { stroke: #e4e7ec; }
  .base { stroke: #8a93a3; }
  .whisker { stroke: #14181f; stroke-width: 1.5; opacity: 0.7; }
  .series-0 { fill: #2f6fde; }
  .series-1 { fill: #e08a2c; }
  .series-2 { fill: #7d8797; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #12161d; }
    .title, .group, .value { fill: #eef1f6; }
    .subtitle, .axis, .tick, .legend, .speedup { fill: #a3adbd; }
    .value, .speedup { stroke: #12161d; }
    .grid { stroke: #262d38; }
    .base { stroke: #6b7585; }
    .whisker { stroke: #eef1f6; }
    .series-0 { fill: #5b93f5; }
    .series-1 { fill: #f0a04b; }
    .series-2 { fill: #8f99aa; }
  }
</style>`;

function drawLegend(series: readonly Series[]): string[] {
  const width = (PLOT.right - 28) / Math.max(series.length, 2);
  return series.flatMap(({ label }, index) => {
    const x = 28 + index * width;
    return [
      `<rect class="series-${index}" x="${round(x)}" y="84" width="12" height="12" rx="3"/>`,
      `<text class="legend" x="${round(x + 19)}" y="95">${escapeXml(label)}</text>`,
    ];
  });
}

function drawAxis(top: number, step: number, y: (seconds: number) => number): string[] {
  const middle = (PLOT.top + PLOT.bottom) / 2;
  const lines = [
    `<text class="axis" transform="translate(22 ${middle}) rotate(-90)" text-anchor="middle">seconds, less is better</text>`,
  ];
  const digits = step < 0.01 ? 3 : step < 0.1 ? 2 : step < 1 ? 1 : 0;
  for (let tick = 0; tick * step <= top * 1.0001; tick += 1) {
    const at = round(y(tick * step));
    const text = (tick * step).toFixed(digits);
    lines.push(
      `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/>`,
      `<text class="tick" x="${PLOT.left - 10}" y="${round(at + 4.5)}" text-anchor="end">${text}</text>`,
    );
  }
  return lines;
}

function drawGroup(
  series: readonly Series[],
  count: number,
  index: number,
  groups: number,
  y: (seconds: number) => number,
): string[] {
  const room = (PLOT.right - PLOT.left) / groups;
  const center = PLOT.left + room * (index + 0.5);
  const width = Math.min(BAR.widest, (room * 0.8) / series.length - BAR.gap);
  const first = center - (series.length * (width + BAR.gap) - BAR.gap) / 2;
  const bars = series.flatMap(({ timings }, place) => {
    const timing = timings.find((candidate) => candidate.workers === count);
    return timing ? drawBar(timing, place, first + place * (width + BAR.gap), width, y) : [];
  });
  return [
    ...bars,
    `<text class="group" x="${round(center)}" y="${PLOT.bottom + 24}" text-anchor="middle">${formatWorkers(count)}</text>`,
  ];
}

function drawBar(
  timing: Timing,
  place: number,
  left: number,
  width: number,
  y: (seconds: number) => number,
): string[] {
  const top = y(timing.seconds);
  const center = round(left + width / 2);
  const slowest = y(Math.max(timing.seconds, ...timing.rounds));
  const parts = [
    `<rect class="series-${place}" x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(PLOT.bottom - top)}" rx="4"/>`,
  ];
  if (timing.rounds.length > 1) {
    const fastest = y(Math.min(...timing.rounds));
    parts.push(
      `<line class="whisker" x1="${center}" x2="${center}" y1="${round(slowest)}" y2="${round(fastest)}"/>`,
    );
  }
  const line = round(Math.min(top, slowest) - 8);
  parts.push(
    `<text class="value" x="${center}" y="${line}" text-anchor="middle">${formatSeconds(timing.seconds)}</text>`,
  );
  if (timing.speedup !== 1) {
    parts.push(
      `<text class="speedup" x="${center}" y="${round(line - 17)}" text-anchor="middle">${timing.speedup.toFixed(2)} ×</text>`,
    );
  }
  return parts;
}

/** What someone hears who cannot see the bars. */
function describe({ subtitle, series }: Chart): string {
  const lines = series.map(({ label, timings }) => {
    const times = timings.map((t) => `${formatWorkers(t.workers)} ${formatSeconds(t.seconds)}`);
    return `${label}: ${times.join(', ')}.`;
  });
  return [`${subtitle}.`, ...lines].join(' ');
}

/** A distance between grid lines of 1, 2 or 5 times a power of ten that gives three to seven of them. */
function niceStep(highest: number): number {
  const rough = Math.max(highest, 1e-3) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  return factor * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
