import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { trace } from '../diagnostics/tracing.js';
import type { Environment } from '../environment.js';
import type { Site } from '../errors/stack.js';
import type { Handle } from '../frame/crossing.js';
import { invoke } from '../invoke.js';
import type { Keywords } from '../keywords.js';
import type { Owned } from '../proxy/owned.js';
import { supportFunction } from '../support.js';
import { type Means, waitBounded } from './bounded.js';
import { expectCompletion, openCompletion } from './completion.js';
import { own } from './operation.js';
import { type CallBounds, isUnbounded } from './options.js';

const MEANS: Means = { interrupt: 'pool_interrupt', place: 'pool_place' };

/**
 * Calls a Python function on a thread of the pool.
 *
 * @param fn - in checked form, as the others
 * @param site - where it is asked for. Whoever the program has called takes it: each frame between costs a microsecond
 * @returns what it returns, as a call would have; rejected with what it raises, with what cannot cross, and as the
 *   bounds say
 */
export function callOnPool(
  environment: Environment,
  fn: Handle,
  values: readonly unknown[],
  keywords: Keywords | undefined,
  bounds: CallBounds,
  site: Site,
): Promise<unknown> {
  const { signal } = bounds;
  if (signal?.aborted === true) return rejected(signal.reason);
  return trace('callAsync', environment, fn, () =>
    queue(environment, fn, values, keywords, bounds, site),
  );
}

function queue(
  environment: Environment,
  fn: Handle,
  values: readonly unknown[],
  keywords: Keywords | undefined,
  bounds: CallBounds,
  site: Site,
): Promise<unknown> {
  if (isUnbounded(bounds)) {
    return queueUnbounded(environment, fn, values, keywords, site);
  }
  const completion = openCompletion(environment, site);
  let job: Owned;
  try {
    job = own(environment, 'pool_call', [completion.handle.handle, fn, ...values], keywords);
  } catch (error) {
    completion.abandon(error);
    return completion.promise;
  } finally {
    completion.handle.releaseLater();
  }
  return waitBounded(environment, completion, job, MEANS, bounds, site);
}

/** Most calls: nothing here ever interrupts them, so that nothing of them is held here. */
function queueUnbounded(
  environment: Environment,
  fn: Handle,
  values: readonly unknown[],
  keywords: Keywords | undefined,
  site: Site,
): Promise<unknown> {
  const { promise, abandon, settle, number } = expectCompletion(environment, site);
  try {
    const post = supportFunction(environment, '_pool_post');
    invoke(environment, NG_OPERATION_CALL, post, [settle, number, fn, ...values], keywords);
  } catch (error) {
    abandon(error);
  }
  return promise;
}

/** A promise that is rejected with anything: a signal's reason need not be an error. */
export function rejected(reason: unknown): Promise<never> {
  return new Promise((_, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it is what the user gave
    reject(reason);
  });
}
