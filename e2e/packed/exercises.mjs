// @ts-check
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine } from '../runner/engines.mjs';
import { exampleOf } from './install.mjs';

/** @typedef {import('../runner/engines.mjs').Engine} Engine */

/** A program that takes longer hangs. */
const DEADLINE_MS = 60_000;

/**
 * What is done with an installed package.
 * @typedef {object} Exercise
 * @property {string} title
 * @property {(engine: Engine, python: string) => Promise<string | undefined>} run - resolves to what is wrong
 */

/**
 * @param {string} name
 * @param {string} folder - the project it is installed in
 * @returns {Exercise[]}
 */
export function exercises(name, folder) {
  const example = exampleOf(name, folder);
  return [
    {
      title: 'the README’s example runs',
      run: async (engine, python) => {
        if (example === undefined) return '  its README has no example in JavaScript';
        return program(folder, 'example.mjs', example, engine, python);
      },
    },
    {
      title: 'CommonJS and ESM are the same',
      run: (engine, python) => program(folder, 'both.cjs', bothFormats(name), engine, python),
    },
  ];
}

/** Packages of functions without state or classes, of which two copies do no harm. */
const STATELESS = ['@nogil/python'];

/**
 * What require() and import give has the same names, and is one compiled copy where that matters.
 * @param {string} name
 */
function bothFormats(name) {
  const compare = STATELESS.includes(name)
    ? 'assert.equal(typeof esm[each], typeof cjs[each], each)'
    : 'assert.equal(esm[each], cjs[each], each)';
  return `
const assert = require('node:assert/strict');
const cjs = require('${name}');
import('${name}').then((esm) => {
  const names = Object.keys(cjs).filter((each) => each !== 'default' && each !== '__esModule');
  assert.ok(names.length > 0, 'it exports nothing');
  for (const each of names) ${compare};
  console.log(names.length + ' exports');
});
`;
}

/**
 * @param {string} folder
 * @param {string} file
 * @param {string} source
 * @param {Engine} engine
 * @param {string} python
 * @returns {Promise<string | undefined>} what is wrong
 */
function program(folder, file, source, engine, python) {
  writeFileSync(path.join(folder, file), source);
  const child = spawn(engine.program, commandLine(engine, file), {
    cwd: folder,
    env: cleanEnvironment(python),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
  const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(deadline);
      if (code === 0 && output !== '') return resolve(undefined);
      const shown = output === '' ? '(no output)' : output.trimEnd().replaceAll(/^/gm, '  | ');
      resolve(`  exit code ${code}, signal ${signal}\n${shown}`);
    });
  });
}

/**
 * What a user's machine has, without compilers: no path at all but the system's for `which`-like look-ups.
 * @param {string} python
 */
function cleanEnvironment(python) {
  const kept = ['HOME', 'USER', 'LANG', 'TMPDIR', 'TEMP', 'SystemRoot', 'NOGIL_HOME'];
  const environment = Object.fromEntries(
    kept.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])),
  );
  return { ...environment, PATH: '', NOGIL_PYTHON: python };
}
