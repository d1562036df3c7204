// @ts-check
// A pnpmfile, for packing only: tools/lib/pack.mjs passes it. The packages with binaries exist at release time
// only, so the manifests in the repository cannot depend on them: pnpm would look for them on the registry. They are
// added to what is packed, and so is the repository that is released. What only this repository needs is left out.

/**
 * @typedef {object} Manifest
 * @property {string} [name]
 * @property {string} [version]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional: boolean }>} [peerDependenciesMeta]
 * @property {unknown} [repository]
 */

/** @type {Record<string, { optional: readonly string[], peers: readonly string[] }>} */
const additions = JSON.parse(process.env.NOGIL_PACK_ADDITIONS ?? '{}');

/** @type {unknown} */
const repository = JSON.parse(process.env.NOGIL_PACK_REPOSITORY ?? 'null');

/**
 * @param {Manifest} manifest
 * @returns {Manifest}
 */
function beforePacking(manifest) {
  const { name = '', version = '' } = manifest;
  const published = { ...manifest };
  delete published.scripts;
  delete published.devDependencies;
  if (repository !== null) published.repository = repository;
  const { optional = [], peers = [] } = additions[name] ?? {};
  if (optional.length > 0) {
    published.optionalDependencies = {
      ...manifest.optionalDependencies,
      ...all(optional, version),
    };
  }
  if (peers.length > 0) {
    published.peerDependencies = { ...manifest.peerDependencies, ...all(peers, version) };
    published.peerDependenciesMeta = {
      ...manifest.peerDependenciesMeta,
      ...all(peers, { optional: true }),
    };
  }
  return published;
}

/**
 * @template Value
 * @param {readonly string[]} names
 * @param {Value} value
 * @returns {Record<string, Value>}
 */
function all(names, value) {
  return Object.fromEntries(names.map((name) => [name, value]));
}

module.exports = { hooks: { beforePacking } };
