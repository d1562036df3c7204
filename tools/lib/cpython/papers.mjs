// @ts-check
/** @typedef {import('./components.mjs').Component} Component */

/**
 * What is in a package, for people: which licences it is under, and their texts.
 *
 * @param {string} name - of the package
 * @param {readonly Component[]} components
 * @returns {string} Markdown
 */
export function licencesOf(name, components) {
  const rows = components.map(
    ({ name: component, version, licence }) => `| ${component} | ${version} | ${words(licence)} |`,
  );
  const texts = components.flatMap((component) => component.texts);
  return `# Licences of ${name}

| part | version | licence |
| ---- | ------- | ------- |
${rows.join('\n')}

\`sbom.cdx.json\` has the same for programs, with what CPython and pip include themselves. The texts follow. Where
a distribution put several into one, that of the library is among them.
${texts.map(({ title, text }) => `\n## ${title}\n\n${indented(text)}\n`).join('')}`;
}

/** @param {string} text */
function indented(text) {
  return text.trimEnd().replaceAll(/^(?=.)/gm, '    ');
}

/** @param {Component['licence']} licence */
function words(licence) {
  if (licence === undefined) return '';
  return 'id' in licence ? licence.id : licence.name;
}

/**
 * What is in a package, for programs. Source: CycloneDX 1.6, JSON.
 *
 * @param {{ name: string, version: string }} manifest
 * @param {readonly Component[]} components
 * @returns {string} JSON
 */
export function billOf({ name, version }, components) {
  const own = `pkg:npm/${encodeURIComponent(name).replace('%2F', '/')}@${version}`;
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': own, name, version, purl: own },
    },
    components: components.map((component) => describe(component)),
    dependencies: [
      { ref: own, dependsOn: components.map(referenceOf) },
      ...components.map((component) => ({ ref: referenceOf(component), dependsOn: [] })),
    ],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** @param {Component} component */
function referenceOf({ name, version, purl }) {
  return purl ?? `${name}@${version}`;
}

/**
 * @param {Component} component
 * @returns {object}
 */
function describe(component) {
  const { name, version, licence, website, purl, cpe, files, parts } = component;
  return {
    type: 'library',
    'bom-ref': referenceOf(component),
    name,
    version,
    ...(licence === undefined ? {} : { licenses: [{ license: licence }] }),
    ...(cpe === undefined ? {} : { cpe }),
    ...(purl === undefined ? {} : { purl }),
    ...(website === undefined ? {} : { externalReferences: [{ type: 'website', url: website }] }),
    ...(parts.length + files.length === 0
      ? {}
      : {
          components: [
            ...parts.map((part) => describe(part)),
            ...files.map(({ file, sha256 }) => ({
              type: 'file',
              'bom-ref': `python/${file}`,
              name: `python/${file}`,
              hashes: [{ alg: 'SHA-256', content: sha256 }],
            })),
          ],
        }),
  };
}
