import { types } from 'node:util';

import {
  NG_CALL_FUNCTION,
  NG_CALL_METHOD,
  NG_OPERATION_CALL_FOR_HANDLE,
  NG_STATUS_OK,
  NG_STATUS_PYTHON_ERROR,
} from '@nogil/abi/constants';

import { pyodide } from '../conversion/policy.js';
import { readSlot } from '../conversion/to-js.js';
import type { Environment } from '../environment.js';
import { writeException } from '../errors/to-python.js';
import { operate, readHandle } from '../frame/operate.js';
import { missing } from '../javascript/attributes.js';
import type { JsEntry } from '../javascript/objects.js';
import { supportFunction } from '../support.js';
import { Crossed } from './crossed.js';
import { PythonError } from './errors.js';
import { Thrown, thrownValue } from './thrown.js';
import { finishCall } from './borrowed.js';
import { settings } from './settings.js';
import { checkInterrupt } from './interrupt.js';
import { operateOn } from './operations.js';
import { stateOf } from './state.js';
import { ViewedObject } from './flags.js';

type Callee = (...values: unknown[]) => unknown;

/** Carries out one call of Python's. */
export function serve(environment: Environment, entry: JsEntry, frame: number): void {
  const { arena } = environment;
  const crossed = new Crossed(environment);
  try {
    const value = carryOut(environment, entry, frame);
    if (settings.interrupt !== undefined) checkInterrupt();
    if (value === missing) arena.writeMissing(arena.result(frame));
    else crossed.answer(frame, value);
    arena.answer(frame, NG_STATUS_OK);
  } catch (error) {
    throwToPython(environment, frame, error);
    arena.answer(frame, NG_STATUS_PYTHON_ERROR);
  } finally {
    crossed.done();
  }
}

function carryOut(environment: Environment, entry: JsEntry, frame: number): unknown {
  const { arena } = environment;
  const target = entry.meant;
  const kind = arena.kind(frame);
  const created: object[] = [];
  const method = kind === NG_CALL_METHOD;
  const values = readArguments(environment, frame, created);
  if (kind !== NG_CALL_FUNCTION && !method) {
    return operateOn(target as object, values[0] as string, values.slice(1), created);
  }
  const receiver = method ? real(values.shift()) : undefined;
  let result: unknown;
  try {
    result = Reflect.apply(target as Callee, receiver, values);
  } catch (error) {
    finishCall(created, undefined);
    throw error;
  }
  return finishCall(created, result);
}

/** What a view of an object is a view of. */
function real(value: unknown): unknown {
  return !types.isProxy(value) && value instanceof ViewedObject ? value.target : value;
}

function readArguments(environment: Environment, frame: number, created: object[]): unknown[] {
  const { arena } = environment;
  const positional = arena.positional(frame);
  const keywords = arena.keywords(frame);
  const values: unknown[] = [];
  const read = (index: number): unknown => {
    const value = real(readSlot(environment, arena.argument(frame, index), pyodide));
    const state = stateOf(value);
    if (state !== undefined && !state.roundtrip) created.push(value as object);
    return value;
  };
  const first = arena.kind(frame) === NG_CALL_METHOD ? 1 : 0;
  if (first === 1) values.push(readSlot(environment, arena.argument(frame, 0), pyodide));
  for (let i = first; i < positional; i++) values.push(read(i));
  if (keywords === 0) return values;
  const named: Record<string, unknown> = {};
  for (let i = 0; i < keywords; i++) {
    const value = read(positional + i);
    named[arena.text(arena.argument(frame, positional + keywords + i))] = value;
  }
  values.push(named);
  return values;
}

/** Leaves an exception for what JavaScript threw. */
function throwToPython(environment: Environment, frame: number, thrown: unknown): void {
  if (thrown instanceof PythonError) {
    writeException(environment, frame, thrown);
    return;
  }
  const { arena } = environment;
  const crossed = new Crossed(environment);
  try {
    const error = thrownValue(thrown);
    if (error instanceof Thrown) {
      writeException(environment, frame, error.error);
      return;
    }
    const handle = operate(
      environment,
      NG_OPERATION_CALL_FOR_HANDLE,
      [supportFunction(environment, 'pyodide_same'), crossed.of(error)],
      readHandle,
    );
    arena.writeHandle(arena.result(frame), handle, true);
  } catch {
    writeException(environment, frame, thrown);
  } finally {
    crossed.done();
  }
}
