import {
  NG_OPERATION_CALL,
  NG_OPERATION_GET_ATTRIBUTE,
  NG_OPERATION_REPR,
  NG_OPERATION_STR,
} from '@nogil/abi/constants';

import type { Policy } from '../conversion/policy.js';
import { destroyed } from '../conversion/to-python.js';
import type { Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { attributeName, invoke } from '../invoke.js';
import type { Keywords } from '../keywords.js';
import { supportFunction } from '../support.js';
import type { HandleCell } from './handle-cell.js';

/**
 * The JavaScript side of one Python object: where its handle is kept, and what is done with the object. The
 * proxy's traps, methods and symbols are made of these.
 *
 * Thread: the environment's. Lifetime: the proxy, its methods and its iterators hold it; the handle goes with
 * it, or with `release`.
 */
export class PythonObject implements HandleCell {
  readonly environment: Environment;
  readonly policy: Policy;
  handle: number;

  constructor(environment: Environment, handle: number, policy: Policy) {
    this.environment = environment;
    this.policy = policy;
    this.handle = handle;
    this.policy = policy;
  }

  /** Carries out one operation on the object. */
  operate(operation: number, ...values: readonly unknown[]): unknown {
    return invoke(this.environment, operation, this.reference(), values, undefined, this.policy);
  }

  reference(): Handle {
    if (this.handle === 0) throw destroyed();
    return new Handle(this.handle);
  }

  attribute(name: string): unknown {
    return this.operate(NG_OPERATION_GET_ATTRIBUTE, attributeName(this.environment, name));
  }

  call(values: readonly unknown[], keywords?: Keywords): unknown {
    return invoke(
      this.environment,
      NG_OPERATION_CALL,
      this.reference(),
      values,
      keywords,
      this.policy,
    );
  }

  str(): string {
    return this.operate(NG_OPERATION_STR) as string;
  }

  repr(): string {
    return this.operate(NG_OPERATION_REPR) as string;
  }

  number(): unknown {
    const toNumber = supportFunction(this.environment, 'to_number');
    return invoke(this.environment, NG_OPERATION_CALL, toNumber, [this.reference()]);
  }

  release(): void {
    const { handle } = this;
    if (handle === 0) return;
    // Dead first, released second: what the release runs must not find the proxy alive.
    this.handle = 0;
    this.environment.releases.now([handle]);
  }
}
