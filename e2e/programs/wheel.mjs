// @ts-check
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { printedByPython } from './own-process.mjs';

/**
 * Makes a wheel with one module, which has its version and nothing else.
 *
 * @param {string} folder - made where it is not there
 * @param {string} name - of the package and the module
 * @param {string} version
 */
export function makeWheel(folder, name, version) {
  mkdirSync(folder, { recursive: true });
  const info = `${name}-${version}.dist-info`;
  const files = {
    [`${name}.py`]: `version = "${version}"\n`,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/RECORD`]: `${name}.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`,
  };
  const wheel = path.join(folder, `${name}-${version}-py3-none-any.whl`);
  printedByPython(`
import zipfile
with zipfile.ZipFile(${JSON.stringify(wheel)}, "w") as wheel:
    for name, text in ${JSON.stringify(files)}.items():
        wheel.writestr(name, text)
`);
}
