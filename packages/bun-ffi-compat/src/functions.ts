import { fileURLToPath } from 'node:url';

import type { Backend, RawArgument } from './backend.js';
import { exactArgument, exactPointer, exactResult } from './exact.js';
import { FfiError } from './ffi-error.js';
import type { TextReader } from './memory.js';
import {
  type Callable,
  type FFIFunction,
  type FFIFunctionAt,
  type FFITypeNumber,
  type Library,
  typeNumber,
} from './types.js';

const POINTER: FFITypeNumber = 12;
const VOID: FFITypeNumber = 13;
const CSTRING: FFITypeNumber = 14;

/** Whether a library is open: its functions ask before each call. */
interface Life {
  open: boolean;
}

function functionAt(
  backend: Backend,
  texts: TextReader,
  name: string,
  { ptr, args = [], returns = 'void' }: FFIFunctionAt,
  life: Life,
): Callable<FFIFunction> {
  const pointer = exactPointer(ptr, `the address of ${name}`);
  if (pointer === 0) throw new TypeError(`the address of ${name} is 0`);
  const parameters = args.map((type, i) => typeNumber(type, `${name}(), argument ${i + 1}`));
  if (parameters.includes(VOID)) throw new TypeError(`${name}() has a parameter of the type void`);
  const result = typeNumber(returns, `the result of ${name}()`);
  const raw = backend.bind(pointer, name, {
    parameters: parameters.map((type) => (type === CSTRING ? POINTER : type)),
    result: result === CSTRING ? POINTER : result,
  });
  const places = parameters.map((_, i) => `${name}(), argument ${i + 1}`);
  const call = (...values: unknown[]) => {
    if (!life.open) throw new FfiError('LIBRARY_CLOSED', `${name}(): its library was closed`);
    if (values.length !== parameters.length) {
      throw new TypeError(`${name}() takes ${parameters.length} arguments, not ${values.length}`);
    }
    const checked: RawArgument[] = [];
    for (let i = 0; i < parameters.length; i++) {
      checked.push(exactArgument(parameters[i] as FFITypeNumber, values[i], places[i] as string));
    }
    const answer = exactResult(result, raw(...checked), `the result of ${name}()`);
    return result === CSTRING && answer !== null ? texts.read(answer as number) : answer;
  };
  Object.defineProperties(call, {
    name: { value: name },
    length: { value: parameters.length },
    ptr: { value: pointer, enumerable: true },
  });
  return call as unknown as Callable<FFIFunction>;
}

/** The part of the API that makes functions. */
export interface Functions {
  /**
   * Opens a shared library.
   *
   * @param path - a file, or a name that the system's loader looks for; a `file:` URL
   * @param symbols - its functions, at least one, with the types of their arguments and results
   * @throws FfiError `LIBRARY_UNUSABLE`, `SYMBOL_NOT_FOUND`; TypeError for a type that there is not
   * @remarks Any JS thread. What is described wrongly is undefined behaviour, as in C.
   */
  readonly dlopen: <const Descriptions extends Record<string, FFIFunction>>(
    path: string | URL,
    symbols: Descriptions,
  ) => Library<Descriptions>;
  /**
   * Functions whose addresses are known.
   *
   * @throws TypeError without an address, or for a type that there is not
   */
  readonly linkSymbols: <const Descriptions extends Record<string, FFIFunctionAt>>(
    symbols: Descriptions,
  ) => Library<Descriptions>;
  /**
   * One function whose address is known. It stays callable for as long as the memory is code.
   *
   * @throws as {@link Functions.linkSymbols}
   */
  readonly CFunction: <const Description extends FFIFunctionAt>(
    description: Description,
  ) => Callable<Description>;
}

/**
 * Makes {@link Functions} on a backend.
 *
 * @param backend - called at the first use
 * @param texts - reads results of the type `cstring`
 */
export function makeFunctions(backend: () => Backend, texts: TextReader): Functions {
  function link(
    symbols: Record<string, FFIFunctionAt>,
    life: Life,
  ): Record<string, Callable<FFIFunction>> {
    const made: Record<string, Callable<FFIFunction>> = {};
    for (const [name, description] of Object.entries(symbols)) {
      // A caller in JavaScript may well have forgotten it.
      if ((description.ptr as unknown) === undefined) {
        throw new TypeError(`${name} has no "ptr": linkSymbols and CFunction need its address`);
      }
      made[name] = functionAt(backend(), texts, name, description, life);
    }
    return made;
  }
  return {
    dlopen(path, symbols) {
      const file = path instanceof URL ? fileURLToPath(path) : path;
      const names = Object.keys(symbols);
      if (names.length === 0) throw new TypeError('dlopen needs at least one symbol');
      let library;
      try {
        library = backend().open(file, names);
      } catch (cause) {
        throw new FfiError('LIBRARY_UNUSABLE', `${file} cannot be opened: ${String(cause)}`, {
          cause,
        });
      }
      const life = { open: true };
      try {
        const found = Object.entries(symbols).map(([name, description]) => {
          const ptr = library.find(name);
          if (ptr === undefined) {
            throw new FfiError('SYMBOL_NOT_FOUND', `${file} has no symbol ${name}`);
          }
          return [name, { ...description, ptr }] as const;
        });
        return {
          symbols: link(Object.fromEntries(found), life),
          close() {
            if (!life.open) return;
            life.open = false;
            library.close();
          },
        } as never;
      } catch (error) {
        library.close();
        throw error;
      }
    },
    linkSymbols(symbols) {
      const life = { open: true };
      return {
        symbols: link(symbols, life),
        close() {
          life.open = false;
        },
      } as never;
    },
    CFunction(description) {
      return link({ CFunction: description }, { open: true }).CFunction as never;
    },
  };
}
