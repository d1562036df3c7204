import { NogilError } from '@nogil/abi';
import { NG_OPERATION_TO_PYTHON } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import type { Handle } from '../frame/crossing.js';
import { operate } from '../frame/operate.js';
import { DeepConversion } from './deep-to-js.js';
import type { ToJsOptions, ToPyOptions } from './options.js';
import type { Policy } from './policy.js';
import { StepwiseConversion } from './stepwise.js';
import { resultReader } from './to-js.js';
import { Conversion } from './to-python.js';

/**
 * A JavaScript value like a Python object: containers are copied as deep as they go.
 *
 * @throws NogilError `UNSUPPORTED_VALUE` where something would be lost
 */
export function toJs(
  environment: Environment,
  object: Handle,
  options: ToJsOptions,
  policy: Policy,
): unknown {
  checkOptions(options);
  return new DeepConversion(environment, policy, options).run(object);
}

/**
 * A Python object like a JavaScript value, as JavaScript sees it: a proxy, or the value itself if it is a scalar.
 *
 * @throws NogilError `UNSUPPORTED_VALUE` where something would be lost
 */
export function toPy(
  environment: Environment,
  value: unknown,
  options: ToPyOptions,
  policy: Policy,
): unknown {
  checkOptions(options);
  const { depth = Infinity } = options;
  if (typeof depth !== 'number' || Number.isNaN(depth)) {
    throw new NogilError('INVALID_ARGUMENT', `depth is ${String(depth)}; it is a number of levels`);
  }
  const levels = depth < 0 ? Infinity : depth; // Pyodide says -1 for all of it
  const conversion =
    options.defaultConverter === undefined
      ? new Conversion(environment, policy, { depth: levels })
      : new StepwiseConversion(environment, policy, levels, options.defaultConverter);
  try {
    const read = resultReader(policy);
    return operate(
      environment,
      NG_OPERATION_TO_PYTHON + policy.answers,
      [conversion.ready(value)],
      read,
    );
  } finally {
    conversion.done();
  }
}

function checkOptions(options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new NogilError('INVALID_ARGUMENT', 'the options of a conversion are an object');
}
