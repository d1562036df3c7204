// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, observe } from './observe.mjs';
import { npm } from './managers.mjs';

/** @typedef {import('../runner/engines.mjs').Engine} Engine */
/** @typedef {import('./cases.mjs').Case} Case */
/** @typedef {import('./cases.mjs').Context} Context */
/** @typedef {import('./managers.mjs').Project} Project */

const app = fileURLToPath(new URL('next', import.meta.url));

/** Pinned, as what it does with packages changes. */
const DEPENDENCIES = { nogil: '*', next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' };

const BUILD_MS = 300_000;
const START_MS = 60_000;

/**
 * A server of Next.js, which leaves nogil outside only where it is installed as users install it: a package that is
 * linked into a workspace counts as part of the application.
 *
 * @param {Context} context
 * @returns {Case[]} none in the short round: a build takes half a minute of processor time
 */
export function nextCases({ workshop, engines, everything }) {
  const nodes = engines.filter(({ kind }) => kind === 'node');
  const [builder] = nodes;
  if (!everything || builder === undefined) return [];
  return [
    {
      name: 'Next.js',
      async run(note) {
        const project = workshop.project('next', DEPENDENCIES, { NEXT_TELEMETRY_DISABLED: '1' });
        const problem = await npm(project, ['install']);
        note('is installed with nogil', problem);
        if (problem !== undefined) return;
        cpSync(app, project.folder, { recursive: true });
        const { folder, env } = project;
        const built = await observe(builder.program, [cli(project), 'build'], {
          cwd: folder,
          env,
          deadline: BUILD_MS,
        });
        note('builds', built.code === 0 ? undefined : describe(built));
        if (built.code !== 0) return;
        for (const engine of nodes) {
          note(`serves what Python computes (${engine.name})`, await serve(project, engine));
        }
      },
    },
  ];
}

/** @param {Project} project */
function cli({ folder }) {
  return path.join(folder, 'node_modules/next/dist/bin/next');
}

/**
 * @param {Project} project
 * @param {Engine} engine
 * @returns {Promise<string | undefined>} what is wrong
 */
async function serve(project, engine) {
  const server = spawn(engine.program, [cli(project), 'start', '-H', '127.0.0.1', '-p', '0'], {
    cwd: project.folder,
    env: project.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(server, 'close');
  let output = '';
  const timer = setTimeout(() => server.kill('SIGKILL'), START_MS);
  try {
    const url = await new Promise((resolve, reject) => {
      const look = (/** @type {string} */ text) => {
        output += text;
        const found = /http:\/\/127\.0\.0\.1:(?!0\b)\d+/.exec(output)?.[0];
        if (found !== undefined) resolve(found);
      };
      server.stdout.setEncoding('utf8').on('data', look);
      server.stderr.setEncoding('utf8').on('data', look);
      ended.then(() => reject(new Error('the server has ended')), reject);
    });
    const page = await (await fetch(url)).text();
    const answer = await (await fetch(`${url}/answer`)).text();
    // React puts a comment between two texts.
    if (!/The sum is (<!-- -->)?42/.test(page)) return `  the page is\n${page}\n${output}`;
    if (answer !== '{"implementation":"cpython","pool":7}') return `  it says ${answer}\n${output}`;
    return undefined;
  } catch (error) {
    return `  ${error}\n${output}`;
  } finally {
    clearTimeout(timer);
    server.kill('SIGTERM');
    await ended;
  }
}
