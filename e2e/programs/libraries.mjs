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
  const builtin = [...python.import('sys').builtin_module_names];
  for (const [module, attribute] of VERSIONS) {
    // Linked into libpython, as Debian links zlib, a module finds the host's functions first: Node's zlib is as good,
    // and what is done with it below must work. OpenSSL's structures differ: there it would not.
    if (module === 'zlib' && builtin.includes(module)) continue;
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
