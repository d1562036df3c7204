/** The server in a process of its own, for those who put load on it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** A server that runs. */
export interface Served {
  /** `http://127.0.0.1:1234` */
  readonly origin: string;
  /** What it says of its Python. */
  readonly description: string;
  readonly child: ChildProcess;
  /** Sends SIGTERM; its exit code, and what it wrote to standard error. */
  stop(): Promise<{ readonly code: number | null; readonly errors: string }>;
}

/** Starts the built server on a free port, with that many threads. */
export async function serve(threads: number): Promise<Served> {
  const env = { ...process.env, PORT: '0', THREADS: String(threads) };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = once(child, 'close') as Promise<[number | null]>;
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const url = (await lines.next()).value as string | undefined;
  const description = (await lines.next()).value as string | undefined;
  if (url === undefined || description === undefined) {
    await ended;
    throw new Error(`the server did not start: ${errors}`);
  }
  return {
    origin: new URL(url).origin,
    description,
    child,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      return { code, errors };
    },
  };
}
