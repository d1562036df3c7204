import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Backend, RawLibrary } from './backend.js';
import type { CallScope } from './call-scope.js';
import { exactPointer } from './exact.js';
import { FfiError } from './ffi-error.js';
import type { FunctionMaker, Life } from './functions.js';
import type { Address, CFunctionConstructor, FFIFunction, Library, Pointer } from './types.js';

/** A path as `bun:ffi` takes it. */
export type LibraryPath = string | URL | { readonly name?: string | undefined };

/** The part of the API that makes functions. */
export interface Libraries {
  /**
   * Opens a shared library.
   *
   * @param path - a file, or a name that the system's loader looks for; then a file of that name in the
   *   working directory, as in Bun; a `file:` URL, or a `Bun.file()`
   * @param symbols - its functions, at least one, with the types of their arguments and results
   * @throws FfiError `LIBRARY_UNUSABLE`, `SYMBOL_NOT_FOUND`, `NOT_SUPPORTED`; TypeError for a type that there
   *   is not
   * @remarks Any JS thread. What is described wrongly is undefined behaviour, as in C.
   */
  readonly dlopen: <const Fns extends Record<string, FFIFunction>>(
    path: LibraryPath,
    symbols: Fns,
  ) => Library<Fns>;
  /**
   * Functions whose addresses are known: `ptr` of each.
   *
   * @throws TypeError without an address, or for a type that there is not
   */
  readonly linkSymbols: <const Fns extends Record<string, FFIFunction>>(
    symbols: Fns,
  ) => Library<Fns>;
  /**
   * One function whose address is known, with `new` or without. It stays callable for as long as the memory
   * is code, or until its `close()`.
   *
   * @throws as {@link Libraries.linkSymbols}
   */
  readonly CFunction: CFunctionConstructor;
}

/** Hosts would cut them there. */
function refuseNul(name: string): void {
  if (name.includes('\0')) throw new TypeError(`${JSON.stringify(name)} has a NUL inside`);
}

function fileOf(path: LibraryPath): string {
  if (typeof path === 'string') return path;
  if (path instanceof URL) return fileURLToPath(path);
  const { name } = path;
  if (typeof name === 'string') return name;
  throw new TypeError('a library is opened by a path, a file: URL or a Bun.file()');
}

function openLibrary(backend: Backend, file: string, names: readonly string[]): RawLibrary {
  try {
    try {
      return backend.open(file, names);
    } catch (error) {
      // What the loader does not find is looked for here, as Bun does.
      if (basename(file) !== file || !existsSync(file)) throw error;
      return backend.open(resolve(file), names);
    }
  } catch (cause) {
    throw new FfiError('LIBRARY_UNUSABLE', `${file} cannot be opened: ${String(cause)}`, { cause });
  }
}

function addressOf(name: string, ptr: Address | undefined): Pointer {
  if (ptr === undefined) {
    throw new TypeError(`${name} has no "ptr": linkSymbols and CFunction need its address`);
  }
  const pointer = exactPointer(ptr, `the address of ${name}`);
  if (pointer === 0) throw new TypeError(`the address of ${name} is 0`);
  return pointer;
}

/**
 * Makes {@link Libraries} on a backend.
 *
 * @param backend - called at the first use
 * @param scope - says when a library can be unloaded
 * @param functions - makes the functions
 */
export function makeLibraries(
  backend: () => Backend,
  scope: CallScope,
  functions: FunctionMaker,
): Libraries {
  // Hosts unload a library that nobody can reach, though its functions are in use: their addresses are not it.
  const loaded = new Set<RawLibrary>();

  function linked(name: string, definition: FFIFunction, life: Life) {
    const pointer = addressOf(name, definition.ptr);
    return functions.make(name, pointer, definition, life, (signature) =>
      backend().bind(pointer, name, signature),
    );
  }

  const dlopen: Libraries['dlopen'] = (path, symbols) => {
    const file = fileOf(path);
    const names = Object.keys(symbols);
    for (const name of [file, ...names]) refuseNul(name);
    if (names.length === 0) throw new TypeError('dlopen needs at least one symbol');
    const library = openLibrary(backend(), file, names);
    const life = { open: true };
    try {
      const made = Object.entries(symbols).map(([name, definition]) => {
        const found = library.find(name);
        if (found === undefined) {
          throw new FfiError('SYMBOL_NOT_FOUND', `${file} has no symbol ${name}`);
        }
        const pointer = addressOf(name, found);
        const callable = functions.make(name, pointer, definition, life, (signature) =>
          library.bind(name, pointer, signature),
        );
        return [name, callable] as const;
      });
      loaded.add(library);
      return {
        symbols: Object.fromEntries(made),
        close() {
          if (!life.open) return;
          life.open = false;
          loaded.delete(library);
          // One of its own functions may be what called the callback that closes it.
          scope.whenIdle(() => {
            library.close();
          });
        },
      } as never;
    } catch (error) {
      library.close();
      throw error;
    }
  };

  const linkSymbols: Libraries['linkSymbols'] = (symbols) => {
    const life = { open: true };
    const made = Object.entries(symbols).map(
      ([name, definition]) => [name, linked(name, definition, life)] as const,
    );
    return {
      symbols: Object.fromEntries(made),
      close() {
        life.open = false;
      },
    } as never;
  };

  // Not an arrow: Bun's documentation calls it with `new`.
  function CFunction(definition: FFIFunction): unknown {
    const life = { open: true };
    return Object.assign(linked('CFunction', definition, life), {
      close() {
        life.open = false;
      },
    });
  }

  return { dlopen, linkSymbols, CFunction: CFunction as unknown as CFunctionConstructor };
}
