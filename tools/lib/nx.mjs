// @ts-check
import path from 'node:path';
import { binary } from './package-managers.mjs';
import { run } from './run.mjs';
import { root } from './workspace.mjs';

/**
 * Runs nx without a daemon, a cloud, telemetry or a full-screen display.
 *
 * @param {string[]} args
 * @param {object} [options]
 * @param {Record<string, string>} [options.env] - added to the environment
 * @param {'inherit' | 'stderr'} [options.output]
 * @returns {Promise<number>} its exit code
 */
export async function nx(args, { env = {}, output = 'inherit' } = {}) {
  // nx runs each package's scripts with the workspace's package manager, by its name.
  const pnpm = path.join(root, 'tools', 'pnpm', 'node_modules', '.bin');
  const search = { [pathName()]: `${pnpm}${path.delimiter}${process.env.PATH ?? ''}` };
  const quiet = { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false', NX_PARALLEL: '2' };
  const { code } = await run(process.execPath, [binary('nx'), ...args], {
    cwd: root,
    env: { ...process.env, ...search, ...quiet, ...env },
    output,
  });
  return code;
}

/** Windows calls it `Path`, and a second spelling in one environment would win or lose by chance. */
function pathName() {
  return Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
}
