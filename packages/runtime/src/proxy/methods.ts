import { NogilError } from '@nogil/abi';
import {
  NG_OBJECT_CALLABLE,
  NG_OPERATION_GET_ITEM,
  NG_OPERATION_RENEW,
  NG_OPERATION_SET_ITEM,
} from '@nogil/abi/constants';

import { exceptionOf } from '../errors/exception-of.js';
import { captureSite } from '../errors/stack.js';
import { callOnPool, rejected } from '../concurrency/call.js';
import { prototypeOf } from '../classes/prototype.js';
import { operate, readHandle } from '../frame/operate.js';
import { getBuffer } from '../buffers/py-buffer.js';
import { toJs } from '../conversion/explicit.js';
import { Keywords } from '../keywords.js';
import { asyncReturn, asyncStep, promiseOf } from './awaitable.js';
import { returnFrom, send, throwInto } from './generator.js';
import { iterate } from './iterate.js';
import type { PythonObject } from './python-object.js';
import { makeProxy } from './proxy.js';
import { capability } from './capability.js';
import { can } from './shape.js';
import { parseSubscript } from './slice-text.js';

/** A member of proxies that is no attribute of the Python object. */
export interface Member {
  /** `capability` bits, one of which the object must have; 0: any object will do. */
  readonly needs: number;
  /** Called with what the program passes. */
  readonly method?: (self: PythonObject, ...values: unknown[]) => unknown;
  /** Read like a property. */
  readonly value?: (self: PythonObject) => unknown;
}

type Members = Readonly<Record<string, Member | undefined>>;

function members(table: Record<string, Member>): Members {
  return Object.assign(Object.create(null) as object, table);
}

function destroy(self: PythonObject, options: unknown): void {
  if (options === undefined) {
    self.release();
    return;
  }
  const message: unknown =
    typeof options === 'object' && options !== null && Reflect.get(options, 'message');
  if (typeof message !== 'string') {
    throw new NogilError(
      'INVALID_ARGUMENT',
      "destroy takes { message: 'why' }, which the error of a later use repeats, or nothing",
    );
  }
  self.release(message);
}

function copy(self: PythonObject): unknown {
  const { environment, flags } = self;
  const handle = operate(environment, NG_OPERATION_RENEW, [self.reference()], readHandle);
  return makeProxy(environment, handle, flags & NG_OBJECT_CALLABLE, self.policy);
}

function callKwargs(self: PythonObject, ...values: unknown[]): unknown {
  const last = values.pop();
  if (typeof last !== 'object' || last === null) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      'callKwargs takes the keyword arguments as its last argument: fn.callKwargs(a, { axis: 0 })',
    );
  }
  return self.call(values, new Keywords(last as Readonly<Record<string, unknown>>));
}

function callAsync(self: PythonObject, ...values: unknown[]): Promise<unknown> {
  const last = values[values.length - 1];
  const keywords = Keywords.is(last) ? last : undefined;
  if (keywords !== undefined) values.pop();
  const site = captureSite(callAsync);
  try {
    return callOnPool(self.environment, self.reference(), values, keywords, {}, site);
  } catch (error) {
    return rejected(error);
  }
}

function slice(self: PythonObject, text: unknown): unknown {
  const { isTuple, parts } = parseSubscript(text);
  return self.support('slice_item', isTuple, ...parts);
}

