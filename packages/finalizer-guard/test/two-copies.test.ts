import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { expect, it } from 'vitest';

import { built } from './python.js';

it('a program with two copies of the package goes on after both guard its exit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nogil-copies-'));
  try {
    cpSync(dirname(built), join(folder, 'dist'), { recursive: true });
    mkdirSync(join(folder, 'node_modules/@nogil'), { recursive: true });
    symlinkSync(
      join(import.meta.dirname, '../../abi'),
      join(folder, 'node_modules/@nogil/abi'),
      'junction',
    );
    const copy = join(folder, 'dist/index.cjs');
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '-e',
        `const copies = [${JSON.stringify(built)}, ${JSON.stringify(copy)}].map((file) => require(file));
         if (copies[0].guardExit === copies[1].guardExit) throw new Error('one copy, not two');
         for (const { guardExit } of copies) guardExit();
         setTimeout(() => console.log('the event loop turns'), 1);`,
      ],
      { encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' },
    );
    expect({ status, signal, stdout, stderr }).toEqual({
      status: 0,
      signal: null,
      stdout: 'the event loop turns\n',
      stderr: '',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
