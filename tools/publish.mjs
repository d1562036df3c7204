// @ts-check
// `node tools/publish.mjs FOLDER`: publishes the tarballs of a folder that the registry does not have yet, those with
// binaries first: whoever installs a release finds all of it. Prints `New tag: <name>@<version>` for each, which
// the release workflow reads. Environment: what npm itself goes by.
import './lib/node-version.mjs';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Failure, main } from './lib/failure.mjs';
import { npmCli } from './lib/package-managers.mjs';
import { run } from './lib/run.mjs';

/** @typedef {{ name: string, version: string, private?: boolean, dependencies?: Record<string, string>, peerDependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} Manifest */

await main(async () => {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Failure('Usage: node tools/publish.mjs FOLDER');
  const files = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const packages = await Promise.all(files.map((name) => read(path.resolve(folder, name))));
  const missing = packages.flatMap(({ manifest }) => unknownOwn(manifest, packages));
  if (missing.length > 0) {
    throw new Failure(`A release is not whole: ${missing.join(', ')} is not in ${folder}.`, {
      next: ['pack everything into it: see .github/workflows/release.yml'],
    });
  }
  // npm refuses them too, but only when others are published already.
  const local = packages.filter(({ manifest }) => manifest.private);
  if (local.length > 0) {
    const names = local.map(({ tarball }) => tarball).join(', ');
    throw new Failure(`${names}: packed for one machine (--local), and not for a release.`);
  }
  for (const { manifest, tarball } of inOrder(packages)) {
    const { name, version } = manifest;
    if (await npmSucceeds(['view', `${name}@${version}`, 'version'])) continue;
    const { program, args } = npmCli();
    const options = ['publish', tarball, '--access', 'public'];
    const { code } = await run(program, [...args, ...options], { output: 'stderr' });
    if (code !== 0) {
      throw new Failure(`${name}@${version} could not be published; npm says why above.`, {
        next: ['mend it and run this again: it goes on where it stopped'],
      });
    }
    console.log(`New tag: ${name}@${version}`);
  }
  return 0;
});

/** @param {string} tarball */
async function read(tarball) {
  const { code, stdout, stderr } = await run('tar', ['-xzOf', tarball, 'package/package.json'], {
    output: 'capture',
  });
  if (code !== 0) throw new Failure(`${tarball} cannot be read: ${stderr}`);
  return { tarball, manifest: /** @type {Manifest} */ (JSON.parse(stdout)) };
}

/** @param {Manifest} manifest */
function needs({ dependencies, optionalDependencies, peerDependencies }) {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/**
 * @param {Manifest} manifest
 * @param {{ manifest: Manifest }[]} packages
 */
function unknownOwn(manifest, packages) {
  const names = packages.map((each) => each.manifest.name);
  const own = (/** @type {string} */ name) => /^(@nogil\/|nogil$|bun-ffi-compat$)/.test(name);
  return needs(manifest).filter((name) => own(name) && !names.includes(name));
}

/**
 * What others need comes before them.
 *
 * @template {{ manifest: Manifest }} Each
 * @param {Each[]} packages
 * @returns {Each[]}
 */
function inOrder(packages) {
  /** @type {Each[]} */
  const ordered = [];
  const visit = (/** @type {Each} */ each) => {
    if (ordered.includes(each)) return;
    for (const name of needs(each.manifest)) {
      const needed = packages.find(({ manifest }) => manifest.name === name);
      if (needed !== undefined) visit(needed);
    }
    ordered.push(each);
  };
  for (const each of packages) visit(each);
  return ordered;
}

/** @param {string[]} command */
async function npmSucceeds(command) {
  const { program, args } = npmCli();
  const { code, stdout } = await run(program, [...args, ...command], { output: 'capture' });
  return code === 0 && stdout.trim() !== '';
}
