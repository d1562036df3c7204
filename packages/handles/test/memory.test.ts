import { beforeAll, expect, it } from 'vitest';

import {
  createHandle,
  duplicateHandle,
  handleStatistics,
  releaseHandle,
  reprOf,
  startPython,
} from '../src/index.js';
import { testPython } from './python.js';

beforeAll(async () => {
  startPython(await testPython());
});

const MIB = 1024 * 1024;

it('10 million create and release cycles leave memory flat', { timeout: 300_000 }, () => {
  const object = createHandle('object()');
  const cycle = (count: number): void => {
    for (let i = 0; i < count; i++) releaseHandle(duplicateHandle(object));
  };
  cycle(100_000);
  const before = { rss: process.memoryUsage.rss(), ...handleStatistics() };
  cycle(10_000_000);
  const after = handleStatistics();
  expect(after.bytes).toBe(before.bytes);
  expect(after.live).toBe(before.live);
  expect(process.memoryUsage.rss() - before.rss).toBeLessThan(16 * MIB);
  releaseHandle(object);
});

it('the memory of a peak goes back, and old handles stay stale', { timeout: 300_000 }, () => {
  const object = createHandle('object()');
  const before = handleStatistics();
  const peak = new Float64Array(1_000_000);
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < peak.length; i++) peak[i] = duplicateHandle(object);
    const high = handleStatistics();
    expect(high.live).toBe(before.live + peak.length);
    expect((high.bytes - before.bytes) / peak.length).toBeLessThan(32);
    for (const handle of peak) releaseHandle(handle);
    expect(handleStatistics().live).toBe(before.live);
    // One chunk stays at hand.
    expect(handleStatistics().bytes - before.bytes).toBeLessThan(MIB);
  }
  const again = duplicateHandle(object);
  for (let i = 0; i < peak.length; i += 997) {
    expect(() => reprOf(peak[i] as number)).toThrow(
      expect.objectContaining({ code: 'STALE_HANDLE' }),
    );
  }
  expect(reprOf(again)).toMatch(/object/);
  releaseHandle(again);
  releaseHandle(object);
});
