// @ts-check
// The calls of calls.mjs through the host's own FFI, as a program that uses nothing else would write them.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * @typedef {object} Host
 * @property {string} name
 * @property {(value: number) => unknown} abs
 * @property {(value: bigint) => unknown} llabs
 * @property {(value: Buffer) => unknown} strlen
 * @property {(pair: Int32Array) => unknown} sort sorts two numbers, with one call of `compare`
 */

/** @param {string} libc @param {() => number} compare @returns {Host} */
function bun(libc, compare) {
  const { dlopen, JSCallback } = require('bun:ffi');
  const { symbols } = dlopen(libc, {
    abs: { args: ['i32'], returns: 'i32' },
    llabs: { args: ['i64'], returns: 'i64' },
    strlen: { args: ['ptr'], returns: 'u64' },
    qsort: { args: ['ptr', 'u64', 'u64', 'function'] },
  });
  const callback = new JSCallback(compare, { args: ['ptr', 'ptr'], returns: 'i32' }).ptr;
  return {
    name: 'bun:ffi',
    ...symbols,
    sort: (pair) => symbols.qsort(pair, 2, 4, callback),
  };
}

/** @param {string} libc @param {() => number} compare @returns {Host} */
function koffi(libc, compare) {
  const koffi = require('koffi');
  const library = koffi.load(libc);
  const compares = koffi.pointer(koffi.proto('int', ['void *', 'void *']));
  const callback = koffi.register(compare, compares);
  const qsort = library.func('qsort', 'void', ['void *', 'uint64', 'uint64', 'void *']);
  return {
    name: 'koffi',
    abs: library.func('abs', 'int32', ['int32']),
    llabs: library.func('llabs', 'int64', ['int64']),
    strlen: library.func('strlen', 'uint64', ['void *']),
    sort: (pair) => qsort(pair, 2, 4, callback),
  };
}

/** @param {string} libc @param {() => number} compare @returns {Host} */
function node(libc, compare) {
  const { functions, lib } = require('node:ffi').dlopen(libc, {
    abs: { arguments: ['int32'], return: 'int32' },
    llabs: { arguments: ['int64'], return: 'int64' },
    strlen: { arguments: ['pointer'], return: 'uint64' },
    qsort: { arguments: ['pointer', 'uint64', 'uint64', 'pointer'], return: 'void' },
  });
  const types = { arguments: ['pointer', 'pointer'], return: 'int32' };
  const callback = lib.registerCallback(types, compare);
  return {
    name: 'node:ffi',
    ...functions,
    sort: (pair) => functions.qsort(pair, 2n, 4n, callback),
  };
}

/**
 * What this process would use without this package.
 *
 * @param {string} libc
 * @param {() => number} compare
 */
export function host(libc, compare) {
  if (process.versions.bun !== undefined) return bun(libc, compare);
  return process.execArgv.includes('--experimental-ffi')
    ? node(libc, compare)
    : koffi(libc, compare);
}
