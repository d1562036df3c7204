import { NG_OPERATION_INTERN } from '@nogil/abi/constants';

import { nogil, type Policy } from './conversion/policy.js';
import { resultReader } from './conversion/to-js.js';
import { Conversion } from './conversion/to-python.js';
import { type Crossing, Handle, isScalar } from './frame/crossing.js';
import type { Environment } from './environment.js';
import type { Keywords } from './keywords.js';
import { operate, readHandle } from './frame/operate.js';

/** How many attribute names are kept interned for a thread; beyond that they are sent as text. */
const KEPT_NAMES = 2048;

/**
 * Carries out one operation on any values.
 *
 * @param operation - an `NG_OPERATION_…`
 * @param target - its first argument
 * @param values - the others, as the user gave them
 * @param keywords - keyword arguments of a call
 * @param policy - the rules by which values and answer cross
 * @returns the answer; `undefined` for MISSING
 * @throws PythonError for an exception, NogilError for what cannot cross
 */
export function invoke(
  environment: Environment,
  operation: number,
  target: Crossing,
  values: readonly unknown[],
  keywords?: Keywords,
  policy: Policy = nogil,
): unknown {
  const read = resultReader(policy);
  const answered = operation + policy.answers;
  const positional: Crossing[] = [target];
  let conversion: Conversion | undefined;
  try {
    for (const value of values) {
      positional.push(
        crossesAsItIs(value)
          ? value
          : (conversion ??= new Conversion(environment, policy)).ready(value),
      );
    }
    if (keywords === undefined) return operate(environment, answered, positional, read);
    conversion ??= new Conversion(environment, policy);
    const named: Crossing[] = [];
    for (const value of keywords.values) named.push(conversion.ready(value));
    return operate(environment, answered, positional, read, keywords.names, named);
  } finally {
    conversion?.done();
  }
}

/** Whether a value needs no conversion: most arguments, and worth knowing before making one. */
function crossesAsItIs(value: unknown): value is Crossing {
  return isScalar(value) || isHandle(value);
}

/** Of anything, also of a Proxy that was revoked. */
function isHandle(value: unknown): value is Handle {
  try {
    return value instanceof Handle;
  } catch {
    return false;
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
