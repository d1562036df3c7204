/** Ctrl-C at a terminal, which sends it to the command and to the program that it runs. */
import { join } from 'node:path';

import { findPython } from '@nogil/python';
import { afterEach, describe, expect, it } from 'vitest';

import { programs } from './command-line.js';
import { Terminal } from './terminal.js';

const command = join(import.meta.dirname, '../bin/nogil.js');
const { folder, file } = programs();

describe.skipIf(process.platform === 'win32')('Ctrl-C while nogil runs a program', () => {
  let terminal: Terminal;

  afterEach(() => {
    terminal.kill();
  });

  it('reaches the program once', async () => {
    const program = file(
      'counts.mjs',
      `let heard = 0;
       process.on('SIGINT', () => { heard += 1; });
       process.on('SIGTERM', () => { console.log('heard: ' + heard); process.exit(6); });
       setInterval(() => undefined, 1000);
       process.stdin.on('data', () => process.kill(process.ppid, 'SIGTERM'));
       console.log('begun');`,
    );
    const { executable } = findPython();
    terminal = Terminal.open(executable, [process.execPath, command, 'run', join(folder, program)]);
    await terminal.until('begun');
    terminal.type('\x03');
    await terminal.until('^C');
    terminal.type('\n');
    await terminal.until('heard: 1');
    expect(await terminal.end()).toBe(6);
  });

  it('interrupts a program in Python, and the command ends by it', async () => {
    const program = file('computes.py', 'print("begun", flush=True)\nwhile True: pass\n');
    const { executable } = findPython();
    terminal = Terminal.open(executable, [process.execPath, command, 'run', join(folder, program)]);
    await terminal.until('begun');
    terminal.type('\x03');
    await terminal.until('KeyboardInterrupt');
    expect(await terminal.end()).toBe(128 + 2);
  });
});
