// @ts-check
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { Failure } from '../failure.mjs';
import { run } from '../run.mjs';

/**
 * The package of the system that a file is from.
 *
 * @typedef {object} SystemPackage
 * @property {string} name
 * @property {string} version - of the project, without what the distribution adds
 * @property {string} purl - https://github.com/package-url/purl-spec
 * @property {string} licence - the texts of its licences
 */

/**
 * @param {string} file
 * @returns {Promise<SystemPackage>}
 * @throws {Failure} when no package manager knows it, or its licence is not there
 */
export async function packageOf(file) {
  const found = (await ofDebian(file)) ?? (await ofRpm(file));
  if (found !== undefined) return found;
  throw new Failure(
    `${file} is of no package of this system: neither version nor licence are known.`,
    {
      next: ['use a library that dpkg or rpm installed'],
    },
  );
}

/** @param {string} file */
async function ofDebian(file) {
  // Packages know files in /lib by that name, where /lib is a link to /usr/lib.
  for (const name of [file, file.replace(/^\/usr/, '')]) {
    const owner = await output('dpkg', ['-S', name]);
    const [, fullName = '', plain = ''] = /^((\S+?)(?::\S+)?): /m.exec(owner ?? '') ?? [];
    if (plain === '') continue;
    const format = '${Version}\t${Architecture}';
    const answer = (await output('dpkg-query', ['-W', '-f', format, fullName])) ?? '';
    const [version = '', architecture = ''] = answer.split('\t');
    return {
      name: plain,
      version: upstream(version),
      purl: purl('deb', plain, version, architecture),
      licence: debianLicence(plain),
    };
  }
  return undefined;
}

/** @param {string} name */
function debianLicence(name) {
  const file = `/usr/share/doc/${name}/copyright`;
  if (!existsSync(file)) {
    throw new Failure(`${file} is missing: ${name} may not be published without its licence.`, {
      next: ['images for containers leave out documentation; install the package again with it'],
    });
  }
  const text = readFileSync(realpathSync(file), 'utf8');
  // It says where the text of a long licence is, on Debian.
  const apache = '/usr/share/common-licenses/Apache-2.0';
  return text.includes(apache) ? `${text}\n${readFileSync(apache, 'utf8')}` : text;
}

/** @param {string} file */
async function ofRpm(file) {
  const format = '%{NAME}\t%{VERSION}\t%{RELEASE}\t%{ARCH}';
  const answer = await output('rpm', ['-qf', '--qf', format, file]);
  const [name, version = '', release = '', architecture = ''] = answer?.split('\t') ?? [];
  if (name === undefined) return undefined;
  const files = ((await output('rpm', ['-qL', name])) ?? '').split('\n').filter(existsSync);
  if (files.length === 0) {
    throw new Failure(`The licence of ${name} is not there, and it may not be published without.`);
  }
  return {
    name,
    version,
    purl: purl('rpm', name, `${version}-${release}`, architecture),
    licence: files.map((each) => readFileSync(each, 'utf8')).join('\n\n'),
  };
}

/**
 * @param {'deb' | 'rpm'} kind
 * @param {string} name
 * @param {string} version
 * @param {string} architecture
 */
function purl(kind, name, version, architecture) {
  const release = readFileSync('/etc/os-release', 'utf8');
  const field = (/** @type {string} */ key) =>
    new RegExp(`^${key}="?([^"\\n]*)`, 'm').exec(release)?.[1] ?? '';
  const distribution = [field('ID'), field('VERSION_ID')].filter((each) => each !== '').join('-');
  const place = `${kind}/${field('ID')}/${encodeURIComponent(name)}`;
  return `pkg:${place}@${encodeURIComponent(version)}?arch=${architecture}&distro=${distribution}`;
}

/** @param {string} version - `1:1.2.13.dfsg-1+deb12u1` */
function upstream(version) {
  return version
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/[+.~](dfsg|ds|really).*$/, '');
}

/**
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<string | undefined>} undefined when it failed, or is not there
 */
async function output(program, args) {
  const env = { ...process.env, LC_ALL: 'C' };
  const { code, stdout } = await run(program, args, { output: 'capture', env });
  return code === 0 && stdout !== '' ? stdout : undefined;
}
