// @ts-check
// A pnpmfile, for packing only: tools/lib/pack.mjs passes it. The packages with binaries exist at release time
// only, so the manifests in the repository cannot depend on them: pnpm would look for them on the registry. They are
// added to what is packed. What only this repository needs is left out.

/**
 * @typedef {object} Manifest
 * @property {string} [name]
 * @property {string} [version]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** @type {Record<string, readonly string[]>} */
const additions = JSON.parse(process.env.NOGIL_PACK_OPTIONAL ?? '{}');

/**
 * @param {Manifest} manifest
 * @returns {Manifest}
 */
function beforePacking(manifest) {
  const { name = '', version = '' } = manifest;
  const published = { ...manifest };
  delete published.scripts;
  delete published.devDependencies;
  const names = additions[name] ?? [];
  if (names.length === 0) return published;
  const added = Object.fromEntries(names.map((each) => [each, version]));
  return { ...published, optionalDependencies: { ...manifest.optionalDependencies, ...added } };
}

module.exports = { hooks: { beforePacking } };
