import fs from 'node:fs';
import path from 'node:path';

import { NogilError } from '@nogil/abi';

import { inForeground } from '../process/foreground.js';
import { runPythonFile } from './python-file.js';

const PYTHON = ['.py', '.pyw'];
const TYPED = ['.ts', '.mts', '.cts', '.tsx'];
const SCRIPTS = [...TYPED, '.js', '.mjs', '.cjs', '.jsx'];

function checkFile(file: string): void {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) {
    const what = stats === undefined ? 'does not exist' : 'is no file';
    throw new NogilError('INVALID_ARGUMENT', `${file} ${what}: name a program`);
  }
}

/** Node says by itself whether it strips types, also when a flag decides. Bun and Deno always do. */
function checkTypes(file: string): void {
  const { typescript } = process.features as { readonly typescript?: string | false };
  if (typescript !== undefined && typescript !== false) return;
  throw new NogilError(
    'INVALID_ARGUMENT',
    `Node ${process.versions.node} does not run TypeScript, and ${file} is that. Next step: use Node 22.18 or newer, ` +
      'Bun or Deno (from Node 22.7 on, NODE_OPTIONS=--experimental-strip-types will do), or compile it to JavaScript first',
  );
}

/**
 * The arguments with which this engine runs a program as it runs this one. A native addon needs every permission of
 * Deno's, so this process has them.
 */
function engineArguments(file: string, args: readonly string[]): string[] {
  const isDeno = (process.versions as Record<string, string | undefined>).deno !== undefined;
  const options = isDeno ? ['run', '--allow-all'] : process.execArgv;
  return [...options, path.resolve(file), ...args];
}

/**
 * `nogil run FILE …`: a program in JavaScript or TypeScript in a process of its own, as the main program of this engine;
 * one in Python in this process, with JavaScript at hand.
 *
 * @param file - relative to the working directory
 * @param args - reach the program as they are
 * @throws ChildEnded when it does not end with 0; NogilError `INVALID_ARGUMENT`
 */
export async function runCommand(file: string, args: readonly string[]): Promise<void> {
  checkFile(file);
  const extension = path.extname(file).toLowerCase();
  if (PYTHON.includes(extension)) {
    await runPythonFile(file, args);
    return;
  }
  if (!SCRIPTS.includes(extension)) {
    const known = [...PYTHON, ...SCRIPTS].join(', ');
    throw new NogilError('INVALID_ARGUMENT', `what ${file} is, its name does not say: ${known}`);
  }
  if (TYPED.includes(extension)) checkTypes(file);
  await inForeground((foreground) => foreground.run(process.execPath, engineArguments(file, args)));
}
