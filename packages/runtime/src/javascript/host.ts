import { statusError } from '@nogil/abi';
import {
  NG_CALL_ASK,
  NG_CALL_FUNCTION,
  NG_CALL_GET,
  NG_CALL_METHOD,
  NG_JS_SHAPE_CLASS,
  NG_OBJECT_KNOWN,
  NG_STATUS_OK,
  NG_STATUS_PYTHON_ERROR,
  NG_TAG_OBJECT,
} from '@nogil/abi/constants';

import { nogil, type Policy } from '../conversion/policy.js';
import { readSlot } from '../conversion/to-js.js';
import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import { writeException } from '../errors/to-python.js';
import type { Arena } from '../frame/arena.js';
import { answer } from './answers.js';
import { getAttribute, missing } from './attributes.js';
import { ask } from './modules.js';
import { type JsEntry, JsObjects } from './objects.js';
import { subject } from './operations.js';

type Callee = (...values: unknown[]) => unknown;
type Constructor = new (...values: unknown[]) => object;

/** Lets Python call the JavaScript of a new environment. */
export function listen(environment: Environment): void {
  const { core } = environment;
  core.setObjectHost(
    () => {
      serve(environment);
    },
    (number) => {
      environment.objects?.drop(number);
    },
  );
  const status = core.openJavaScript();
  if (status !== NG_STATUS_OK) throw statusError(status);
}

/** This environment's objects; the first use makes Python ready for them. */
export function objectsOf(environment: Environment): JsObjects {
  return environment.objects ?? open(environment);
}

function open(environment: Environment): JsObjects {
  const { core } = environment;
  const objects = new JsObjects(core);
  // Published first: making the types runs Python, which may run anything.
  environment.objects = objects;
  const { status, message } = core.openObjects();
  if (status !== NG_STATUS_OK) throw statusError(status, message);
  return objects;
}

/**
 * Carries out one call of Python's. Its frame lies on the arena, above all others; the core takes the
 * arena's top back when this returns. What it leaves there: a status, and the result it speaks of.
 */
function serve(environment: Environment): void {
  const { arena } = environment;
  const frame = arena.called();
  try {
    if (arena.kind(frame) === NG_CALL_ASK) {
      writeAnswer(environment, frame, ask(readArguments(environment, frame, nogil, 0)), nogil);
    } else {
      const entry = objectsOf(environment).at(arena.detail(frame));
      const { rules } = entry.policy;
      if (rules !== undefined) {
        rules.serve(environment, entry, frame);
        return;
      }
      writeAnswer(environment, frame, carryOut(environment, entry, frame), entry.policy);
    }
    arena.answer(frame, NG_STATUS_OK);
  } catch (error) {
    writeException(environment, frame, error);
    arena.answer(frame, NG_STATUS_PYTHON_ERROR);
  }
}

function carryOut(environment: Environment, entry: JsEntry, frame: number): unknown {
  const { arena } = environment;
  const { value: target, policy } = entry;
  switch (arena.kind(frame)) {
    case NG_CALL_GET:
      return getAttribute(subject(target), arena.name(arena.argument(frame, 0)));
    case NG_CALL_FUNCTION: {
      const values = readArguments(environment, frame, policy, 0);
      return (entry.shape & NG_JS_SHAPE_CLASS) === 0
        ? Reflect.apply(target as Callee, undefined, values)
        : Reflect.construct(target as Constructor, values);
    }
    case NG_CALL_METHOD: {
      const values = readArguments(environment, frame, policy, 1);
      return Reflect.apply(
        target as Callee,
        readSlot(environment, arena.argument(frame, 0), policy),
        values,
      );
    }
    default:
      return answer(environment, entry, readArguments(environment, frame, policy, 0));
  }
}

/** The arguments from `first` on; those given by name are one object, behind the others. */
function readArguments(
  environment: Environment,
  frame: number,
  policy: Policy,
  first: number,
): unknown[] {
  const { arena } = environment;
  const positional = arena.positional(frame);
  const keywords = arena.keywords(frame);
  const values: unknown[] = [];
  let read = first;
  try {
    while (read < positional) {
      values.push(readSlot(environment, arena.argument(frame, read++), policy));
    }
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
  const { arena } = environment;
  if (writeScalar(arena, arena.result(frame), value)) return;
  const conversion = new Conversion(environment, policy);
  try {
    conversion.answer(frame, conversion.ready(value));
  } finally {
    conversion.done();
  }
}

/** What needs no conversion, under any policy: most answers. */
function writeScalar(arena: Arena, slot: number, value: unknown): boolean {
  switch (typeof value) {
    case 'number':
      arena.writeNumber(slot, value);
      return true;
    case 'string':
      arena.writeText(slot, value);
      return true;
    case 'boolean':
      arena.writeBoolean(slot, value);
      return true;
    case 'undefined':
      arena.writeNone(slot);
      return true;
    case 'symbol':
      if (value !== missing) return false;
      arena.writeMissing(slot);
      return true;
    default:
      return false;
  }
}
