// @ts-check
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine } from '../runner/engines.mjs';
import { exampleOf } from './install.mjs';
import { describe, observe } from './observe.mjs';

/** @typedef {import('../runner/engines.mjs').Engine} Engine */
/** @typedef {import('./managers.mjs').Project} Project */

/** A program that takes longer hangs. */
const DEADLINE_MS = 60_000;

/**
 * What is done with an installed package.
 * @typedef {object} Exercise
 * @property {string} title
 * @property {(engine: Engine) => Promise<string | undefined>} run - resolves to what is wrong
 */

/**
 * @param {string} name
 * @param {string} tarball - its own
 * @param {Project} project - it is installed there
 * @returns {Promise<Exercise[]>}
 */
export async function exercises(name, tarball, project) {
  const example = await exampleOf(tarball);
  return [
    {
      title: 'the README’s example runs',
      run: async (engine) => {
        if (example === undefined) return '  its README has no example in JavaScript';
        return runText(project, 'example.mjs', example, engine);
      },
    },
    {
      title: 'CommonJS and ESM are the same',
      run: (engine) => runText(project, 'both.cjs', bothFormats(name), engine),
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
 * Writes a program into a project and runs it there.
 *
 * @param {Project} project
 * @param {string} file
 * @param {string} source
 * @param {Engine} engine
 * @param {object} [options]
 * @param {RegExp} [options.expected] - what it says; anything at all without it
 * @param {number | undefined} [options.uid] - the user who runs it
 * @param {string} [options.cwd] - the working folder; the project without it
 * @returns {Promise<string | undefined>} what is wrong: it failed, or did not say that
 */
export async function runText(project, file, source, engine, { expected = /./, uid, cwd } = {}) {
  const { folder, env } = project;
  const program = path.join(folder, file);
  writeFileSync(program, source);
  const ended = await observe(engine.program, commandLine(engine, program), {
    cwd: cwd ?? folder,
    env,
    deadline: DEADLINE_MS,
    uid,
  });
  return ended.code === 0 && expected.test(ended.output) ? undefined : describe(ended);
}
