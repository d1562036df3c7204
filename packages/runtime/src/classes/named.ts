import { NogilError } from '@nogil/abi';

import { Keywords } from '../keywords.js';
import { type Parameter, parametersOf } from './parameters.js';

/** Objects that hold what Python gave by name: `super(...args)` hands them on as what they were. */
const fromPython = new WeakSet();

/** Splits off what is passed by name: `kw(…)`, or what Python itself passed by name. */
export function splitNamed(values: readonly unknown[]): {
  readonly positional: readonly unknown[];
  readonly named: Keywords | undefined;
} {
  const last = values[values.length - 1];
  if (Keywords.is(last)) return { positional: values.slice(0, -1), named: last };
  if (typeof last === 'object' && last !== null && fromPython.has(last)) {
    return { positional: values.slice(0, -1), named: new Keywords({ ...last }) };
  }
  return { positional: values, named: undefined };
}

/** Which parameter takes an object of what is left over. */
function placeOfOptions(parameters: readonly Parameter[]): number {
  return parameters.findIndex(
    ({ name, initial, rest }) => rest || name === undefined || /^\{\s*\}$/u.test(initial ?? ''),
  );
}

/**
 * The arguments of a JavaScript function that Python calls: what is given by name goes where the parameter of
 * that name is; the rest becomes one object, for a parameter that is a pattern, defaults to `{}`, or is a rest
 * parameter.
 *
 * @param target - a method, or a class: its own constructor
 * @param who - for the error
 * @throws NogilError `INVALID_ARGUMENT` for a name that is no parameter's, or that is given twice
 */
export function placeNamed(
  target: object,
  who: string,
  positional: readonly unknown[],
  named: Readonly<Record<string, unknown>>,
): unknown[] {
  const placed = [...positional];
  const parameters = parametersOf(target);
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(named)) {
    const place = parameters?.findIndex((each) => each.name === name && !each.rest) ?? -1;
    if (place < 0) {
      Object.defineProperty(rest, name, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    } else if (place < positional.length) {
      throw new NogilError('INVALID_ARGUMENT', `${who}() got the argument '${name}' twice`);
    } else {
      while (placed.length < place) placed.push(undefined);
      placed[place] = value;
    }
  }
  const [first] = Object.keys(rest);
  if (first === undefined) return placed;
  fromPython.add(rest);
  if (parameters === undefined) return [...placed, rest];
  const place = placeOfOptions(parameters);
  const takes = parameters[place];
  if (takes === undefined || (!takes.rest && place < positional.length)) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `${who}() got an unexpected argument '${first}': it has no parameter of that name, and none for other ` +
        'names, such as { name } or options = {}',
    );
  }
  while (placed.length < place) placed.push(undefined);
  if (takes.rest) placed.push(rest);
  else placed[place] = rest;
  return placed;
}
