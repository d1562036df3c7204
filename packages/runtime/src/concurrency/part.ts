import { NogilError } from '@nogil/abi';
import {
  NG_OPERATION_CALL,
  NG_OPERATION_CALL_FOR_HANDLE,
  NG_OPERATION_TO_TREE,
  NG_TAG_MEMORY,
} from '@nogil/abi/constants';

import { nogil } from '../conversion/policy.js';
import { readResult } from '../conversion/to-js.js';
import { Part, TreeReader } from '../conversion/tree-reader.js';
import type { Environment } from '../environment.js';
import { errorOf } from '../errors/make.js';
import type { Site } from '../errors/stack.js';
import { Handle } from '../frame/crossing.js';
import { operate, readHandle } from '../frame/operate.js';
import { objectsOf } from '../javascript/host.js';
import { cellOf } from '../proxy/handle-cell.js';
import { proxyOf } from '../proxy/proxy.js';
import { supportFunction } from '../support.js';
import type { PyProxy } from '../types.js';

/** What came of a part of a map. */
export interface PartResults {
  /** How long Python took, in seconds. */
  readonly seconds: number;
  /** One for each item that was begun; `undefined` for one that failed. */
  readonly results: unknown[];
  /** Where in `results` what was raised belongs. */
  readonly errors: { readonly at: number; readonly error: unknown }[];
}

/**
 * Reads what `_Batch.run` of python/pool.py answers, in one crossing, and lets go of it.
 *
 * @param list - nobody else has it
 */
export function readPart(environment: Environment, list: PyProxy, site: Site): PartResults {
  const values = readList(environment, new Handle(cellOf(list)?.handle ?? 0));
  list.destroy();
  const marks = values[0] as number;
  const results = values.slice(2 + marks);
  const errors: { at: number; error: unknown }[] = [];
  for (let i = 0; i < marks; i += 2) {
    const at = values[2 + i] as number;
    const outcome = results[at] as PyProxy;
    const held = [
      supportFunction(environment, 'outcome_exception'),
      new Handle(cellOf(outcome)?.handle ?? 0),
    ];
    if (values[3 + i] === 1) {
      const handle = operate(environment, NG_OPERATION_CALL_FOR_HANDLE, held, readHandle);
      errors.push({ at, error: errorOf(environment, handle, site) });
      results[at] = undefined;
    } else {
      results[at] = operate(environment, NG_OPERATION_CALL + nogil.answers, held, readResult);
    }
    outcome.destroy();
  }
  return { seconds: values[1] as number, results, errors };
}

/** The items of a list, each as the result of a call. The list keeps what its items refer to meanwhile. */
function readList(environment: Environment, list: Handle): unknown[] {
  const reader = operate(
    environment,
    NG_OPERATION_TO_TREE + nogil.answers,
    [list, 1, null],
    ({ arena }, frame) => new TreeReader(arena.tree(arena.result(frame)), nogil.none),
  );
  const values: unknown[] = [];
  try {
    if (reader.next() !== Part.Container) throw unexpected();
    const { length } = reader;
    reader.readRun(values);
    while (values.length < length) values.push(readItem(environment, reader));
  } catch (error) {
    environment.releases.now(reader.remaining());
    throw error;
  }
  return values;
}

function readItem(environment: Environment, reader: TreeReader): unknown {
  switch (reader.next()) {
    case Part.Value:
      return reader.value;
    case Part.Object:
      return proxyOf(environment, reader.number, reader.length, nogil);
    case Part.JavaScript:
      return reader.tag === NG_TAG_MEMORY
        ? environment.core.memoryValue(reader.number)
        : objectsOf(environment).at(reader.number).meant;
    default:
      throw unexpected();
  }
}

function unexpected(): NogilError {
  return new NogilError('INTERNAL', 'the core answered with something else than a list of results');
}
