// @ts-check
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.mjs';
import { provisionVariant } from '../provision.mjs';
import { run } from '../run.mjs';
import { componentsOf } from './components.mjs';
import { copyPython } from './contents.mjs';
import { graft } from './graft.mjs';
import { billOf, licencesOf } from './papers.mjs';
import { relocate, standardLibrary } from './relocate.mjs';
import { verifyPacked } from './verify.mjs';

/**
 * Fills the package of a CPython from the build that `nogil python install 3.14t` made on this machine.
 *
 * @param {string} folder - of the package
 * @param {{ name: string, version: string }} manifest
 * @param {boolean} local - whether it is for machines like this one, and may lack what this one lacks
 * @returns {Promise<string[]>} the libraries that it brings, by name
 * @throws {Failure} when what it makes is not whole
 */
export async function fillCpython(folder, manifest, local) {
  const { prefix } = await provisionVariant('3.14t');
  const version = builtFromSource(prefix);
  const python = path.join(folder, 'python');
  const leftOut = copyPython(prefix, python);
  const grafted = await graft(python);
  relocate(python, prefix);
  await addPip(python);
  const { problems, missing } = await verifyPacked(python, prefix);
  if (!local) problems.push(...missing.map((name) => `this build lacks ${name}`));
  if (problems.length > 0) {
    throw new Failure(`${manifest.name} would not be whole:\n  ${problems.join('\n  ')}`);
  }
  const components = await componentsOf(python, version, grafted);
  writeFileSync(path.join(folder, 'LICENSES.md'), licencesOf(manifest.name, components));
  writeFileSync(path.join(folder, 'sbom.cdx.json'), billOf(manifest, components));
  writeFileSync(path.join(folder, 'README.md'), about(manifest.name, version, leftOut));
  return [
    ...grafted.map(({ name }) => name),
    ...readdirSync(path.join(python, 'lib')).filter((name) => name.startsWith('libpython')),
  ];
}

/** @param {string} prefix */
function builtFromSource(prefix) {
  /** @type {{ from: string, version: string }} */
  const { from, version } = JSON.parse(
    readFileSync(path.join(prefix, 'nogil-installation.json'), 'utf8'),
  );
  if (from === 'source') return version;
  throw new Failure(
    `${prefix} was not built on this machine: what is linked into it is not known.`,
    {
      next: [
        'move it away, take uv off the PATH, and run this again: it will be built from source',
      ],
    },
  );
}

/**
 * The pip that comes with this CPython, as its wheel has it: an installed one would bring scripts with the
 * paths of this machine, and whatever else was installed beside it.
 *
 * @param {string} python - the prefix
 */
async function addPip(python) {
  const standard = standardLibrary(python);
  const bundled = path.join(standard, 'ensurepip', '_bundled');
  const [wheel = ''] = readdirSync(bundled).filter((name) => /^pip-.*\.whl$/.test(name));
  const packages = path.join(standard, 'site-packages');
  mkdirSync(packages, { recursive: true });
  const args = ['-I', '-B', '-m', 'zipfile', '-e', path.join(bundled, wheel), packages];
  const { code, stderr } = await run(path.join(python, 'bin', 'python3'), args, {
    output: 'capture',
  });
  if (code !== 0) throw new Failure(`pip cannot be unpacked from ${bundled}/${wheel}: ${stderr}`);
}

/**
 * @param {string} name
 * @param {string} version
 * @param {readonly { module: string, why: string }[]} leftOut
 */
function about(name, version, leftOut) {
  return `# ${name}

CPython ${version}, free-threaded, for [nogil](https://www.npmjs.com/package/nogil), which finds it by itself:

\`\`\`sh
npm install nogil ${name}
\`\`\`

The whole standard library is there, with headers and pip; not its tests, IDLE and tkinter.
Packages go into a virtual environment, as npm removes what is installed into its own folders:
\`node_modules/${name}/python/bin/python3 -m venv .venv\`. Make it with links, as Python does by itself, and not with
\`--copies\`.
${leftOut.map(({ module, why }) => `\nThe module \`${module}\` is left out: ${why}.`).join('')}

\`LICENSES.md\` has the licences of what is in it, \`sbom.cdx.json\` the versions.
`;
}
