/** Runs another program and reads what it prints. */
import { spawn } from 'node:child_process';

/** What to start. */
export interface ChildProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Text for its standard input. */
  readonly input?: string;
}

/**
 * Runs a program to its end; what it writes to standard error goes to ours.
 *
 * @param program - what to start
 * @returns its standard output
 * @throws Error if it cannot be started, or ends with a code other than 0 or by a signal
 */
export async function runChild(program: ChildProgram): Promise<string> {
  const child = spawn(program.command, program.args, {
    env: program.env ?? process.env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on('error', () => {
    // A program that ends early does not read its input; its exit code says why.
  });
  child.stdin.end(program.input ?? '');
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.on('error', reject);
      child.on('close', (...ending) => {
        resolve(ending);
      });
    },
  );
  if (code !== 0) {
    const ending = signal === null ? `with exit code ${code ?? 'unknown'}` : `by ${signal}`;
    throw new Error(`${program.command} ended ${ending}`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