/** Members in front of Python's attributes; `$name` reaches an attribute behind one. */
export const frontMembers: Members = members({
  destroy: { needs: 0, method: destroy },
  prototype: { needs: capability.type, value: prototypeOf },
  copy: { needs: 0, method: copy },
  toString: { needs: 0, method: (self: PythonObject) => self.str() },
  toJSON: { needs: 0, method: (self) => JSON.parse(self.support('to_json') as string) as unknown },
  callKwargs: { needs: 0, method: callKwargs },
  callAsync: { needs: NG_OBJECT_CALLABLE, method: callAsync },
  getBuffer: {
    needs: 0, // asked of anything else, Python says what is wrong
    method: (self, ...values) => getBuffer(self.environment, self.reference(), ...values),
  },
  toJs: {
    needs: 0,
    method: (self, options) => toJs(self.environment, self.reference(), options ?? {}, self.policy),
  },
  $slice: { needs: 0, method: slice },
  next: {
    needs: capability.generator | capability.asyncGenerator,
    method: (self, value) =>
      can(self, capability.generator)
        ? send(self.environment, self.reference(), value, self.policy)
        : asyncStep(self.environment, self.reference(), self.policy, 'asend', value),
  },
  throw: {
    needs: capability.generator | capability.asyncGenerator,
    method: (self, error) =>
      can(self, capability.generator)
        ? throwInto(self.environment, self.reference(), error, self.policy)
        : asyncStep(
            self.environment,
            self.reference(),
            self.policy,
            'athrow',
            exceptionOf(self.environment, error),
          ),
  },
  return: {
    needs: capability.generator | capability.asyncGenerator,
    method: (self, value) =>
      can(self, capability.generator)
        ? returnFrom(self, value)
        : asyncReturn(self.environment, self.reference(), value),
  },
  then: {
    needs: capability.awaitable,
    method: (self, fulfilled, rejected) =>
      promiseOf(self).then(fulfilled as Callback, rejected as Callback),
  },
  catch: {
    needs: capability.awaitable,
    method: (self, rejected) => promiseOf(self).catch(rejected as Callback),
  },
  finally: {
    needs: capability.awaitable,
    method: (self, done) => promiseOf(self).finally(done as () => void),
  },
});

type Callback = ((value: unknown) => unknown) | undefined;

function* entries(self: PythonObject): Generator<[unknown, unknown], void, void> {
  for (const key of iterate(self.environment, () => self.reference(), self.policy)) {
    yield [key, self.operate(NG_OPERATION_GET_ITEM, key)];
  }
}

function setEntry(self: PythonObject, key: unknown, value: unknown): unknown {
  self.operate(NG_OPERATION_SET_ITEM, key, value);
  return self.proxy;
}

/** Members where Python has no attribute of that name. */
export const backMembers: Members = members({
  length: { needs: capability.length, value: (self) => self.length() },
  name: { needs: capability.type, value: (self) => self.attribute('__name__') },
  size: { needs: capability.mapping | capability.set, value: (self) => self.length() },
  has: {
    needs: capability.contains | capability.mapping,
    method: (self, key) => self.support('contains', key),
  },
  get: { needs: capability.mapping, method: (self, key) => self.support('get_entry', key) },
  set: { needs: capability.mapping, method: setEntry },
  delete: {
    needs: capability.mapping | capability.set,
    method: (self, key) => self.support('delete_entry', key),
  },
  entries: { needs: capability.mapping, method: entries },
  next: {
    needs: capability.iterator | capability.asyncIterator,
    method: (self, value) =>
      can(self, capability.iterator)
        ? send(self.environment, self.reference(), value, self.policy)
        : asyncStep(self.environment, self.reference(), self.policy, '__anext__'),
  },
  call: {
    needs: NG_OBJECT_CALLABLE,
    method: (self, _this, ...values) => callWith(self, values),
  },
  apply: {
    needs: NG_OBJECT_CALLABLE,
    method: (self, _this, values) => callWith(self, (values ?? []) as unknown[]),
  },
  bind: {
    needs: NG_OBJECT_CALLABLE,
    method:
      (self, _this, ...first) =>
      (...rest: unknown[]) =>
        callWith(self, [...first, ...rest]),
  },
});

/** Calls with keyword arguments last, if there are any. */
export function callWith(self: PythonObject, values: readonly unknown[]): unknown {
  const last = values[values.length - 1];
  return Keywords.is(last) ? self.call(values.slice(0, -1), last) : self.call(values);
}
