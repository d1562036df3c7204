// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../failure.mjs';
import { LIBRARIES } from './graft.mjs';
import { standardLibrary } from './relocate.mjs';
import { packageOf } from './system-packages.mjs';

/** @typedef {import('./graft.mjs').Grafted} Grafted */
/** @typedef {import('./libraries.mjs').Licence} Licence */

/**
 * Something that is published and that others made.
 *
 * @typedef {object} Component
 * @property {string} name
 * @property {string} version
 * @property {Licence | undefined} licence - undefined where its own text alone tells
 * @property {string} [website]
 * @property {string} [purl]
 * @property {string} [cpe]
 * @property {{ file: string, sha256: string }[]} files - in the package
 * @property {{ title: string, text: string }[]} texts - of its licence
 * @property {Component[]} parts - what it includes itself
 */

/**
 * What a filled prefix consists of, read from what is in it.
 *
 * @param {string} folder - the prefix
 * @param {string} version - of CPython
 * @param {readonly Grafted[]} grafted
 * @returns {Promise<Component[]>}
 * @throws {Failure} when a licence or version is not known
 */
export async function componentsOf(folder, version, grafted) {
  return [cpython(folder, version), pip(folder), ...(await libraries(folder, grafted))];
}

/**
 * @param {string} folder
 * @param {string} version
 * @returns {Component}
 */
function cpython(folder, version) {
  const about = fileURLToPath(new URL(version, import.meta.url));
  if (!existsSync(about)) {
    throw new Failure(`What CPython ${version} includes of others is not known.`, {
      next: [`make ${about} from its source, as its neighbours were`],
    });
  }
  const read = (/** @type {string} */ name) => readFileSync(path.join(about, name), 'utf8');
  /** @type {{ parts: { name: string, version: string, license: string, purl?: string, cpe?: string }[] }} */
  const { parts } = JSON.parse(read('parts.json'));
  return {
    name: 'CPython',
    version,
    licence: { id: 'PSF-2.0' },
    website: 'https://www.python.org',
    purl: `pkg:generic/cpython@${version}`,
    cpe: `cpe:2.3:a:python:python:${version}:*:*:*:*:*:*:*`,
    files: [],
    texts: [
      {
        title: 'CPython',
        text: readFileSync(path.join(standardLibrary(folder), 'LICENSE.txt'), 'utf8'),
      },
      { title: 'What CPython includes', text: `${read('license.rst')}\n${read('hacl-star.txt')}` },
    ],
    parts: parts.map(({ license, ...part }) => ({
      ...part,
      licence: { id: license },
      files: [],
      texts: [],
      parts: [],
    })),
  };
}

/**
 * @param {string} folder
 * @returns {Component}
 */
function pip(folder) {
  const packages = path.join(standardLibrary(folder), 'site-packages');
  const [information = ''] = readdirSync(packages).filter((name) =>
    /^pip-.*\.dist-info$/.test(name),
  );
  const version = information.slice('pip-'.length, -'.dist-info'.length);
  const licences = path.join(packages, information, 'licenses');
  const texts = readdirSync(licences, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'AUTHORS.txt')
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({
      title: `pip: ${path.relative(licences, file)}`,
      text: readFileSync(file, 'utf8'),
    }));
  if (texts.length === 0) throw new Failure(`${licences} has no licences of pip.`);
  const vendored = readFileSync(path.join(packages, 'pip', '_vendor', 'vendor.txt'), 'utf8');
  return {
    name: 'pip',
    version,
    licence: { id: 'MIT' },
    website: 'https://pip.pypa.io',
    purl: `pkg:pypi/pip@${version}`,
    files: [],
    texts,
    parts: [...vendored.matchAll(/^\s*([\w.-]+)==(\S+)/gm)].map(([, name = '', number = '']) => ({
      name,
      version: number,
      licence: undefined,
      purl: `pkg:pypi/${name.toLowerCase()}@${number}`,
      files: [],
      texts: [],
      parts: [],
    })),
  };
}

/**
 * One component for each package of the system: OpenSSL is two libraries.
 *
 * @param {string} folder
 * @param {readonly Grafted[]} grafted
 */
async function libraries(folder, grafted) {
  /** @type {Map<string, Component>} */
  const known = new Map();
  for (const { name, origin, rule } of grafted) {
    const owner = await packageOf(origin);
    const bytes = readFileSync(path.join(folder, LIBRARIES, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const component = known.get(owner.purl) ?? {
      name: rule.name,
      version: owner.version,
      licence: rule.licence(owner.version),
      website: rule.website,
      purl: owner.purl,
      files: [],
      texts: [{ title: `${rule.name} (${owner.name})`, text: owner.licence }],
      parts: [],
    };
    component.files.push({ file: `${LIBRARIES}/${name}`, sha256 });
    known.set(owner.purl, component);
  }
  return [...known.values()];
}
