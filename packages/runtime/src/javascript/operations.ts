import { inspect } from 'node:util';

import { NogilError } from '@nogil/abi';
import { NG_JS_DELETE, NG_JS_GET, NG_JS_REPR, NG_JS_SET } from '@nogil/abi/constants';

/** One thing that Python does with a JavaScript object: `values` are its arguments. */
type Operation = (target: object, values: readonly unknown[]) => unknown;

/** By `NG_JS_…`. */
const operations: readonly (Operation | undefined)[] = table([
  [NG_JS_GET, (target, [name]) => Reflect.get(target, name as string)],
  [NG_JS_SET, (target, [name, value]) => Reflect.set(target, name as string, value)],
  [NG_JS_DELETE, (target, [name]) => Reflect.deleteProperty(target, name as string)],
  [NG_JS_REPR, (target) => inspect(target)],
]);

function table(
  entries: readonly (readonly [number, Operation])[],
): readonly (Operation | undefined)[] {
  const made: (Operation | undefined)[] = [];
  for (const [code, operation] of entries) made[code] = operation;
  return made;
}

/** Does what Python asks of an object. */
export function operateOn(target: object, values: readonly unknown[]): unknown {
  const [code, ...rest] = values;
  const operation = operations[code as number];
  if (operation !== undefined) return operation(target, rest);
  throw new NogilError('INTERNAL', `Python asked for an unknown operation ${String(code)}`);
}
