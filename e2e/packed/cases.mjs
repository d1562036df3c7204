// @ts-check
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '@nogil/python';
import { exampleOf } from './install.mjs';
import { exercises, runText } from './exercises.mjs';
import { npm } from './managers.mjs';

/** @typedef {import('../runner/engines.mjs').Engine} Engine */
/** @typedef {import('./managers.mjs').Manager} Manager */

/**
 * @typedef {object} Context
 * @property {import('./workshop.mjs').Workshop} workshop
 * @property {import('./install.mjs').Packed} packed
 * @property {readonly Engine[]} engines
 * @property {readonly Manager[]} managers
 * @property {boolean} everything - every combination, and not the short round
 */

/**
 * Some checks that share what they install.
 *
 * @typedef {object} Case
 * @property {string} name
 * @property {(note: (title: string, problem: string | undefined) => void) => Promise<void>} run
 */

/** Enough to see that a package is whole; the matrix is about engines. */
const FEW = ['node-20', 'bun-1'];

/**
 * Each package, with nothing beside it but what it depends on.
 *
 * @param {Context} context
 * @returns {Case[]}
 */
export function aloneCases({ workshop, packed, engines, everything }) {
  const some = everything ? engines : engines.filter(({ name }) => FEW.includes(name));
  return [...packed.packages].map(([name, tarball]) => ({
    name: `${name} alone`,
    async run(note) {
      // The example of @nogil/python installs a Python: the one that this machine has, or it would be built anew.
      const settings = name === '@nogil/python' ? { NOGIL_HOME: cacheDirectory() } : {};
      const project = workshop.project(
        `alone-${name.replace('/', '-')}`,
        { [name]: '*' },
        settings,
      );
      const problem = await npm(project, ['install', '--ignore-scripts']);
      note('is installed', problem);
      if (problem !== undefined) return;
      for (const exercise of await exercises(name, tarball, project)) {
        for (const engine of some) {
          note(`${exercise.title} (${engine.name})`, await exercise.run(engine));
        }
      }
    },
  }));
}

/**
 * `nogil` by each package manager, and its example on every engine where the layout allows that.
 *
 * @param {Context} context
 * @returns {Case[]}
 */
export function managerCases({ workshop, packed, engines, managers, everything }) {
  return managers.map((manager, index) => ({
    name: manager.name,
    async run(note) {
      const project = workshop.project(`by-${index}`, { nogil: '*' });
      const problem = await manager.install(project);
      note('installs nogil', problem);
      if (problem !== undefined) return;
      const example = (await exampleOf(packed.packages.get('nogil') ?? '')) ?? '';
      if (manager.start !== undefined) {
        writeFileSync(path.join(project.folder, 'example.mjs'), example);
        note('the README’s example runs', await manager.start(project, 'example.mjs'));
        return;
      }
      const some = everything || index === 0 ? engines : engines.slice(0, 1);
      for (const engine of some) {
        const wrong = await runText(project, 'example.mjs', example, engine);
        note(`the README’s example runs (${engine.name})`, wrong);
      }
    },
  }));
}
