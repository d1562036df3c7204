// @ts-check
// Bundles a program with each bundler and runs the bundle: the core stays outside, and is found.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { SCOPE } from '../runner/arguments.mjs';
import { commandLine, findEngines } from '../runner/engines.mjs';
import { findPrimaryPython } from '../runner/pythons.mjs';
import { writeCounts } from '../runner/report.mjs';
import { bundlers } from './bundlers.mjs';

const EXPECTED = '{"total":42,"implementation":"cpython","pool":7}\n';
/** A bundle without nogil in it has a few lines; nogil has thousands. */
const MOST_BYTES = 20_000;
const DEADLINE_MS = 60_000;

parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: SCOPE,
});
const python = findPrimaryPython();
const { engines } = findEngines();
const out = fileURLToPath(new URL('out', import.meta.url));
rmSync(out, { recursive: true, force: true });

let passed = 0;
/** @type {{ name: string, text: string }[]} */
const failures = [];

/**
 * @param {string} name
 * @param {() => Promise<void>} body
 */
async function test(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok     ${name}`);
  } catch (error) {
    failures.push({ name, text: `${error}` });
    console.log(`FAILED ${name}\n${error}`);
  }
}

for (const [name, bundle] of Object.entries(bundlers)) {
  const file = path.join(out, name.replace(' ', '-'), 'app.mjs');
  mkdirSync(path.dirname(file), { recursive: true });
  await test(`${name}: leaves nogil outside`, async () => {
    await bundle(file);
    const text = readFileSync(file, 'utf8');
    if (text.length > MOST_BYTES) throw new Error(`the bundle has ${text.length} bytes`);
    if (!/from\s*["']nogil["']/.test(text)) throw new Error(`it does not import nogil:\n${text}`);
  });
  for (const engine of engines) {
    await test(`${name}: the bundle runs on ${engine.name}`, async () => {
      const { stdout } = await promisify(execFile)(engine.program, commandLine(engine, file), {
        timeout: DEADLINE_MS,
        env: { ...process.env, NOGIL_PYTHON: python.executable },
      });
      if (stdout !== EXPECTED) throw new Error(`it printed ${stdout}`);
    });
  }
}

const report = fileURLToPath(new URL('../reports/bundlers.json', import.meta.url));
writeCounts(report, { passed, failed: failures.length, skipped: 0, failures });
console.log(`bundlers: ${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;
