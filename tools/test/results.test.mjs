// @ts-check
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clearReports, tally } from '../lib/results.mjs';
import { closingLine, steps } from '../lib/steps.mjs';

let directory = '';
/** @type {import('../lib/workspace.mjs').Project} */
let project;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'nogil-results-'));
  mkdirSync(path.join(directory, 'reports'));
  mkdirSync(path.join(directory, 'test'));
  project = { name: 'p', directory, manifest: { name: 'p', scripts: { test: 'vitest run' } } };
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

/** @param {object} content */
function report(content, name = 'vitest.json') {
  writeFileSync(path.join(directory, 'reports', name), JSON.stringify(content));
}

/**
 * @param {string} name
 * @param {string} status
 * @param {string[]} tests - their statuses
 */
function suite(name, status, tests) {
  const file = path.join(directory, 'test', name);
  writeFileSync(file, '');
  return { name: file, status, assertionResults: tests.map((status) => ({ status })) };
}

test('passed, failed, skipped and todo tests are added up', () => {
  report({
    numTotalTests: 5,
    numPassedTests: 2,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 1,
    success: false,
    testResults: [suite('a.test.ts', 'failed', ['passed', 'passed', 'failed', 'pending', 'todo'])],
  });
  expect(tally(project)).toEqual({
    name: 'p',
    passed: 2,
    failed: 1,
    skipped: 2,
    notes: [expect.stringMatching(/a\.test\.ts/)],
  });
});

test('what failed is named, with the end of what it printed', () => {
  const text = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n');
  report({ passed: 1, failed: 1, failures: [{ name: 'handles_freed_once 3.14t', text }] });
  const vitest = suite('a.test.ts', 'failed', []);
  const assertion = {
    status: 'failed',
    fullName: 'adds up',
    failureMessages: ['Error: 1 is not 2'],
  };
  report(
    {
      numTotalTests: 1,
      numPassedTests: 0,
      numFailedTests: 1,
      success: false,
      testResults: [{ ...vitest, assertionResults: [assertion] }],
    },
    'unit.json',
  );
  const total = /** @type {import('../lib/results.mjs').Tally} */ (tally(project));
  expect(total).toMatchObject({ passed: 1, failed: 2 });
  expect(total.notes).toHaveLength(2);
  const notes = total.notes.join('\n');
  expect(notes).toMatch(/handles_freed_once 3\.14t\n {4}…\n[^]*line 99/);
  expect(notes).not.toMatch(/line 50\b/);
  expect(notes).toMatch(/a\.test\.ts: adds up\n {4}Error: 1 is not 2/);
});

test('a file that failed outside its tests counts', () => {
  const testResults = [suite('a.test.ts', 'failed', [])];
  report({ numTotalTests: 0, numPassedTests: 0, numFailedTests: 0, success: false, testResults });
  expect(tally(project)).toMatchObject({
    failed: 1,
    notes: [expect.stringMatching(/a\.test\.ts/)],
  });
});

test('a test file that no report names counts: its process crashed', () => {
  suite('crashed.test.ts', '', []);
  const testResults = [suite('a.test.ts', 'passed', ['passed'])];
  report({ numTotalTests: 1, numPassedTests: 1, numFailedTests: 0, success: true, testResults });
  expect(tally(project)).toMatchObject({ passed: 1, failed: 1 });
});

test('a run that failed although every test passed counts', () => {
  const testResults = [suite('a.test.ts', 'passed', ['passed'])];
  report({ numTotalTests: 1, numPassedTests: 1, numFailedTests: 0, success: false, testResults });
  expect(tally(project)).toMatchObject({ passed: 1, failed: 1 });
});

test('a project without a report counts', () => {
  expect(tally(project)).toMatchObject({ passed: 0, failed: 1 });
});

test('a project without tests does not', () => {
  expect(tally({ ...project, manifest: { name: 'p' } })).toBeNull();
});

test('a report that is cut short counts', () => {
  writeFileSync(path.join(directory, 'reports', 'vitest.json'), '{"numTotal');
  expect(tally(project)).toMatchObject({ failed: 1 });
});

test('reports of other runners are added', () => {
  report({ passed: 3, failed: 1, skipped: 2 }, 'e2e.json');
  expect(tally(project)).toMatchObject({ passed: 3, failed: 1, skipped: 2 });
});

test('reports of an earlier run are forgotten', () => {
  report({ passed: 3, failed: 0 });
  clearReports([project]);
  expect(existsSync(path.join(directory, 'reports', 'vitest.json'))).toBe(false);
});

test('the closing line stands alone, counts failed steps and decides the exit code', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  vi.spyOn(console, 'error').mockReturnValue();
  const { step, failures } = steps();
  expect(await step('build', async () => 1)).toBe(false);
  expect(await step('lint', () => Promise.reject(new Error('no')))).toBe(false);
  expect(await step('typecheck', async () => undefined)).toBe(true);
  const tallies = [{ name: 'p', passed: 3, failed: 0, skipped: 1, notes: [] }];
  expect(closingLine(tallies, failures.length)).toBe(1);
  expect(log.mock.lastCall).toEqual(['3 passed, 2 failed, 1 skipped']);
  expect(closingLine([], 0)).toBe(0);
  expect(log.mock.lastCall).toEqual(['0 passed, 0 failed']);
});
