// @ts-check
// What V8 has made slow in its own objects is slow for the whole program: a String.prototype that is a hash table makes
// `text.charCodeAt(i)` five times as long.
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';

const NAMES = [
  ...['Object', 'Function', 'Array', 'String', 'Number', 'BigInt', 'Symbol', 'RegExp', 'Date'],
  ...['Map', 'Set', 'WeakMap', 'WeakRef', 'Promise', 'Error', 'ArrayBuffer', 'Uint8Array'],
];

export default async function builtIns() {
  setFlagsFromString('--allow-natives-syntax');
  // Parsed when the flag is there already.
  const isFast = new Function('object', 'return %HasFastProperties(object)');
  const slow = () =>
    NAMES.filter((name) => !isFast(/** @type {any} */ (globalThis)[name].prototype));
  assert.deepEqual(slow(), []);
  const { python } = await import('nogil');
  const { CString } = await import('bun-ffi-compat');
  assert.equal(python.import('math').sqrt(4), 2);
  assert.ok(CString.prototype instanceof String);
  assert.deepEqual(slow(), []);
}
