// @ts-check
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '../run.mjs';
import { root } from '../workspace.mjs';

const folder = path.join(root, 'e2e', 'stress');

/**
 * Runs the scenarios that are written in TypeScript: worker threads instead of pthreads (e2e/stress/).
 *
 * @param {import('./round.mjs').Choice} choice
 * @param {NodeJS.ProcessEnv} [env] - added to the environment
 * @returns {Promise<number | null>} the exit code; null when none of them is chosen
 */
export async function runTypeScript({ guard, scenario, python, seconds, seed }, env = {}) {
  const list = path.join(folder, 'scenarios.mjs');
  if (!existsSync(list)) return null;
  /** @type {{ scenarios: { name: string, guard: string }[] }} */
  const { scenarios } = await import(pathToFileURL(list).href);
  const chosen = scenarios.some(
    (each) =>
      (guard === undefined || each.guard === guard) &&
      (scenario === undefined || each.name === scenario),
  );
  if (!chosen) return null;
  const args = [path.join(folder, 'run.mjs'), '--seed', String(seed)];
  args.push('--seconds', String(Math.max(1, Math.round(seconds))));
  if (guard !== undefined) args.push('--guard', guard);
  if (scenario !== undefined) args.push('--scenario', scenario);
  for (const each of python?.split(',') ?? []) args.push('--python', each);
  const { code } = await run(process.execPath, args, { env: { ...process.env, ...env } });
  return code;
}
