// @ts-check
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

/** @typedef {import('./workspace.mjs').Project} Project */

/** How much of a failed test's output is repeated beside the sums. */
const NOTE_LINES = 24;

/**
 * @typedef {object} Tally
 * @property {string} name - the project
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped - skipped and todo
 * @property {string[]} notes - what failed, and how it ended: a log that is cut at the front still says it
 */

/**
 * Forgets the reports of earlier runs, so that whatever is found afterwards is from this one.
 * @param {Project[]} projects
 */
export function clearReports(projects) {
  for (const file of projects.flatMap(reportsOf)) rmSync(file);
}

/**
 * Adds up the reports of a project: vitest's JSON, or `{ passed, failed, skipped, failures }` of other
 * runners, where each of `failures` is `{ name, text }`.
 * What left no trace counts as failed: a project without a report, a test file that no report names.
 *
 * @param {Project} project
 * @returns {Tally | null} null for a project that has no tests
 */
export function tally(project) {
  const targets = ['test', 'e2e'].filter((target) => project.manifest.scripts?.[target]);
  if (targets.length === 0) return null;
  /** @type {Tally} */
  const total = { name: project.name, passed: 0, failed: 0, skipped: 0, notes: [] };
  const reported = new Set();
  const reports = reportsOf(project);
  for (const file of reports) add(total, file, reported);
  if (reports.length < targets.length) {
    fail(
      total,
      `${targets.join(' and ')} left ${reports.length} of ${targets.length} reports: it crashed or did not run`,
    );
  }
  if (reported.size > 0) {
    for (const file of testFiles(project.directory)) {
      if (!reported.has(path.normalize(file))) {
        fail(
          total,
          `${path.relative(project.directory, file)} is in no report: its process crashed`,
        );
      }
    }
  }
  return total;
}

/** @param {Project} project */
function reportsOf({ directory }) {
  const folder = path.join(directory, 'reports');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => path.join(folder, file));
}

/**
 * @param {Tally} total
 * @param {string} file
 * @param {Set<string>} reported - gets the test files that vitest ran
 */
function add(total, file, reported) {
  /** @type {Record<string, unknown>} */
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    fail(total, `${path.basename(file)}: ${String(error)}`);
    return;
  }
  if (!('numTotalTests' in report)) {
    total.passed += count(report.passed);
    total.failed += count(report.failed);
    total.skipped += count(report.skipped);
    if (typeof report.passed !== 'number' || typeof report.failed !== 'number') {
      fail(total, `${path.basename(file)} has no numbers passed and failed`);
    }
    for (const { name, text } of Array.isArray(report.failures) ? report.failures : []) {
      total.notes.push(explain(name, text));
    }
    return;
  }
  total.passed += count(report.numPassedTests);
  total.failed += count(report.numFailedTests);
  total.skipped += count(report.numPendingTests) + count(report.numTodoTests);
  /** @type {{ name: string, status: string, message?: string, assertionResults: { status: string, fullName?: string, failureMessages?: string[] }[] }[]} */
  const suites = Array.isArray(report.testResults) ? report.testResults : [];
  let explained = count(report.numFailedTests) > 0;
  for (const suite of suites) {
    reported.add(path.normalize(suite.name));
    for (const { status, fullName = '', failureMessages = [] } of suite.assertionResults) {
      if (status !== 'failed') continue;
      total.notes.push(
        explain(`${path.basename(suite.name)}: ${fullName}`, failureMessages.join('\n')),
      );
    }
    if (
      suite.status !== 'failed' ||
      suite.assertionResults.some(({ status }) => status === 'failed')
    )
      continue;
    explained = true;
    fail(
      total,
      `${path.basename(suite.name)}: ${suite.message?.split('\n')[0] || 'failed outside its tests'}`,
    );
  }
  if (report.success === false && !explained) {
    fail(total, `${path.basename(file)}: failed outside its tests (an unhandled error or a crash)`);
  }
}

/**
 * @param {Tally} total
 * @param {string} note
 */
function fail(total, note) {
  total.failed += 1;
  total.notes.push(note);
}

/**
 * A failed test and the end of what it printed, which is where the reason stands.
 *
 * @param {unknown} name
 * @param {unknown} text
 */
function explain(name, text) {
  const lines = String(text).trimEnd().split('\n');
  const end = lines.length <= NOTE_LINES ? lines : ['…', ...lines.slice(-NOTE_LINES)];
  return [String(name), ...end].join('\n    ');
}

/** @param {unknown} value */
function count(value) {
  return typeof value === 'number' ? value : 0;
}

/**
 * What vitest.base.ts and tools/vitest.config.mjs include.
 * @param {string} directory
 */
function testFiles(directory) {
  return ['src', 'test'].flatMap((folder) => {
    const full = path.join(directory, folder);
    if (!existsSync(full)) return [];
    return readdirSync(full, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.test\.(ts|mjs)$/.test(file) && !file.includes('node_modules'))
      .map((file) => path.join(full, file));
  });
}
