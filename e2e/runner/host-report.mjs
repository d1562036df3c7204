// @ts-check
// What each host came to, for `npm test` to add up, and the page that shows the last run of all of them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { engineNames } from './engines.mjs';
import { writeReport } from './report.mjs';

/** @typedef {import('./report.mjs').Result} Result */
/** @typedef {import('./matrix.mjs').Skip} Skip */

/**
 * @typedef {object} PythonSummary
 * @property {string} name
 * @property {string} description
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} skipped - the reasons
 */

const page = fileURLToPath(new URL('../../docs/matrix.md', import.meta.url));

/** @param {string} host - `node-24` */
function reportOf(host) {
  return fileURLToPath(new URL(`../hosts/${host}/reports/e2e.json`, import.meta.url));
}

/**
 * @param {{ name: string, version?: string, reason?: string }} host
 * @param {readonly Result[]} results
 * @param {readonly Skip[]} skips
 * @param {boolean} requireAll - a skipped run counts as failed
 */
export function writeHostReport(host, results, skips, requireAll) {
  /** @type {Map<string, PythonSummary>} */
  const pythons = new Map();
  /** @param {string} name */
  function summaryOf(name) {
    const empty = { name, description: '', passed: 0, failed: 0, skipped: [] };
    const summary = pythons.get(name) ?? empty;
    pythons.set(name, summary);
    return summary;
  }
  for (const { run, problem } of results) {
    const summary = summaryOf(run.python.name);
    summary.description = run.python.description;
    summary[problem === undefined ? 'passed' : 'failed'] += 1;
  }
  for (const { python, reason } of skips) {
    const { skipped } = summaryOf(python);
    if (!skipped.includes(reason)) skipped.push(reason);
  }
  const summary = {
    host: host.name,
    version: host.version ?? null,
    pythons: [...pythons.values()],
  };
  return writeReport(reportOf(host.name), results, skips, requireAll, { summary });
}

/**
 * Writes docs/matrix.md from the reports of all hosts.
 */
export async function writeMatrixPage() {
  const hosts = engineNames().flatMap((name) => {
    const file = reportOf(name);
    if (!existsSync(file)) return [];
    /** @type {{ summary?: { host: string, version: string | null, pythons: PythonSummary[] } }} */
    const { summary } = JSON.parse(readFileSync(file, 'utf8'));
    return summary === undefined ? [] : [summary];
  });
  const names = [...new Set(hosts.flatMap(({ pythons }) => pythons.map(({ name }) => name)))];
  const head = ['Python', ...hosts.map(({ host }) => host.replace('-', ' '))];
  const rows = names.map((name) => [
    name,
    ...hosts.map(({ pythons }) => cell(pythons.find((python) => python.name === name))),
  ]);
  const reasons = new Set(
    hosts.flatMap(({ pythons }) => pythons.flatMap(({ skipped }) => skipped)),
  );
  const text = [
    '# The last run of the matrix',
    '',
    '<!-- Written by the run itself: npm run nx -- run-many -t e2e. Do not edit. -->',
    '',
    `On ${new Date().toISOString().slice(0, 10)}, ${os.type()} ${os.arch()}. Each number is so many programs that did ` +
      'what they promise, each in a process of its own, in the main thread or in a worker ' +
      '([what they check](../e2e/README.md)).',
    '',
    ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    ...hosts.map(({ host, version }) => `- ${host.replace('-', ' ')}: ${version ?? 'not there'}`),
    ...descriptions(hosts),
    ...[...reasons].map((reason) => `- Skipped: ${reason}.`),
    '',
  ].join('\n');
  const style = await resolveConfig(page);
  mkdirSync(path.dirname(page), { recursive: true });
  writeFileSync(page, await format(text, { ...style, filepath: page }));
}

/** @param {PythonSummary | undefined} summary */
function cell(summary) {
  if (summary === undefined) return '';
  const { passed, failed, skipped } = summary;
  if (failed > 0) return `**${failed} of ${passed + failed} failed**`;
  return passed > 0 ? `${passed}` : skipped.length > 0 ? 'skipped' : '';
}

/** @param {readonly { pythons: PythonSummary[] }[]} hosts */
function descriptions(hosts) {
  const all = hosts.flatMap(({ pythons }) => pythons);
  const texts = new Map(all.map(({ name, description }) => [name, description]));
  return [...texts].filter(([, text]) => text !== '').map(([name, text]) => `- ${name}: ${text}`);
}
