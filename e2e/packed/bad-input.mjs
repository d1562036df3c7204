// @ts-check
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { dependencies, skippedWithout, withPython } from './cases.mjs';
import { runText } from './exercises.mjs';
import { npm } from './managers.mjs';

/** @typedef {import('./cases.mjs').Case} Case */
/** @typedef {import('./cases.mjs').Context} Context */
/** @typedef {import('./managers.mjs').Project} Project */

/**
 * Uses Python, and prints code and message of the error that this ends with.
 */
const TELLS = `
import { NogilError, python } from 'nogil';
try {
  console.log('the sum is ' + python.eval('40 + 2'));
} catch (error) {
  if (!(error instanceof NogilError)) throw error;
  console.log(error.code + ' ' + error.message);
}
`;

/**
 * Two installations in one process: in one thread, and in another.
 */
const TWO_COPIES = `
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { python } from 'nogil';
const copy = createRequire(new URL('./copy/index.cjs', import.meta.url).pathname).resolve('nogil');
const { python: other } = createRequire(import.meta.url)(copy);
assert.notEqual(other, python);
other.run('shared = [1, 2]');
assert.equal(python.eval('len(shared)'), 2);
const list = python.eval('shared');
assert.equal(other.builtins.len(list), 2, 'a proxy of one copy is no Python object to the other');
const worker = new Worker(
  "require('node:worker_threads').parentPort.postMessage(require(" + JSON.stringify(copy) + ").python.eval('len(shared)'))",
  { eval: true },
);
worker.once('message', (length) => {
  assert.equal(length, 2);
  console.log('the sum is 42');
});
`;

/**
 * What users do, or their machines do to them: it works, or the error says what to do.
 *
 * @param {Context} context
 * @returns {Case[]}
 */
export function badInputCases(context) {
  const { workshop, packed, engines, everything } = context;
  const some = everything ? engines : engines.filter(({ name }) => /^(node-20|bun-1)$/.test(name));
  /** @type {(kind: { title: string, expected: RegExp, source?: string, args?: string[], then?: (project: Project) => void, settings?: Record<string, string> }) => Case} */
  const one = ({ title, expected, source = TELLS, args = [], then, settings = {} }) => ({
    name: title,
    async run(note) {
      const project = workshop.project(title.replaceAll(/\W+/g, '-'), { nogil: '*' }, settings);
      const problem = await npm(project, ['install', '--ignore-scripts', ...args]);
      note('is installed', problem);
      if (problem !== undefined) return;
      then?.(project);
      for (const engine of some) {
        note(engine.name, await runText(project, 'program.mjs', source, engine, { expected }));
      }
    },
  });
  return [
    one({
      title: 'optional dependencies omitted',
      args: ['--omit=optional'],
      expected: /^CORE_NOT_FOUND .*@nogil\/native-.*: not there.*--omit=optional/s,
    }),
    one({
      title: 'installed for another platform',
      args: ['--os=win32', '--cpu=x64'],
      expected: /^CORE_NOT_FOUND .*@nogil\/native-.*: not there.*on this machine/s,
    }),
    one({
      title: 'a core of another version',
      then: spoilVersion,
      expected: /^CORE_UNUSABLE .* is of version 0\.0\.7.*in the same version/s,
    }),
    one({
      title: 'two copies of nogil',
      then: copyEverything,
      source: TWO_COPIES,
      expected: /^the sum is 42$/m,
    }),
    one({
      title: 'no home folder',
      settings: { HOME: '/nonexistent' },
      then: ({ env }) => delete env.HOME,
      expected: /^the sum is 42$/m,
    }),
    {
      name: 'read-only node_modules',
      ...skippedWithout(packed),
      async run(note) {
        const project = withPython(workshop.project('read-only', dependencies(packed)));
        const problem = await npm(project, ['install', '--ignore-scripts']);
        note('is installed', problem);
        if (problem !== undefined) return;
        const modules = path.join(project.folder, 'node_modules');
        // Root may write everywhere; nobody may write what root owns.
        const uid = process.getuid?.() === 0 ? NOBODY : undefined;
        execFileSync('chmod', ['-R', 'a-w', modules]);
        try {
          for (const engine of some) {
            const program = uid === undefined ? engine.program : visible(engine, workshop.folder);
            const options = { expected: /^it is read-only: the sum is 42$/m, uid };
            note(
              engine.name,
              await runText(project, 'p.mjs', LOCKED, { ...engine, program }, options),
            );
          }
        } finally {
          execFileSync('chmod', ['-R', 'u+w', modules]); // or it could not be removed
        }
      },
    },
  ];
}

/** The user that owns nothing, on every Linux. */
const NOBODY = 65_534;

/** Proves that it cannot write beside what it loads, and works nevertheless. */
const LOCKED = `
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { python } from 'nogil';
const file = python.import('json').__file__;
assert.throws(() => writeFileSync(file + '.new', ''), { code: 'EACCES' });
console.log('it is read-only: the sum is ' + python.eval('40 + 2'));
`;

/**
 * An engine where every user can start it: the checkout may be in a home folder.
 *
 * @param {import('../runner/engines.mjs').Engine} engine
 * @param {string} folder
 */
function visible(engine, folder) {
  const copy = path.join(folder, 'engines', engine.name);
  mkdirSync(path.dirname(copy), { recursive: true });
  if (existsSync(copy)) return copy;
  try {
    linkSync(engine.program, copy);
  } catch {
    copyFileSync(engine.program, copy); // on another file system
  }
  return copy;
}

/** @param {Project} project */
function spoilVersion({ folder }) {
  const target = `linux-${process.arch}-gnu`;
  const file = path.join(folder, 'node_modules/@nogil', `native-${target}`, 'package.json');
  if (!existsSync(file)) throw new Error(`${file} is not installed`);
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...manifest, version: '0.0.7' }));
}

/** @param {Project} project */
function copyEverything({ folder }) {
  cpSync(path.join(folder, 'node_modules'), path.join(folder, 'copy/node_modules'), {
    recursive: true,
  });
}
