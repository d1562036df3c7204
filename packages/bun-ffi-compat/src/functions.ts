import { standsFor } from './addresses.js';
import type { RawArgument, RawFunction, RawResult, RawSignature } from './backend.js';
import type { CallScope } from './call-scope.js';
import { exactArgument, exactResult } from './exact.js';
import { FfiError } from './ffi-error.js';
import type { TextReader } from './memory.js';
import { cType, type Signature, signatureOf } from './signature.js';
import type { Callable, FFIFunction, FFITypeNumber, Pointer } from './types.js';

const CSTRING: FFITypeNumber = 14;

/** Whether a function may be called: it asks before each call. */
export interface Life {
  open: boolean;
}

/** Makes C functions callable. */
export class FunctionMaker {
  readonly #scope: CallScope;
  readonly #texts: TextReader;
  /**
   * The arguments of the last call with text in it. A result may point into them: they must be there while
   * it is read, and are until the next such call.
   */
  // eslint-disable-next-line no-unused-private-class-members -- it is written to, to keep alive
  #kept: readonly RawArgument[] | undefined;

  constructor(scope: CallScope, texts: TextReader) {
    this.#scope = scope;
    this.#texts = texts;
  }

  /**
   * A C function as JavaScript calls it.
   *
   * @param name - for messages
   * @param pointer - where it is
   * @param definition - its types
   * @param life - whether it may still be called
   * @param bind - gives the host's function
   */
  make(
    name: string,
    pointer: Pointer,
    definition: FFIFunction,
    life: Life,
    bind: (signature: RawSignature) => RawFunction,
  ): Callable<FFIFunction> {
    const signature = signatureOf(`${name}()`, definition, 'function');
    const { parameters, result } = signature;
    const raw = bind({ parameters: parameters.map(cType), result: cType(result) });
    const call = this.#caller(name, signature, raw, life);
    Object.defineProperties(call, {
      name: { value: name },
      length: { value: parameters.length },
      ptr: { value: pointer, enumerable: true },
    });
    standsFor(call, () => {
      if (!life.open) throw new FfiError('LIBRARY_CLOSED', `${name}(): its library was closed`);
      return pointer;
    });
    return call as unknown as Callable<FFIFunction>;
  }

  #caller(
    name: string,
    { parameters, result }: Signature,
    raw: RawFunction,
    life: Life,
  ): (...values: unknown[]) => unknown {
    const scope = this.#scope;
    const places = parameters.map((_, i) => `${name}(), argument ${i + 1}`);
    const place = `the result of ${name}()`;
    const hasText = result === CSTRING || parameters.includes(CSTRING);
    return (...values) => {
      if (!life.open) throw new FfiError('LIBRARY_CLOSED', `${name}(): its library was closed`);
      if (values.length !== parameters.length) {
        throw new TypeError(`${name}() takes ${parameters.length} arguments, not ${values.length}`);
      }
      const checked: RawArgument[] = [];
      for (let i = 0; i < parameters.length; i++) {
        checked.push(exactArgument(parameters[i] as FFITypeNumber, values[i], places[i] as string));
      }
      let given: RawResult;
      scope.enter();
      try {
        given = raw(...checked);
      } catch (error) {
        scope.threw(error);
      }
      scope.left();
      const answer = exactResult(result, given, place);
      if (!hasText) return answer;
      const text =
        result === CSTRING && answer !== null ? this.#texts.read(answer as Pointer) : answer;
      this.#kept = checked;
      return text;
    };
  }
}
