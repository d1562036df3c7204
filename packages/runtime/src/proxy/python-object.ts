import {
  NG_OBJECT_CALLABLE,
  NG_OBJECT_REMEMBERED,
  NG_OPERATION_CALL,
  NG_OPERATION_GET_ATTRIBUTE,
  NG_OPERATION_REMEMBER,
  NG_OPERATION_REPR,
  NG_OPERATION_STR,
} from '@nogil/abi/constants';

import type { Policy } from '../conversion/policy.js';
import { presentReader } from '../conversion/to-js.js';
import { destroyed } from '../conversion/to-python.js';
import type { Origin } from '../concurrency/async-context.js';
import type { Environment } from '../environment.js';
import { type Crossing, Handle } from '../frame/crossing.js';
import { operate, readNumber } from '../frame/operate.js';
import { attributeName, invoke } from '../invoke.js';
import type { Keywords } from '../keywords.js';
import { supportFunction } from '../support.js';
import type { PyProxy } from '../types.js';
import type { HandleCell } from './handle-cell.js';
import { rememberProxy } from './identity.js';

/**
 * The JavaScript side of one Python object: where its handle is kept, and what is done with the object. The
 * proxy's traps, methods and symbols are made of these.
 *
 * Thread: the environment's. Lifetime: the proxy, its methods and its iterators hold it, and it holds the proxy:
 * they are collected together. The handle goes with them, or with `release`.
 */
export class PythonObject implements HandleCell {
  readonly environment: Environment;
  readonly policy: Policy;
  handle: number;
  /** `NG_OBJECT_…`, as of its making: the type may have changed since. */
  flags: number;
  proxy: PyProxy | undefined;
  /** Told before Python gets the object: what it may keep must not lose what only JavaScript has of it. */
  guard: (() => void) | undefined;
  farewell: string | undefined;
  /** What `then` of a coroutine waits for: it can be awaited once in Python, a promise as often as one likes. */
  awaited: Promise<unknown> | undefined;
  /** Of a coroutine: where JavaScript made it. */
  origin: Origin | undefined;

  constructor(environment: Environment, handle: number, flags: number, policy: Policy) {
    this.environment = environment;
    this.policy = policy;
    this.handle = handle;
    this.flags = flags;
    this.policy = policy;
    this.proxy = undefined;
    this.guard = undefined;
    this.farewell = undefined;
    this.awaited = undefined;
    this.origin = undefined;
  }

  get callable(): boolean {
    return (this.flags & NG_OBJECT_CALLABLE) !== 0;
  }

  reference(): Handle {
    if (this.handle === 0) throw destroyed(this.farewell);
    this.guard?.();
    return new Handle(this.handle);
  }

  lend(): void {
    this.guard?.();
    if ((this.flags & NG_OBJECT_REMEMBERED) !== 0) return;
    // A bound method made for one call, most of the time; now it may come back, and be compared.
    operate(
      this.environment,
      NG_OPERATION_REMEMBER + this.policy.answers,
      [this.reference()],
      readNumber,
    );
    this.flags |= NG_OBJECT_REMEMBERED;
    rememberProxy(this.environment, this);
  }

  /** Carries out one operation on the object. */
  operate(operation: number, ...values: readonly unknown[]): unknown {
    return invoke(this.environment, operation, this.reference(), values, undefined, this.policy);
  }

  /** Calls one of the core's own functions with the object as its first argument. */
  support(name: string, ...values: readonly unknown[]): unknown {
    const { environment } = this;
    const called = supportFunction(environment, name);
    const all = [this.reference(), ...values];
    return invoke(environment, NG_OPERATION_CALL, called, all, undefined, this.policy);
  }

  /** An attribute, or `absent`. */
  attribute(name: string): unknown {
    const { environment, policy } = this;
    const asked: Crossing[] = [this.reference(), attributeName(environment, name)];
    const operation = NG_OPERATION_GET_ATTRIBUTE + policy.answers;
    return operate(environment, operation, asked, presentReader(policy));
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

  length(): unknown {
    return this.support('length_of');
  }

  /** @param farewell - what the error of a later use says */
  release(farewell?: string): void {
    const handle = this.retire(farewell);
    // Dead first, released second: what the release runs must not find the proxy alive.
    if (handle !== 0) this.environment.releases.now([handle]);
  }

  /**
   * Makes the proxy unusable.
   *
   * @returns its handle, which the caller releases; 0 when somebody has
   */
  retire(farewell?: string): number {
    const { handle } = this;
    if (handle === 0) return 0;
    this.handle = 0;
    this.farewell = farewell;
    return handle;
  }
}
