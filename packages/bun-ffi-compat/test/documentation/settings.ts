/**
 * What the examples of Bun's documentation leave out: the library, and what was defined elsewhere. The examples
 * themselves are read from `bun-types`, which contains the documentation.
 */

/** What an example needs around it. */
export interface Setting {
  /** What the example begins with: so that a changed documentation is noticed. */
  readonly begins: string;
  /** Before it. */
  readonly before?: string;
  /** After it. */
  readonly after?: string;
  /** A gap that the example leaves to its reader, and what goes there. */
  readonly gap?: readonly [string, string];
  /** What is printed. */
  readonly prints: string | RegExp;
}

/** What an example that cannot run begins with, and why it cannot. */
export interface NoProgram {
  readonly begins: string;
  readonly because: string;
}

const mylib = (symbols: string) =>
  `import * as ffi from 'bun:ffi';\nconst mylib = ffi.dlopen('./libmylib', ${symbols}).symbols;\n`;

const collect = `const collect = async () => {
  globalThis.Bun === undefined ? globalThis.gc() : Bun.gc(true);
  await new Promise((resolve) => setTimeout(resolve, 1));
};
`;

/** One for each block of TypeScript, in the order of the documentation. */
export const settings: readonly (Setting | NoProgram)[] = [
  {
    begins: 'import { dlopen, FFIType, suffix } from "bun:ffi";\n\n// `suffix` is either',
    prints: /^SQLite 3 version: \d+\.\d+\.\d+$/,
  },
  { begins: 'import { dlopen, FFIType, suffix } from "bun:ffi";\nconst { i32 }', prints: '3' },
  {
    begins: 'const {\n  symbols: { write_all }',
    before: `import { dlopen } from 'bun:ffi';\nconst path = './libmylib';\n`,
    prints: 'hello',
  },
  { begins: 'CString(ptr: number', because: 'it is a declaration' },
  {
    begins: 'const myString = new CString(ptr);\n',
    before: `import { CString } from 'bun:ffi';\n${mylib("{ version: { returns: 'ptr' } }")}const ptr = mylib.version();\n`,
    after: 'console.log(String(myString));',
    prints: '1.2.3',
  },
  {
    begins: 'const myString = new CString(ptr, 0, byteLength);',
    before: `import { CString } from 'bun:ffi';\n${mylib("{ version: { returns: 'ptr' } }")}const ptr = mylib.version();\nconst byteLength = 3;\n`,
    after: 'console.log(String(myString));',
    prints: '1.2',
  },
  {
    begins: 'const myString = new CString(ptr);\nmy_library_free(ptr);',
    before:
      `import { CString } from 'bun:ffi';\n` +
      mylib("{ library_text: { returns: 'ptr' }, library_free: { args: ['ptr'] } }") +
      'const ptr = mylib.library_text();\nconst my_library_free = mylib.library_free;\n',
    prints: 'text of C',
  },
  {
    begins: 'symbols.puts("Hello, world!");',
    before: `import * as ffi from 'bun:ffi';
const libc = process.platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6';
const { symbols } = ffi.dlopen(libc, { puts: { args: ['cstring'], returns: 'i32' }, fflush: { args: ['ptr'] } });
`,
    after: 'symbols.fflush(null);',
    prints: 'Hello, world!',
  },
  {
    begins: 'import { CFunction } from "bun:ffi";',
    before: `import * as ffi from 'bun:ffi';\nconst somehow = ffi.dlopen('./libmylib', { version: {} }).symbols.version.ptr;\n`,
    gap: ['/* somehow, you got this pointer */', 'somehow;'],
    after: 'console.log(getVersion());',
    prints: '1.2.3',
  },
  {
    begins: 'import { linkSymbols } from "bun:ffi";',
    before: `${mylib('{ version_major: {}, version_minor: {}, version_patch: {} }')}
const getVersionPtrs = () => [mylib.version_major.ptr, mylib.version_minor.ptr, BigInt(mylib.version_patch.ptr)];
`,
    after: 'console.log(major, minor, patch);',
    prints: '1 2 3',
  },
  {
    begins: 'import { dlopen, JSCallback, ptr, CString } from "bun:ffi";',
    // It closes after five seconds; here at once.
    before: 'const setTimeout = (action) => setImmediate(action);\n',
    after: `const greeting = Buffer.from('say hello\\0');
console.log(search(ptr(str), searchIterator), search(ptr(greeting), searchIterator));
setImmediate(() => setImmediate(() => console.log(searchIterator.ptr)));`,
    prints: '0n 5n\nnull',
  },
  {
    begins: 'const searchIterator = new JSCallback(',
    before: `import { CString, JSCallback } from 'bun:ffi';\n`,
    after: `console.log(searchIterator.threadsafe, typeof searchIterator.ptr);\nsearchIterator.close();`,
    prints: 'true number',
  },
  {
    begins: 'const onResolve = new JSCallback(',
    before:
      `import { CFunction, JSCallback } from 'bun:ffi';\n` +
      mylib('{ set_on_resolve: {} }') +
      'const myNativeLibrarySetOnResolve = mylib.set_on_resolve.ptr;\n',
    after: 'console.log(setOnResolve(onResolve.ptr), setOnResolve(onResolve));',
    prints: 'true true',
  },
  {
    begins: 'import { ptr } from "bun:ffi";\nlet myTypedArray',
    after: 'console.log(typeof myPtr, myPtr > 0);',
    prints: 'number true',
  },
  {
    begins: 'import { ptr, toArrayBuffer } from "bun:ffi";',
    after:
      'myTypedArray[3] = 7;\nconsole.log(myTypedArray.length, myTypedArray.buffer.byteLength);',
    prints: '32 32',
  },
  {
    begins: 'import { toArrayBuffer } from "bun:ffi";\nlet myDataView',
    before: `import * as ffi from 'bun:ffi';\nconst memory = new Uint8Array(32).map((_, i) => i + 1);\nconst myPtr = ffi.ptr(memory);\n`,
    after: 'console.log(memory.length);',
    prints: '1 2 3 4\n32',
  },
  {
    begins: 'import { read } from "bun:ffi";',
    before: `import * as ffi from 'bun:ffi';\nconst memory = new Uint8Array(32).map((_, i) => i + 1);\nconst myPtr = ffi.ptr(memory);\n`,
    after: 'console.log(memory.length);',
    prints: '1 2 3 4\n32',
  },
  {
    begins: 'import { toArrayBuffer } from "bun:ffi";\n\n// with a deallocatorContext:',
    before:
      mylib("{ deallocate: {}, deallocations: { returns: 'i32' } }") +
      `const memory = new Int32Array([1, 2, 7]);
const [bytes, byteOffset, byteLength] = [ffi.ptr(memory), 4, 4];
const deallocatorContext = ffi.ptr(memory, 8);
const jsTypedArrayBytesDeallocator = mylib.deallocate.ptr;
${collect}`,
    after: `while (mylib.deallocations() < 2) await collect();\nconsole.log(mylib.deallocations(), memory.length);`,
    prints: '2 3',
  },
  {
    begins: 'import { dlopen, FFIType } from "bun:ffi";\n\nconst {\n  symbols: { encode_png }',
    before: `const myLibraryPath = './libmylib';\n`,
    after: 'console.log(typeof out);',
    prints: 'number',
  },
  {
    begins: 'import { dlopen, FFIType, ptr } from "bun:ffi";\n\nconst {\n  symbols: { encode_png }',
    before: `const myLibraryPath = './libmylib';\n`,
    after: 'console.log(typeof out, pixels.length);',
    prints: 'number 65536',
  },
  {
    begins: 'const out = encode_png(',
    before: `import { toArrayBuffer } from 'bun:ffi';
import { readFileSync, writeFileSync } from 'node:fs';
${mylib("{ encode_png: { args: ['ptr', 'u32', 'u32'], returns: 'ptr' } }")}
const { encode_png } = mylib;
const pixels = new Uint8ClampedArray(128 * 128 * 4).fill(65);
globalThis.Bun ??= { write: async (file, bytes) => writeFileSync(file, bytes) };
`,
    after: `console.log(readFileSync('out.png', 'utf8'));`,
    prints: 'A',
  },
];
