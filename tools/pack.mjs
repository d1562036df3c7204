// @ts-check
// Packs what is published into tarballs, and prints `{ "<package>": "<tarball>" }`.
//
//   node tools/pack.mjs FOLDER                            the packages, as they are built, and this machine's cores
//   node tools/pack.mjs FOLDER --packages                 the packages alone
//   node tools/pack.mjs FOLDER --native linux-arm64-musl  that core alone; `linux` for all of Linux; may be repeated
//   node tools/pack.mjs FOLDER --cpython                  the CPython alone, built here; with --local one that runs on
//                                                         machines like this one only, and that npm does not publish
//   node tools/pack.mjs --manifests                       packs nothing; prints the manifests of all binaries
import './lib/node-version.mjs';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, main } from './lib/failure.mjs';
import { binaryManifests, packCpython, packNative, packPackages } from './lib/pack.mjs';
import { platformOf, platforms } from './lib/platforms.mjs';
import { target } from './lib/target.mjs';

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      packages: { type: 'boolean', default: false },
      cpython: { type: 'boolean', default: false },
      local: { type: 'boolean', default: false },
      manifests: { type: 'boolean', default: false },
      native: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.manifests) {
    console.log(JSON.stringify(binaryManifests(), null, 2));
    return 0;
  }
  const [folder] = positionals;
  if (folder === undefined) throw new Failure('Usage: node tools/pack.mjs FOLDER [options]');
  const everything = !values.packages && !values.cpython && values.native.length === 0;
  const cores = everything ? loadable() : values.native.flatMap(named);
  const destination = path.resolve(folder);
  mkdirSync(destination, { recursive: true });
  /** @type {Record<string, string>} */
  const tarballs = {};
  if (everything || values.packages) Object.assign(tarballs, await packPackages(destination));
  for (const platform of cores) Object.assign(tarballs, await packNative(platform, destination));
  if (values.cpython) {
    Object.assign(tarballs, await packCpython(destination, { local: values.local }));
  }
  console.log(JSON.stringify(tarballs, null, 2));
  return 0;
});

/**
 * What installers take on a machine like this. Not all of them tell one C library from another.
 */
function loadable() {
  const here = platformOf(target());
  return platforms.filter(({ os, cpu }) => os === here.os && cpu === here.cpu);
}

/** @param {string} name */
function named(name) {
  return name === 'linux' ? platforms.filter(({ os }) => os === 'linux') : [platformOf(name)];
}
