// @ts-check
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '@nogil/python';
import { exampleOf } from './install.mjs';
import { exercises, runText } from './exercises.mjs';
import { npm } from './managers.mjs';
import { describe, observe } from './observe.mjs';

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
 * @property {string} [skipped] - why it cannot run here
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
 * `nogil` and a Python by each package manager, and its example on every engine where the layout allows that. There is no
 * other Python that it could find.
 *
 * @param {Context} context
 * @returns {Case[]}
 */
export function managerCases({ workshop, packed, engines, managers, everything }) {
  return managers.map((manager, index) => ({
    name: manager.name,
    ...skippedWithout(packed),
    async run(note) {
      const project = withPython(workshop.project(`by-${index}`, dependencies(packed)));
      const problem = await manager.install(project);
      note('installs nogil', problem);
      if (problem !== undefined) return;
      const example = (await exampleOf(packed.packages.get('nogil') ?? '')) ?? '';
      if (manager.start !== undefined) {
        writeFileSync(path.join(project.folder, 'example.mjs'), example);
        note('the README’s example runs', await manager.start(project, 'example.mjs'));
        const elsewhere = `process.chdir('/');\n${example}`;
        writeFileSync(path.join(project.folder, 'elsewhere.mjs'), elsewhere);
        note('and in another folder', await manager.start(project, 'elsewhere.mjs'));
        return;
      }
      const some = everything || index === 0 ? engines : engines.slice(0, 1);
      for (const engine of some) {
        const wrong = await runText(project, 'example.mjs', example, engine);
        note(`the README’s example runs (${engine.name})`, wrong);
      }
      for (const engine of engines.slice(0, 1)) {
        const elsewhere = { cwd: workshop.folder };
        const wrong = await runText(project, 'example.mjs', example, engine, elsewhere);
        note(`and in another folder (${engine.name})`, wrong);
      }
    },
  }));
}

/** Which Python runs, and what it can do that needs what is packed with it. */
const WHOLE = `
import { python } from 'nogil';
console.log(python.run(\`
import ctypes, lzma, sqlite3, ssl, sys
assert not sys._is_gil_enabled()
assert lzma.decompress(lzma.compress(b'nogil')) == b'nogil'
assert sqlite3.connect(':memory:').execute('select 40 + 2').fetchone() == (42,)
assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED
assert ctypes.CDLL(None).abs(-42) == 42
f'{sys.prefix} {ssl.OPENSSL_VERSION}'
\`));
`;

/**
 * The packed Python itself: what it brings works beside what the engine brings, in each engine; pip is there; and
 * a virtual environment of it is one that nogil finds.
 *
 * @param {Context} context
 * @returns {Case[]}
 */
export function pythonCases({ workshop, packed, engines }) {
  return [
    {
      name: 'the packed Python',
      ...skippedWithout(packed),
      async run(note) {
        const project = withPython(workshop.project('python', dependencies(packed)));
        const problem = await npm(project, ['install', '--ignore-scripts']);
        note('is installed', problem);
        if (problem !== undefined || !('name' in packed.cpython)) return;
        const { folder } = project;
        const installed = path.join(folder, 'node_modules', packed.cpython.name, 'python');
        for (const engine of engines) {
          const expected = /\/node_modules\/@nogil\/cpython-[^/]*\/python OpenSSL/;
          const wrong = await runText(project, 'whole.mjs', WHOLE, engine, { expected });
          note(`is whole (${engine.name})`, wrong);
        }
        const options = { cwd: folder, env: project.env, deadline: 120_000 };
        const interpreter = path.join(installed, 'bin', 'python3');
        const pip = await observe(interpreter, ['-m', 'pip', 'install', 'anything'], options);
        const refused = pip.code !== 0 && pip.output.includes('python -m venv');
        note('is not installed into', refused ? undefined : describe(pip));
        const made = await observe(interpreter, ['-m', 'venv', '.venv'], options);
        const inside = path.join(folder, '.venv', 'bin', 'python3');
        const asked = await observe(inside, ['-m', 'pip', '--version'], options);
        const there = made.code === 0 && asked.output.includes(path.join(folder, '.venv'));
        note(
          'makes virtual environments with pip',
          there ? undefined : describe(made) + describe(asked),
        );
        for (const engine of engines.slice(0, 1)) {
          const expected = /\.venv OpenSSL/;
          const wrong = await runText(project, 'whole.mjs', WHOLE, engine, { expected });
          note(`and nogil finds them (${engine.name})`, wrong);
        }
      },
    },
  ];
}

/** @param {import('./install.mjs').Packed} packed */
export function dependencies({ cpython }) {
  return { nogil: '*', ...('name' in cpython ? { [cpython.name]: '*' } : {}) };
}

/** @param {import('./install.mjs').Packed} packed */
export function skippedWithout({ cpython }) {
  return 'missing' in cpython ? { skipped: `no packed Python: ${cpython.missing}` } : {};
}

/**
 * A project without any Python but the one that is installed into it.
 * @param {import('./managers.mjs').Project} project
 */
export function withPython(project) {
  delete project.env.NOGIL_PYTHON;
  return project;
}
