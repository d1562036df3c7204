import { NogilError } from '@nogil/abi';

import { toJs } from '../conversion/explicit.js';
import type { ToJsOptions } from '../conversion/options.js';
import { Keywords } from '../keywords.js';
import type { PythonObject } from './python-object.js';

type ProxyMethod = (self: PythonObject, ...values: unknown[]) => unknown;

/** Methods every proxy has, in front of Python's attributes. */
export const proxyMethods: Readonly<Record<string, ProxyMethod | undefined>> = Object.assign(
  Object.create(null) as object,
  {
    destroy: (self: PythonObject) => {
      self.release();
    },
    toJs: (self: PythonObject, options?: unknown) =>
      toJs(self.environment, self.reference(), (options ?? {}) as ToJsOptions, self.policy),
    toString: (self: PythonObject) => self.str(),
    callKwargs: (self: PythonObject, ...values: unknown[]) => {
      const last = values.pop();
      if (typeof last !== 'object' || last === null) {
        throw new NogilError(
          'INVALID_ARGUMENT',
          'callKwargs takes the keyword arguments as its last argument: fn.callKwargs(a, { axis: 0 })',
        );
      }
      return self.call(values, new Keywords(last as Readonly<Record<string, unknown>>));
    },
  } satisfies Record<string, ProxyMethod>,
);
