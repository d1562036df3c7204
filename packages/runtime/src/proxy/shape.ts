import {
  NG_OBJECT_BUFFER,
  NG_OBJECT_SHAPE,
  NG_OBJECT_SHAPED,
  NG_OPERATION_CALL,
  NG_OPERATION_SHAPE,
  NG_OPERATION_TYPE,
} from '@nogil/abi/constants';
import { shapeOf as publishedShape } from '@nogil/type-cache';

import { readResult } from '../conversion/to-js.js';
import type { Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { operate, readNumber } from '../frame/operate.js';
import { supportFunction, supportHandle } from '../support.js';
import { capability } from './capability.js';
import type { PythonObject } from './python-object.js';

interface TypeHandle {
  readonly handle: number;
  readonly hasBuffer: boolean;
}

function readType({ arena }: Environment, frame: number): TypeHandle {
  const slot = arena.result(frame);
  return {
    handle: arena.number(slot),
    hasBuffer: (arena.length(slot) & NG_OBJECT_BUFFER) !== 0,
  };
}

function lookAt(environment: Environment, { handle, hasBuffer }: TypeHandle): number {
  const read = [supportFunction(environment, 'shape_of_type'), new Handle(handle)];
  const names = operate(environment, NG_OPERATION_CALL, read, readResult) as string;
  let shape: number = capability.any;
  for (const name of names === '' ? [] : names.split(',')) {
    shape += capability[name as keyof typeof capability];
  }
  return (hasBuffer ? shape + capability.buffer : shape) / NG_OBJECT_SHAPE;
}

/**
 * What the object can do now: its type may have changed since it was last asked. One look-up without a lock, once
 * somebody has asked for an object of its type.
 *
 * @returns `capability` bits
 * @throws NogilError `STALE_HANDLE` for a proxy that was destroyed
 */
export function shapeOf(object: PythonObject): number {
  const { environment } = object;
  const self = [object.reference()];
  const known = operate(environment, NG_OPERATION_SHAPE, self, readNumber);
  if (known !== 0) return known;
  const type = operate(environment, NG_OPERATION_TYPE, self, readType);
  try {
    const shape = publishedShape(type.handle, () => lookAt(environment, type));
    return shape * NG_OBJECT_SHAPE + NG_OBJECT_SHAPED;
  } finally {
    environment.releases.now([type.handle]);
  }
}

/** Makes what a type can do known, so that the core sends it along with the first object of that type. */
export function learnShape(environment: Environment, name: 'coroutine_type'): void {
  const handle = supportHandle(environment, name);
  try {
    publishedShape(handle, () => lookAt(environment, { handle, hasBuffer: false }));
  } finally {
    environment.releases.now([handle]);
  }
}

/** Whether the object can do any of `wanted`, now. */
export function can(object: PythonObject, wanted: number): boolean {
  return (shapeOf(object) & wanted) !== 0;
}
