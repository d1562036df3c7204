// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../workspace.mjs';

const FILE = path.join(root, 'native', 'test', 'instructions.json');

/** By how much the core may need more than the baseline, and how many instructions it may always. */
const TOLERANCE = 0.04;
const SLACK = 6;

/**
 * The core's instructions by what decides them (compiler, platform, Python), then by operation.
 *
 * @typedef {Record<string, Record<string, number>>} Baselines
 */

/** @returns {Baselines} */
export function readBaselines() {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/**
 * @param {string} key
 * @param {Map<string, import('./count.mjs').Count>} counts
 */
export function writeBaseline(key, counts) {
  const own = Object.fromEntries([...counts].map(([name, { core }]) => [name, core]));
  const all = { ...readBaselines(), [key]: own };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => a.localeCompare(b)));
  writeFileSync(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}

/**
 * What is wrong with a count: more than the baseline allows, or so much less that the baseline is stale.
 *
 * @param {number | undefined} expected
 * @param {number} counted
 * @returns {string | undefined}
 */
export function verdict(expected, counted) {
  if (expected === undefined) return 'has no baseline';
  const allowed = Math.max(expected * TOLERANCE, SLACK);
  if (counted > expected + allowed) return `takes ${counted - expected} more than ${expected}`;
  if (counted < expected - allowed) {
    return `takes ${expected - counted} fewer than ${expected}: write that down`;
  }
  return undefined;
}
