import { NogilError } from '@nogil/abi';
import {
  NG_TAG_BIGINT64,
  NG_TAG_BIGINT_HEX,
  NG_TAG_FALSE,
  NG_TAG_FLOAT,
  NG_TAG_IN_BLOCK,
  NG_TAG_INT,
  NG_TAG_JS_OBJECT,
  NG_TAG_MEMORY,
  NG_TAG_MISSING,
  NG_TAG_NONE,
  NG_TAG_NULL,
  NG_TAG_OBJECT,
  NG_TAG_STRING_LATIN1,
  NG_TAG_STRING_UTF16,
  NG_TAG_TRUE,
} from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { objectsOf } from '../javascript/host.js';
import { proxyOf } from '../proxy/proxy.js';
import { bigintFromHex } from './bigint.js';
import { nogil, type Policy, pyodide } from './policy.js';

/** The answer of an operation, under the rules of `nogil`. */
export function readResult(environment: Environment, frame: number): unknown {
  return readSlot(environment, environment.arena.result(frame), nogil);
}

function readResultAsPyodide(environment: Environment, frame: number): unknown {
  return readSlot(environment, environment.arena.result(frame), pyodide);
}

/** What `operate` reads an answer with. */
export function resultReader(policy: Policy): typeof readResult {
  return policy === nogil ? readResult : readResultAsPyodide;
}

/** What {@link presentReader} reads where there is no value. */
export const absent = Symbol('absent');

/** The answer of an operation that may have none, `absent` then: None and nothing may look alike. */
export function readPresent(environment: Environment, frame: number, policy: Policy): unknown {
  const slot = environment.arena.result(frame);
  const nothing = environment.arena.tag(slot) === NG_TAG_MISSING;
  return nothing ? absent : readSlot(environment, slot, policy);
}

const readPresentAsNogil: typeof readResult = (environment, frame) =>
  readPresent(environment, frame, nogil);
const readPresentAsPyodide: typeof readResult = (environment, frame) =>
  readPresent(environment, frame, pyodide);

/** As {@link resultReader}, for {@link readPresent}. */
export function presentReader(policy: Policy): typeof readResult {
  return policy === nogil ? readPresentAsNogil : readPresentAsPyodide;
}

/** The value of a slot that Python filled. Frees its block; a handle in it belongs to the proxy made of it. */
export function readSlot(environment: Environment, slot: number, policy: Policy): unknown {
  const { arena } = environment;
  const tag = arena.tag(slot);
  // Small enough to become part of whatever calls it; the rest is not.
  if (tag === NG_TAG_INT || tag === NG_TAG_FLOAT) return arena.number(slot);
  return readOther(environment, slot, tag, policy);
}

function readOther(environment: Environment, slot: number, tag: number, policy: Policy): unknown {
  const { arena } = environment;
  switch (tag & ~NG_TAG_IN_BLOCK) {
    case NG_TAG_MISSING:
      return undefined;
    case NG_TAG_NONE:
      return policy.none;
    case NG_TAG_NULL:
      return null;
    case NG_TAG_FALSE:
      return false;
    case NG_TAG_TRUE:
      return true;
    case NG_TAG_BIGINT64:
      return arena.bigint64(slot);
    case NG_TAG_BIGINT_HEX:
      return bigintFromHex(arena.text(slot));
    case NG_TAG_STRING_LATIN1:
      return arena.name(slot);
    case NG_TAG_STRING_UTF16:
      return arena.text(slot);
    case NG_TAG_OBJECT:
      if (policy.rules !== undefined) return policy.rules.object(environment, arena.number(slot));
      return proxyOf(environment, arena.number(slot), arena.length(slot), policy);
    case NG_TAG_MEMORY:
      return environment.core.memoryValue(arena.number(slot));
    case NG_TAG_JS_OBJECT:
      return objectsOf(environment).at(arena.number(slot)).meant;
    default:
      throw new NogilError('INTERNAL', `the core answered with an unknown tag ${tag}`);
  }
}
