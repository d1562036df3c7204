// @ts-check
// A pnpmfile, for packing only: tools/lib/pack.mjs passes it. The packages with binaries exist at release time
// only, so the manifests in the repository cannot depend on them: pnpm would look for them on the registry. They are
// added to what is packed.

/** @typedef {{ name?: string, version?: string, optionalDependencies?: Record<string, string> }} Manifest */

/** @type {Record<string, readonly string[]>} */
const additions = JSON.parse(process.env.NOGIL_PACK_OPTIONAL ?? '{}');

/**
 * @param {Manifest} manifest
 * @returns {Manifest}
 */
function beforePacking(manifest) {
  const names = additions[manifest.name ?? ''] ?? [];
  if (names.length === 0) return manifest;
  const { version = '' } = manifest;
  const added = Object.fromEntries(names.map((name) => [name, version]));
  return { ...manifest, optionalDependencies: { ...manifest.optionalDependencies, ...added } };
}

module.exports = { hooks: { beforePacking } };
