import { describe, expect, it } from 'vitest';
import { drawChart, type Series } from '../src/chart.js';
import { summarize } from '../src/timing.js';

const freeThreaded: Series = {
  label: 'Python 3.14.5, free-threaded',
  timings: summarize(new Map([[1, [9.8, 9.9, 9.7]], [2, [5.1, 5.0, 5.2]]])), // prettier-ignore
};
const gil: Series = {
  label: 'Python 3.14.5, with the GIL',
  timings: summarize(new Map([[1, [9.1]], [2, [9.6]]])), // prettier-ignore
};
const titles = { title: 'A census', subtitle: 'ast & tokenize' };

/** The bars' heights, in order. */
function heights(svg: string, series: number): number[] {
  const bars = svg.matchAll(
    new RegExp(`class="series-${series}"[^>]*height="([\\d.]+)" rx="4"`, 'g'),
  );
  return [...bars].map((match) => Number(match[1]));
}

describe('drawChart', () => {
  it('draws a bar per number of workers, as high as its time', () => {
    const [one, two] = heights(drawChart({ ...titles, series: [freeThreaded] }), 0);
    expect((one ?? 0) / (two ?? 1)).toBeCloseTo(9.8 / 5.1, 1);
  });

  it('puts interpreters side by side', () => {
    const svg = drawChart({ ...titles, series: [freeThreaded, gil] });
    expect(heights(svg, 0)).toHaveLength(2);
    expect(heights(svg, 1)).toHaveLength(2);
    expect(svg).toContain('1.92 ×');
    expect(svg).toContain('0.95 ×');
  });

  it('has a title, names for its axes, and words for those who cannot see it', () => {
    const svg = drawChart({ ...titles, series: [freeThreaded] });
    expect(svg).toContain('<title id="title">A census</title>');
    expect(svg).toContain('seconds, less is better');
    expect(svg).toContain('worker threads');
    expect(svg).toMatch(/<desc id="desc">.*1 worker 9\.8 s, 2 workers 5\.1 s/);
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  it('escapes what it is given', () => {
    const svg = drawChart({ title: 'a < b', subtitle: 'c & d', series: [freeThreaded] });
    expect(svg).toContain('a &lt; b');
    expect(svg).toContain('c &amp; d');
  });

  it('shows the spread of several rounds only', () => {
    expect(drawChart({ ...titles, series: [freeThreaded] })).toContain('class="whisker"');
    expect(drawChart({ ...titles, series: [gil] })).not.toContain('class="whisker"');
  });

  it('keeps everything inside, for times of any size', () => {
    for (const seconds of [0.0004, 0.03, 1, 999, 86_400]) {
      const timings = summarize(new Map([[1, [seconds]]]));
      const svg = drawChart({ ...titles, series: [{ label: 'x', timings }] });
      expect(svg).not.toMatch(/NaN|Infinity|="-/);
      expect(svg.match(/class="grid"/g)?.length).toBeLessThan(12);
    }
  });
});
