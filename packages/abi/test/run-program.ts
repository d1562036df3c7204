import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import type { TestPython } from './pythons.js';

/** What a program left behind. */
export interface ProgramResult<Answer> {
  /** The JSON of its last line. */
  readonly answer: Answer;
  readonly stderr: string;
}

/**
 * Runs programs/<name>.mjs in a process of its own, as an interpreter lives as long as its process.
 *
 * @throws Error when it does not end within a minute, or not with 0
 */
export function runProgram<Answer>(
  name: string,
  python: TestPython,
  argument: object = {},
  environment: NodeJS.ProcessEnv = {},
): ProgramResult<Answer> {
  const program = join(import.meta.dirname, 'programs', `${name}.mjs`);
  const { executable, library } = python;
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [program, JSON.stringify({ executable, library, ...argument })],
    { encoding: 'utf8', timeout: 60_000, env: { ...process.env, ...environment } },
  );
  if (status !== 0) {
    throw new Error(`${name} ended with ${status ?? signal}:\n${stdout}\n${stderr}`);
  }
  return { answer: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Answer, stderr };
}
