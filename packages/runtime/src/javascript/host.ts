import { statusError } from '@nogil/abi';
import {
  NG_CALL_FUNCTION,
  NG_OBJECT_KNOWN,
  NG_STATUS_OK,
  NG_STATUS_PYTHON_ERROR,
  NG_TAG_OBJECT,
} from '@nogil/abi/constants';

import type { Policy } from '../conversion/policy.js';
import { readSlot } from '../conversion/to-js.js';
import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import { writeException } from '../errors/to-python.js';
import { JsObjects } from './objects.js';
import { operateOn } from './operations.js';

/** This environment's objects; the first use makes Python ready for them. */
export function objectsOf(environment: Environment): JsObjects {
  return environment.objects ?? open(environment);
}

function open(environment: Environment): JsObjects {
  const { core } = environment;
  const objects = new JsObjects(core);
  core.setObjectHost(
    (number, kind, offset) => serve(environment, objects, number, kind, offset),
    (number) => {
      objects.drop(number);
    },
  );
  // Published first: making the types runs Python, which may run anything.
  environment.objects = objects;
  const { status, message } = core.openObjects();
  if (status !== NG_STATUS_OK) throw statusError(status, message);
  return objects;
}

/**
 * Carries out one call of Python's. Its frame lies on the arena, above all others; the core takes the
 * arena's top back when this returns.
 *
 * @returns a status: how to take what is in the frame's result
 */
function serve(
  environment: Environment,
  objects: JsObjects,
  number: number,
  kind: number,
  frame: number,
): number {
  try {
    const { value: target, policy } = objects.at(number);
    const values = readArguments(environment, frame, policy);
    const result: unknown =
      kind === NG_CALL_FUNCTION
        ? Reflect.apply(target as (...values: unknown[]) => unknown, undefined, values)
        : operateOn(target, values);
    writeAnswer(environment, frame, result, policy);
    return NG_STATUS_OK;
  } catch (error) {
    writeException(environment, frame, error);
    return NG_STATUS_PYTHON_ERROR;
  }
}

/** The arguments; those given by name are one object, behind the others. */
function readArguments(environment: Environment, frame: number, policy: Policy): unknown[] {
  const { arena } = environment;
  const { positional, keywords } = arena.counts(frame);
  const values: unknown[] = [];
  let read = 0;
  try {
    while (read < positional)
      values.push(readSlot(environment, arena.argument(frame, read++), policy));
    if (keywords > 0) {
      const named: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (let i = 0; i < keywords; i++) {
        const value = readSlot(environment, arena.argument(frame, read++), policy);
        named[arena.text(arena.argument(frame, positional + keywords + i))] = value;
      }
      values.push(Object.setPrototypeOf(named, Object.prototype));
    }
    return values;
  } catch (error) {
    // One of them cannot exist here (a string that is too long): the others have handles all the same.
    for (; read < positional + keywords; read++) {
      const slot = arena.argument(frame, read);
      const fresh =
        arena.tag(slot) === NG_TAG_OBJECT && (arena.length(slot) & NG_OBJECT_KNOWN) === 0;
      if (fresh) environment.releases.later(arena.number(slot));
    }
    throw error;
  }
}

function writeAnswer(
  environment: Environment,
  frame: number,
  value: unknown,
  policy: Policy,
): void {
  const conversion = new Conversion(environment, policy);
  try {
    conversion.answer(frame, conversion.ready(value));
  } finally {
    conversion.done();
  }
}
