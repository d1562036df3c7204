/**
 * Installs a Python with `uv`, where uv is on the path and has the build. uv downloads it; when it
 * cannot, building from source is the way, so its failure is an answer here and not an exception.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Environment } from '../platform.js';
import { onPath } from './build-requirements.js';
import { CommandFailed, runCommand, type BuildLog } from './command.js';

/** What came of asking uv. */
export type UvResult =
  | { readonly folder: string; readonly reason?: undefined }
  | { readonly folder?: undefined; readonly reason: string };

/** The `uv` program, or undefined. */
export function findUv(env: Environment): string | undefined {
  return onPath(env, 'uv');
}

/** What {@link installWithUv} works with. */
export interface UvRequest {
  readonly uv: string;
  readonly request: string;
  /** An empty folder on the file system of the destination. */
  readonly staging: string;
  readonly env: Environment;
  readonly log: BuildLog;
  readonly signal: AbortSignal;
}

/** Minutes in milliseconds: a download of 30 MB over a slow line, not a build. */
const uvTimeout = 300_000;

/** Has uv install into a staging folder; the result is a relocatable prefix. */
export async function installWithUv(request: UvRequest): Promise<UvResult> {
  await fs.promises.rm(request.staging, { recursive: true, force: true });
  await fs.promises.mkdir(request.staging, { recursive: true });
  const timeout = AbortSignal.timeout(uvTimeout);
  try {
    await runCommand(
      {
        program: request.uv,
        args: ['python', 'install', '--no-config', '--no-progress', request.request],
        cwd: request.staging,
        env: {
          ...request.env,
          UV_PYTHON_INSTALL_DIR: request.staging,
          // Links in the user's bin folder are not ours to make.
          UV_PYTHON_INSTALL_BIN: '0',
          UV_PYTHON_BIN_DIR: path.join(request.staging, '.bin'),
        },
        signal: AbortSignal.any([request.signal, timeout]),
      },
      request.log,
    );
  } catch (error) {
    if (error instanceof CommandFailed) {
      const lines = request.log.tail().trim().split('\n').slice(-5);
      return { reason: `uv ${error.ending}: ${lines.map((line) => line.trim()).join('; ')}` };
    }
    if (timeout.aborted && !request.signal.aborted) {
      return { reason: `uv did not finish within ${uvTimeout / 60_000} minutes` };
    }
    throw error;
  }
  const name = fs
    .readdirSync(request.staging, { withFileTypes: true })
    .find((entry) => entry.isDirectory() && entry.name.startsWith('cpython-'))?.name;
  return name === undefined
    ? { reason: 'uv finished without installing a Python' }
    : { folder: path.join(request.staging, name) };
}
