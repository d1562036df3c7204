/** Ctrl-C in Node's own read-eval-print loop, at a terminal. */
import { constants } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { python } from '../src/index.js';
import { Terminal } from './terminal.js';

const runtime = join(import.meta.dirname, '../dist/index.cjs');

describe.skipIf(process.platform === 'win32')('Ctrl-C in the read-eval-print loop of Node', () => {
  let terminal: Terminal;

  beforeEach(async () => {
    terminal = Terminal.open(python.info().executable, [process.execPath, '-i']);
    await terminal.until('> ');
    terminal.type(`const { python } = require(${JSON.stringify(runtime)}); 0\n`);
    await terminal.until('\n> ');
  });

  afterEach(() => {
    terminal.kill();
  });

  it('interrupts Python, and the session goes on', async () => {
    // Not what is typed, which the terminal shows, too.
    terminal.type(`python.run('print("be" + "gun", flush=True)\\nwhile True: pass')\n`);
    await terminal.until('begun');
    terminal.type('\x03');
    await terminal.until('KeyboardInterrupt');
    terminal.type(`python.eval('"go" + "es on"')\n`);
    await terminal.until('goes on');
    terminal.type('.exit\n');
    expect(await terminal.end()).toBe(0);
  });

  it('says where Python is that does not come to it', async () => {
    terminal.type(
      `python.run('import time\\ndef stubborn():\\n try:\\n  print("be" + "gun", flush=True)\\n` +
        `  while True: pass\\n except KeyboardInterrupt:\\n  while True: pass\\nstubborn()')\n`,
    );
    await terminal.until('begun');
    terminal.type('\x03');
    const told = await terminal.until('in stubborn');
    expect(told).toContain('Python code may catch KeyboardInterrupt');
    terminal.type('\x03');
    await terminal.until('Uncaught');
    await terminal.until('KeyboardInterrupt');
  });

  it('is Node’s while JavaScript runs, and while nothing does', async () => {
    // JavaScript says that it runs: what is typed earlier is for the prompt, or for Python.
    terminal.type(`python.eval('1 + 1'); fs.writeSync(1, 'be' + 'gun'); while (true) {}\n`);
    await terminal.until('begun');
    terminal.type('\x03');
    await terminal.until('interrupted by `SIGINT`');
    // Nothing but the prompt waits.
    await terminal.until('\n> ');
    terminal.type('\x03');
    await terminal.until('To exit, press Ctrl+C again');
    terminal.type(`python.eval('"go" + "es on"')\n`);
    await terminal.until('goes on');
  });
});

describe.skipIf(process.platform === 'win32')('Ctrl-C in a program', () => {
  it('ends it, as ever', async () => {
    const program = Terminal.open(python.info().executable, [
      process.execPath,
      '-e',
      `require(${JSON.stringify(runtime)}).python.run('print("begun", flush=True)\\nwhile True: pass')`,
    ]);
    await program.until('begun');
    program.type('\x03');
    expect(await program.end()).toBe(128 + constants.signals.SIGINT);
  });
});
