// @ts-check
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { BUDGETS } from './budgets.mjs';
import { REPOSITORY } from './install.mjs';

const execute = promisify(execFile);

/** @typedef {import('./cases.mjs').Case} Case */

/**
 * What can be told without installing anything: the files that a manifest names are there, types mean what Node's two
 * module systems find, each package says where it is from, is no larger than it may be, and names what it brings of
 * others.
 *
 * @param {import('./cases.mjs').Context} context
 * @returns {Case[]}
 */
export function lintCases({ packed }) {
  return [...packed.packages, ...packed.binaries].map(([name, tarball]) => ({
    name: `${name} as packed`,
    async run(note) {
      const bytes = readFileSync(tarball);
      const { messages, pkg } = await publint({
        pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
        strict: true,
      });
      note(
        'publint',
        lines(messages.map((message) => formatMessage(message, pkg) ?? message.code)),
      );
      note('is from a repository', foreign(pkg));
      note('is no larger than it may be', await excess(name, tarball, bytes.length));
      if ('name' in packed.cpython && packed.cpython.name === name) {
        note('its bill of materials is valid and complete', await wrongBill(tarball));
      }
      if (packed.binaries.has(name)) return; // nobody imports it
      const { problems = [] } = /** @type {{ problems?: object[] }} */ (
        await checkPackage(createPackageFromTarballData(bytes))
      );
      const wrong = problems.map((problem) => JSON.stringify(problem));
      // The resolution of Node 10 knows no `exports`; the oldest Node that is supported is 20.
      note('are the types wrong?', lines(wrong.filter((text) => !text.includes('"node10"'))));
    },
  }));
}

/** @param {Record<string, unknown>} manifest */
function foreign({ repository }) {
  const { url } = /** @type {{ url?: string }} */ (repository ?? {});
  return url === REPOSITORY ? undefined : `  its repository is ${JSON.stringify(repository)}`;
}

/**
 * @param {string} name
 * @param {string} tarball
 * @param {number} length - of the tarball, in bytes
 */
async function excess(name, tarball, length) {
  const budget = BUDGETS[name.replace(/^@nogil\/native-.*/, '@nogil/native-*')];
  if (budget === undefined) return '  packed/budgets.mjs does not say how large it may be';
  const { stdout } = await execute('tar', ['-tvzf', tarball], { maxBuffer: 1 << 26 });
  const sizes = stdout.split('\n').map((line) => Number(line.split(/ +/)[2] ?? 0));
  const unpacked = sizes.reduce((sum, size) => sum + size, 0);
  const actual = { packed: Math.ceil(length / 1000), unpacked: Math.ceil(unpacked / 1000) };
  const within = actual.packed <= budget.packed && actual.unpacked <= budget.unpacked;
  return within
    ? undefined
    : `  it has ${JSON.stringify(actual)} kB, and may ${JSON.stringify(budget)}`;
}

/**
 * What is wrong with the bill of a package: against CycloneDX's own schema, and against the libraries that are
 * in the package.
 *
 * @param {string} tarball
 */
async function wrongBill(tarball) {
  const { stdout: bill } = await execute('tar', ['-xzOf', tarball, 'package/sbom.cdx.json']);
  const invalid = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bill);
  if (invalid !== null) return `  ${JSON.stringify(invalid)}`;
  const { stdout: names } = await execute('tar', ['-tzf', tarball], { maxBuffer: 1 << 26 });
  const { stdout: licences } = await execute('tar', ['-xzOf', tarball, 'package/LICENSES.md']);
  const libraries = [...names.matchAll(/^package\/(python\/lib\/bundled\/.+)$/gm)];
  const { components } = JSON.parse(bill);
  const unnamed = libraries.filter(([, file]) => !bill.includes(JSON.stringify(file)));
  const texts = components.filter(
    (/** @type {{ name: string }} */ { name }) => !licences.includes(`\n## ${name}`),
  );
  return lines([
    ...(libraries.length === 0 ? ['it brings no libraries'] : []),
    ...unnamed.map(([, file]) => `${file} is not in it`),
    ...texts.map((/** @type {{ name: string }} */ { name }) => `no licence of ${name}`),
  ]);
}

/** @param {string[]} problems */
function lines(problems) {
  return problems.length === 0 ? undefined : problems.map((problem) => `  ${problem}`).join('\n');
}
