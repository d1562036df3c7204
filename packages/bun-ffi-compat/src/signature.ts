import type { RawType } from './backend.js';
import { FfiError } from './ffi-error.js';
import { type FFIFunction, FFIType, type FFITypeLike, type FFITypeNumber } from './types.js';

const numbers = new Set<number>(Object.values(FFIType));

/** The types of a function, in numbers. */
export interface Signature {
  readonly parameters: readonly FFITypeNumber[];
  readonly result: FFITypeNumber;
}

/** What a type is to C: text and buffers are pointers, a buffer's length is a `u64`. */
export function cType(type: FFITypeNumber): RawType {
  switch (type) {
    case 14:
    case 20:
      return 12;
    case 21:
      return 8;
    case 18:
    case 19:
      throw new Error(`unreachable: signatureOf() lets no type ${type} pass`);
    default:
      return type;
  }
}

function typeNumber(type: FFITypeLike, where: string): FFITypeNumber {
  const number = typeof type === 'string' && Object.hasOwn(FFIType, type) ? FFIType[type] : type;
  if (typeof number !== 'number' || !numbers.has(number)) {
    throw new TypeError(
      `${where} has the type ${JSON.stringify(type)}; these exist: ${Object.keys(FFIType).join(', ')}`,
    );
  }
  if (number === FFIType.napi_env || number === FFIType.napi_value) {
    throw new FfiError(
      'NOT_SUPPORTED',
      `${where} has the type ${JSON.stringify(type)}, which bun:ffi has for cc() only: write a Node-API addon`,
    );
  }
  return number;
}

function isBuffer(type: FFITypeNumber): boolean {
  return type === FFIType.buffer || type === FFIType.buffer_length;
}

/**
 * The types of a function, checked.
 *
 * @param name - of the function, for messages
 * @param definition - as the caller wrote it
 * @param direction - who calls whom: JavaScript a `function` of C's, or C a `callback`
 * @throws TypeError for a type that there is not, or that does not go there; FfiError `NOT_SUPPORTED`
 */
export function signatureOf(
  name: string,
  { args = [], returns = 'void' }: FFIFunction,
  direction: 'function' | 'callback',
): Signature {
  const parameters = args.map((type, i) => typeNumber(type, `${name}, argument ${i + 1}`));
  const result = typeNumber(returns, `the result of ${name}`);
  if (parameters.includes(FFIType.void)) {
    throw new TypeError(`${name} has a parameter of the type void`);
  }
  if (isBuffer(result) || (direction === 'callback' && parameters.some(isBuffer))) {
    throw new TypeError(
      `${name}: the types buffer and buffer_length are for what JavaScript passes to C; what comes from C is a ptr ` +
        'and a length: see toBuffer',
    );
  }
  return { parameters, result };
}
