// @ts-check
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const manifest = createRequire(import.meta.url).resolve('nogil/package.json');
const program = path.join(path.dirname(manifest), 'bin/nogil.js');

/** @param {readonly string[]} args */
function command(args) {
  const options = process.versions.deno === undefined ? [] : ['run', '--allow-all', '--no-lock'];
  return [...options, program, ...args];
}

/** @param {readonly string[]} args */
function nogil(...args) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, command(args), {
    encoding: 'utf8',
  });
  return { status, signal, stdout, stderr };
}

export default async function commandLine() {
  const given = ['', '--', '--help', 'a b', 'ü'];

  writeFileSync(
    'typed.mts',
    'const list: string[] = process.argv.slice(2);\nprocess.exit(list.length);\n',
  );
  const typed = nogil('run', 'typed.mts', ...given);
  const { typescript = false } = /** @type {{ typescript?: unknown }} */ (process.features);
  assert.equal(typed.status, typescript === false ? 1 : given.length, typed.stderr);
  if (typescript === false) assert.match(typed.stderr, /does not run TypeScript/);

  writeFileSync(
    'program.py',
    'import js, sys\nprint(sys.argv[1:], js.Math.max(1, 2))\nsys.exit(7)\n',
  );
  const inPython = nogil('run', 'program.py', ...given);
  assert.equal(inPython.status, 7, inPython.stderr);
  assert.equal(inPython.stdout.trim(), "['', '--', '--help', 'a b', 'ü'] 2");

  const which = nogil('python', 'which');
  assert.ok(which.stdout.startsWith(process.env.NOGIL_PYTHON ?? ''), which.stdout);
  assert.match(nogil('pip', '--version').stdout, /^pip /);
  assert.equal(nogil('run', 'nothing.py').status, 1);

  if (process.platform === 'win32') return;
  writeFileSync('waits.mjs', "console.log('ready');\nsetInterval(() => undefined, 1000);\n");
  const waiting = spawn(process.execPath, command(['run', 'waits.mjs']), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(waiting.stdout, 'data');
  waiting.kill('SIGTERM');
  assert.deepEqual(await once(waiting, 'exit'), [null, 'SIGTERM']);
}
