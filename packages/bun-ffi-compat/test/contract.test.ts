import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { compileC, compileTypeScript, reports } from './compile.js';
import { cases } from './contract/cases.js';
import { type Engine, engines, missing, run } from './engines.js';

const library = join(reports, 'libcontract.so');
let programs = '';

beforeAll(() => {
  mkdirSync(reports, { recursive: true });
  compileC(join(import.meta.dirname, 'native/contract.c'), library);
  copyFileSync(library, library.replace(/\.so$/, '-alone.so'));
  programs = join(compileTypeScript('test/contract', 'src', 'src/backends'), 'test/contract');
});

function results(engine: Engine, program: string): unknown[] {
  const output = run(engine, [...engine.gc, join(programs, program)], {
    env: { FFI_CONTRACT_LIBRARY: library },
  });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

const kept = (name: string) => ({ name, failure: null });

describe('the contract', () => {
  it.each(engines)('holds on $name, through $backend', (engine) => {
    expect(results(engine, 'on-engine.js')).toEqual(Object.keys(cases).map(kept));
  });

  it.each(engines.filter(({ backend }) => backend === 'koffi'))(
    'holds on $name, through a backend that is injected, and minds every word of its interface',
    (engine) => {
      const names = [...Object.keys(cases), 'a backend is given what its interface says'];
      expect(results(engine, 'on-pedant.js')).toEqual(names.map(kept));
    },
  );

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
