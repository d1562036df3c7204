/** Text in both directions. */
import { strictEqual, throws } from 'node:assert';

import { type Case, collect, libc, library } from './case.js';

/** Of a `String` object. */
const plain = (text: unknown) => String(text);
const bytes = (value: string) => Buffer.from(`${value}\0`);

export const text: Readonly<Record<string, Case>> = {
  'text that C returns is a copied string'({ dlopen }) {
    const { symbols } = dlopen(library, { text_of: { args: ['i32'], returns: 'cstring' } });
    strictEqual(symbols.text_of(0), 'plain');
    strictEqual(symbols.text_of(1), 'h\u00e9llo');
    strictEqual(symbols.text_of(2), '');
    throws(() => symbols.text_of(3), TypeError); // not UTF-8
    strictEqual(symbols.text_of(4), null);
  },
  'text that C returns may point into what it was given'({ dlopen }) {
    const { symbols } = dlopen(libc, { strchr: { args: ['cstring', 'int'], returns: 'cstring' } });
    for (let i = 0; i < 200; i++) {
      strictEqual(symbols.strchr(`${'x'.repeat(5000)}=${i}`, 61), `=${i}`);
      if (i % 20 === 0) collect();
    }
  },
  'a cstring parameter takes a string'({ dlopen }) {
    const { symbols } = dlopen(libc, { strlen: { args: ['cstring'], returns: 'u64_fast' } });
    strictEqual(symbols.strlen(''), 0);
    strictEqual(symbols.strlen('h\u00e9\u{1f40d}'), 7);
    strictEqual(symbols.strlen(bytes('abc')), 3);
    throws(() => symbols.strlen('a\0b'), /NUL/);
    throws(() => symbols.strlen('\ud83d'), /surrogate/);
  },
  'text at an address, whole and in part'({ ptr, CString }) {
    const memory = bytes('héllo\0wörld');
    const place = ptr(memory);
    strictEqual(plain(new CString(place)), 'héllo');
    strictEqual(plain(new CString(place, 7)), 'wörld');
    strictEqual(plain(new CString(place, 1, 3)), 'él');
    strictEqual(plain(new CString(0)), '');
    strictEqual(plain(new CString(null)), '');
    strictEqual(CString(place), 'h\u00e9llo'); // without new it is a plain string everywhere
    strictEqual(CString(place, 7), 'w\u00f6rld');
    strictEqual(CString(BigInt(place), 1, 3), '\u00e9l');
    strictEqual(/h.llo/.test(new CString(place)), true);
    strictEqual(`${new CString(place)}!`, 'h\u00e9llo!');
    strictEqual(new CString(place).length, 5);
    throws(() => new CString(ptr(new Uint8Array([0xff, 0]))), TypeError);
    strictEqual(memory.length, 14); // alive until here
  },
  'long text is read over the end of pages'({ ptr, CString }) {
    const memory = bytes('x'.repeat(20_000));
    strictEqual(new CString(ptr(memory)).length, 20_000);
    strictEqual(memory.length, 20_001);
  },
};
