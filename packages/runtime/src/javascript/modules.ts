import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { types } from 'node:util';

import { NogilError } from '@nogil/abi';
import { NG_JS_ASK_GLOBAL, NG_JS_ASK_IMPORT, NG_JS_ASK_REQUIRE } from '@nogil/abi/constants';

const modules = new WeakSet<object>();

/** Makes a value one that crosses by reference for good, also where its like is copied. */
export function asModule<Value>(value: Value): Value {
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
    modules.add(value);
  }
  return value;
}

/** Whether an object is a module to Python, and never copied: a namespace, or what {@link asModule} got. */
export function isModule(value: object): boolean {
  return modules.has(value) || types.isModuleNamespaceObject(value);
}

/** Answers what Python asks of no object: see `NG_JS_ASK_…`. */
export function ask([what, specifier, from]: readonly unknown[]): unknown {
  switch (what) {
    case NG_JS_ASK_GLOBAL:
      return asModule(globalThis);
    case NG_JS_ASK_REQUIRE:
      return asModule(createRequire(baseOf(from))(text(specifier)));
    case NG_JS_ASK_IMPORT:
      return importFrom(text(specifier), baseOf(from));
    default:
      throw new NogilError('INTERNAL', `Python asked JavaScript for ${String(what)}`);
  }
}

function text(specifier: unknown): string {
  if (typeof specifier === 'string') return specifier;
  throw new TypeError(`a module is named by a str, not ${typeof specifier}`);
}

/** The file that asks: the main script, where nobody says; without one, as if it stood in the working directory. */
function baseOf(from: unknown): string {
  if (from !== null && from !== undefined) {
    const file = text(from);
    return file.startsWith('file:') ? fileURLToPath(file) : file;
  }
  return process.argv[1] ?? join(process.cwd(), 'python');
}

async function importFrom(specifier: string, base: string): Promise<unknown> {
  if (isBuiltin(specifier) || /^(?:file|data|node):/u.test(specifier)) {
    return (await import(specifier)) as unknown;
  }
  if (/^\.{0,2}\//u.test(specifier)) {
    return (await import(new URL(specifier, pathToFileURL(base)).href)) as unknown;
  }
  // As that file would find it. An ES module that refuses to be required is found all the same.
  const file = createRequire(base).resolve(specifier);
  return (await import(pathToFileURL(file).href)) as unknown;
}
