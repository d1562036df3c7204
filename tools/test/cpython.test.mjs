// @ts-check
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyPython } from '../lib/cpython/contents.mjs';
import { BUNDLED, bundledRule, LEFT_OUT } from '../lib/cpython/libraries.mjs';
import { billOf, licencesOf } from '../lib/cpython/papers.mjs';
import { relocate } from '../lib/cpython/relocate.mjs';
import { notBuilt } from '../lib/pack.mjs';

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nogil-cpython-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** @param {Record<string, string>} files - texts by path, below the folder */
function write(files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

const details = JSON.stringify({
  base_prefix: '/opt/build',
  libpython: { dynamic: '/opt/build/lib/libpython3.14t.so', static: '/opt/build/lib/lib.a' },
  c_api: { headers: '/opt/build/include/python3.14t', pkgconfig_path: '/opt/build/lib/pkgconfig' },
});

/** What `relocate` changes of an installation in /opt/build. */
const installed = {
  'lib/python3.14t/_sysconfigdata_t_linux.py': `build_time_vars = {
    'LDSHARED': 'cc -shared -Wl,-rpath,\\\\$ORIGIN/../lib -Wl,-rpath,/opt/build/lib',
    'LIBDIR': '/opt/build/lib',
    'abs_srcdir': '/tmp/source',
    'TESTPYTHON': '/tmp/source/python',
}
`,
  'lib/python3.14t/build-details.json': details,
  'lib/python3.14t/ssl.py': '',
};

test('a library whose licence nobody has read stops the packing', () => {
  expect(() => bundledRule('libsurprise.so.1', '_surprise.so')).toThrow('libsurprise.so.1');
  expect(bundledRule('libssl.so.3', '_ssl.so').name).toBe('OpenSSL');
});

test('what is under the GPL is not bundled', () => {
  for (const library of [
    'libreadline.so.8',
    'libgdbm.so.6',
    'libgdbm_compat.so.4',
    'libdb-5.3.so',
  ]) {
    expect(LEFT_OUT.some((rule) => rule.library.test(library))).toBe(true);
    expect(BUNDLED.some((rule) => rule.library.test(library))).toBe(false);
  }
});

test('a licence is that of the version', () => {
  const of = (/** @type {string} */ library, /** @type {string} */ version) =>
    bundledRule(library, '').licence(version);
  expect(of('libcrypto.so.1.1', '1.1.1k')).toEqual({ id: 'OpenSSL' });
  expect(of('libcrypto.so.3', '3.0.19')).toEqual({ id: 'Apache-2.0' });
  expect(of('liblzma.so.5', '5.4.1')).toEqual({ name: 'Public domain' });
  expect(of('liblzma.so.5', '5.8.1')).toEqual({ id: '0BSD' });
});

test('tests, caches, what was installed beside and links are not copied', () => {
  write({
    'from/bin/python3.14': 'program',
    'from/include/python3.14t/Python.h': '',
    'from/lib/libpython3.14t.so.1.0': 'library',
    'from/lib/python3.14t/os.py': '',
    'from/lib/python3.14t/test/test_os.py': '',
    'from/lib/python3.14t/json/__init__.py': '',
    'from/lib/python3.14t/json/__pycache__/__init__.pyc': '',
    'from/lib/python3.14t/site-packages/mine.py': '',
    'from/lib/python3.14t/lib-dynload/math.so': '',
    'from/lib/python3.14t/lib-dynload/_testcapi.so': '',
  });
  symlinkSync('python3.14', path.join(folder, 'from/bin/python3'));
  symlinkSync('libpython3.14t.so.1.0', path.join(folder, 'from/lib/libpython3.14t.so'));
  expect(copyPython(path.join(folder, 'from'), path.join(folder, 'to'))).toEqual([]);
  const there = (/** @type {string} */ name) => existsSync(path.join(folder, 'to', name));
  expect(readFileSync(path.join(folder, 'to/bin/python3'), 'utf8')).toBe('program');
  expect(there('lib/libpython3.14t.so.1.0')).toBe(true);
  expect(there('lib/libpython3.14t.so')).toBe(false);
  expect(there('lib/python3.14t/json/__init__.py')).toBe(true);
  expect(there('lib/python3.14t/json/__pycache__')).toBe(false);
  expect(there('lib/python3.14t/test')).toBe(false);
  expect(there('lib/python3.14t/site-packages')).toBe(false);
  expect(there('lib/python3.14t/lib-dynload/math.so')).toBe(true);
  expect(there('lib/python3.14t/lib-dynload/_testcapi.so')).toBe(false);
});

test('nothing names the folder of the build any more', () => {
  write(installed);
  relocate(folder, '/opt/build');
  const read = (/** @type {string} */ name) =>
    readFileSync(path.join(folder, 'lib/python3.14t', name), 'utf8');
  const variables = read('_sysconfigdata_t_linux.py');
  expect(variables).toContain("'LDSHARED': 'cc -shared'");
  expect(variables).toContain("'LIBDIR': '@prefix@/lib'");
  expect(variables).toContain("'TESTPYTHON': '/build/python'");
  expect(JSON.parse(read('build-details.json'))).toEqual({
    base_prefix: '../..',
    base_interpreter: 'bin/python3',
    libpython: { dynamic: 'lib/libpython3.14t.so.1.0' },
    c_api: { headers: 'include/python3.14t' },
  });
});

test('a file that still names it is an error', () => {
  write({ ...installed, 'lib/python3.14t/surprise.py': "place = '/opt/build/lib'" });
  expect(() => relocate(folder, '/opt/build')).toThrow('surprise.py');
});

test('the papers name each part, its version and its licence', () => {
  /** @type {import('../lib/cpython/components.mjs').Component} */
  const component = {
    name: 'zlib',
    version: '1.2.13',
    licence: { id: 'Zlib' },
    purl: 'pkg:deb/debian/zlib1g@1.2.13',
    files: [{ file: 'lib/bundled/libz.so.1', sha256: '00' }],
    texts: [{ title: 'zlib', text: 'as is\n\nno warranty' }],
    parts: [],
  };
  const licences = licencesOf('@nogil/x', [component]);
  expect(licences).toContain('| zlib | 1.2.13 | Zlib |');
  expect(licences).toContain('    as is\n\n    no warranty\n');
  const bill = JSON.parse(billOf({ name: '@nogil/x', version: '1.0.0' }, [component]));
  expect(bill.metadata.component.purl).toBe('pkg:npm/%40nogil/x@1.0.0');
  expect(bill.components).toMatchObject([
    { name: 'zlib', licenses: [{ license: { id: 'Zlib' } }] },
  ]);
  expect(bill.components[0].components[0].name).toBe('python/lib/bundled/libz.so.1');
});

test('a package that is not built is not packed', () => {
  write({ 'dist/index.js': '' });
  const project = {
    name: 'x',
    directory: folder,
    manifest: {
      name: 'x',
      main: './dist/index.cjs',
      exports: { '.': { import: { default: './dist/index.js' } } },
    },
  };
  expect(notBuilt(project)).toEqual([path.join(folder, 'dist/index.cjs')]);
});
