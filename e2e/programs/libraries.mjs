// @ts-check
import assert from 'node:assert/strict';
import { python } from 'nogil';
import { printedByPython } from './own-process.mjs';

/** Libraries that Node brings as well, in another version. */
const VERSIONS = [
  ['ssl', 'OPENSSL_VERSION'],
  ['zlib', 'ZLIB_RUNTIME_VERSION'],
];

export default function libraries() {
  for (const [module, attribute] of VERSIONS) {
    const expected = printedByPython(`import ${module}; print(${module}.${attribute})`);
    assert.equal(python.getattr(python.import(`${module}`), `${attribute}`), expected, module);
  }
  // The version is a string; these run the code behind it.
  python.run(`
import hashlib, zlib
assert zlib.decompress(zlib.compress(b'x' * 100_000, 9)) == b'x' * 100_000
assert hashlib.sha256(b'nogil').hexdigest() == '${printedByPython(
    "import hashlib; print(hashlib.sha256(b'nogil').hexdigest())",
  )}'
`);
}
