import { statusError } from '@nogil/abi';
import {
  NG_CALL_ASK,
  NG_CALL_FUNCTION,
  NG_CALL_GET,
  NG_CALL_METHOD,
  NG_JS_SHAPE_CLASS,
  NG_JS_SHAPE_POLICY,
  NG_OBJECT_KNOWN,
  NG_STATUS_OK,
  NG_STATUS_PYTHON_ERROR,
  NG_TAG_OBJECT,
} from '@nogil/abi/constants';

import type { AsyncContext } from '../concurrency/async-context.js';
import { nogil, type Policy } from '../conversion/policy.js';
import { readSlot } from '../conversion/to-js.js';
import { Conversion } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import { writeException } from '../errors/to-python.js';
import type { Arena } from '../frame/arena.js';
import { ByReference } from '../frame/crossing.js';
import { cellOf } from '../proxy/handle-cell.js';
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
  const context = arena.takeAsyncContext();
  if (context === 0) {
    serveFrame(environment, frame);
    return;
  }
  const enter = objectsOf(environment).at(context).value as AsyncContext;
  enter(() => {
    serveFrame(environment, frame);
  });
}

/** Never throws. */
function serveFrame(environment: Environment, frame: number): void {
  const { arena } = environment;
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
      return getAttribute(subject(entry), arena.name(arena.argument(frame, 0)));
    case NG_CALL_FUNCTION: {
      if ((entry.shape & NG_JS_SHAPE_CLASS) === 0 && arena.keywords(frame) === 0) {
        const callee = target as Callee;
        const count = arena.positional(frame);
        // Without a list of the arguments: most calls.
        if (count === 0) return callee();
        if (count === 1) return callee(readSlot(environment, arena.argument(frame, 0), policy));
      }
      const values = readArguments(environment, frame, policy, 0);
      return (entry.shape & NG_JS_SHAPE_CLASS) === 0
        ? Reflect.apply(target as Callee, undefined, values)
        : Reflect.construct(target as Constructor, values);
    }
    case NG_CALL_METHOD: {
      const self = readSlot(environment, arena.argument(frame, 0), policy);
      const isOne = arena.positional(frame) === 2 && arena.keywords(frame) === 0;
      const values = isOne
        ? [readSlot(environment, arena.argument(frame, 1), policy)]
        : readArguments(environment, frame, policy, 1);
      const result = Reflect.apply(target as Callee, self, values);
      // Made to be chained: a copy of the object would not be it.
      return result === self ? itself(self) : result;
    }
    default:
      return answer(environment, entry, readArguments(environment, frame, policy, 0));
  }
}

/** An object that Python has, on its way back there: never copied. */
function itself(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && cellOf(value) === undefined ? new ByReference(value) : value;
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
  if (typeof value === 'function' && writeKnown(environment, frame, value, policy)) return;
  const conversion = new Conversion(environment, policy);
  try {
    conversion.answer(frame, conversion.ready(value));
  } finally {
    conversion.done();
  }
}

/** A function that Python has, or had a moment ago: most methods. A class may be more than a reference. */
function writeKnown(
  environment: Environment,
  frame: number,
  value: object,
  policy: Policy,
): boolean {
  const entry = environment.objects?.known(value, policy);
  if (entry === undefined || (entry.shape & NG_JS_SHAPE_CLASS) !== 0) return false;
  const { arena } = environment;
  const shape = entry.shape + policy.index * NG_JS_SHAPE_POLICY;
  arena.writeObject(arena.result(frame), entry.number, shape);
  return true;
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
