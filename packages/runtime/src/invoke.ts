import { NogilError } from '@nogil/abi';
import {
  NG_OPERATION_INTERN,
  NG_TAG_BIGINT64,
  NG_TAG_BIGINT_HEX,
  NG_TAG_BYTES,
  NG_TAG_FALSE,
  NG_TAG_FLOAT,
  NG_TAG_IN_BLOCK,
  NG_TAG_INT,
  NG_TAG_MISSING,
  NG_TAG_NONE,
  NG_TAG_OBJECT,
  NG_TAG_STRING_LATIN1,
  NG_TAG_STRING_UTF16,
  NG_TAG_TRUE,
} from '@nogil/abi/constants';

import { Conversion } from './convert.js';
import { type Crossing, Handle } from './crossing.js';
import type { Environment } from './environment.js';
import type { Keywords } from './keywords.js';
import { operate, readHandle } from './operate.js';
import { makeProxy } from './proxy.js';

/** How many attribute names are kept interned for a thread; beyond that they are sent as text. */
const KEPT_NAMES = 2048;

/** V8's bigints have at most 2^30 bits. */
const LONGEST_HEX = 2 ** 28;

/**
 * Carries out one operation on any values.
 *
 * @param operation - an `NG_OPERATION_…`
 * @param target - its first argument
 * @param values - the others, as the user gave them
 * @param keywords - keyword arguments of a call
 * @returns the answer; `undefined` for MISSING
 * @throws PythonError for an exception, NogilError for what cannot cross
 */
export function invoke(
  environment: Environment,
  operation: number,
  target: Crossing,
  values: readonly unknown[],
  keywords?: Keywords,
): unknown {
  const positional: Crossing[] = [target];
  let conversion: Conversion | undefined;
  try {
    for (const value of values) {
      positional.push(
        crossesAsItIs(value) ? value : (conversion ??= new Conversion(environment)).ready(value),
      );
    }
    if (keywords === undefined) return operate(environment, operation, positional, readResult);
    conversion ??= new Conversion(environment);
    const named: Crossing[] = [];
    for (const value of keywords.values) named.push(conversion.ready(value));
    return operate(environment, operation, positional, readResult, keywords.names, named);
  } finally {
    conversion?.done();
  }
}

/** Whether a value needs no conversion: most arguments, and worth knowing before making one. */
function crossesAsItIs(value: unknown): value is Crossing {
  switch (typeof value) {
    case 'number':
    case 'string':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return true;
    default:
      return value instanceof Handle;
  }
}

/** The name of an attribute as an argument: interned once, then sent as a number. */
export function attributeName(environment: Environment, name: string): Crossing {
  const { names } = environment;
  const known = names.get(name);
  if (known !== undefined) return new Handle(known);
  if (names.size >= KEPT_NAMES) return name;
  const made = operate(environment, NG_OPERATION_INTERN, [name], readHandle);
  names.set(name, made);
  return new Handle(made);
}

function readResult(environment: Environment, frame: number): unknown {
  const { arena } = environment;
  const slot = arena.result(frame);
  const tag = arena.tag(slot);
  switch (tag & ~NG_TAG_IN_BLOCK) {
    case NG_TAG_MISSING:
      return undefined;
    case NG_TAG_NONE:
      return null;
    case NG_TAG_FALSE:
      return false;
    case NG_TAG_TRUE:
      return true;
    case NG_TAG_FLOAT:
    case NG_TAG_INT:
      return arena.number(slot);
    case NG_TAG_BIGINT64:
      return arena.bigint64(slot);
    case NG_TAG_BIGINT_HEX:
      return bigintFromHex(arena.text(slot));
    case NG_TAG_STRING_LATIN1:
    case NG_TAG_STRING_UTF16:
      return arena.text(slot);
    case NG_TAG_BYTES:
      return arena.bytes(slot);
    case NG_TAG_OBJECT:
      return makeProxy(environment, arena.number(slot), arena.length(slot));
    default:
      throw new NogilError('INTERNAL', `the core answered with an unknown tag ${tag}`);
  }
}

/** BigInt() knows no sign before 0x. */
function bigintFromHex(text: string): bigint {
  if (text.length > LONGEST_HEX) {
    throw new NogilError(
      'UNSUPPORTED_VALUE',
      `an int of ${text.length} hexadecimal digits is larger than any bigint; fetch it as bytes: n.to_bytes(…)`,
    );
  }
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}
