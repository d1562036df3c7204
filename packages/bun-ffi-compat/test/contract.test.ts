import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { compileC, compileTypeScript, reports } from './compile.js';
import { cases } from './contract/cases.js';
import { type Engine, engines, missing, run } from './engines.js';

const library = join(reports, 'libcontract.so');
let program = '';

beforeAll(() => {
  mkdirSync(reports, { recursive: true });
  compileC(join(import.meta.dirname, 'native/contract.c'), library);
  copyFileSync(library, library.replace(/\.so$/, '-alone.so'));
  const folder = join(import.meta.dirname, 'contract');
  const files = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
  program = join(compileTypeScript('contract', files), 'on-engine.js');
});

function results(engine: Engine): unknown[] {
  const gc = engine.backend === 'bun' ? [] : ['--expose-gc'];
  const output = run(engine, [...gc, program], { env: { FFI_CONTRACT_LIBRARY: library } });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

describe('the contract', () => {
  it.each(engines)('holds on $name, through $backend', (engine) => {
    expect(results(engine)).toEqual(Object.keys(cases).map((name) => ({ name, failure: null })));
  });

  it.each(engines.filter(({ backend }) => backend !== 'bun'))(
    'is kept on $name by $backend',
    (engine) => {
      const code = `
      const { dlopen } = require('bun-ffi-compat');
      dlopen('${library}', { echo_i32: { args: ['i32'], returns: 'i32' } }).symbols.echo_i32(1);
      console.log(Object.keys(require.cache).some((file) => file.endsWith('koffi.node')));
    `;
      const file = join(reports, 'which-backend.cjs');
      writeFileSync(file, code);
      expect(run(engine, [file]).trim()).toBe(String(engine.backend === 'koffi'));
    },
  );

  it.each(engines)('a worker of $name begins with an address, and calls back', (engine) => {
    const program = join(import.meta.dirname, 'programs/worker.mjs');
    const output = run(engine, [program], { env: { FFI_CONTRACT_LIBRARY: library } });
    expect(output).toBe('5 10 callback of the worker\n');
  });

  // For Linux on x64 the workspace installs all of them.
  const all = process.platform === 'linux' && process.arch === 'x64';
  (all ? it.each(missing) : it.skip.each(missing))('is not known on $name', ({ file }) => {
    expect(file).toBe('installed');
  });
});
