import {
  NG_ANSWER_HANDLE,
  NG_OBJECT_CALLABLE,
  NG_OBJECT_REMEMBERED,
  NG_OPERATION_BIND,
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
import { operate, readHandle, readNumber } from '../frame/operate.js';
import { attributeName, invoke } from '../invoke.js';
import type { Keywords } from '../keywords.js';
import { supportFunction } from '../support.js';
import type { PyProxy } from '../types.js';
import type { HandleCell } from './handle-cell.js';
import type { MethodFunction } from './functions.js';

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
  /** Its handle, where it has one. */
  owned: number;
  /** Of a method that was put off: what it would be made of. */
  method: MethodFunction | undefined;
  self: PythonObject | undefined;
  /** How many methods of this object are put off: they need its handle, also when the proxy is destroyed. */
  lends: number;
  /** The handle, when the proxy was destroyed and such methods were left. It goes with the last of them. */
  kept: number;
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
    this.owned = handle;
    this.method = undefined;
    this.self = undefined;
    this.lends = 0;
    this.kept = 0;
    this.flags = flags;
    this.proxy = undefined;
    this.guard = undefined;
    this.farewell = undefined;
    this.awaited = undefined;
    this.origin = undefined;
  }

  /** Its handle; 0 when it was destroyed. A method that was put off is made now. */
  get handle(): number {
    return this.owned !== 0 || this.method === undefined ? this.owned : this.#bind(this.method);
  }

  get callable(): boolean {
    return (this.flags & NG_OBJECT_CALLABLE) !== 0;
  }

  reference(): Handle {
    return new Handle(this.number());
  }

  /** As {@link reference}, for who writes it himself. */
  number(): number {
    const { handle } = this;
    if (handle === 0) throw destroyed(this.farewell);
    this.guard?.();
    return handle;
  }

  /** The handle that methods of the object are called with, also when its proxy was destroyed since. */
  receiver(): number {
    this.guard?.();
    return this.owned !== 0 ? this.owned : this.kept;
  }

  /** Makes it a method that is put off until more is done with it than calling it. Only of a new one, without handle. */
  putOff(method: MethodFunction, self: PythonObject): void {
    this.method = method;
    this.self = self;
    self.lends++;
  }

  #bind(method: MethodFunction): number {
    const { environment, self } = this;
    const receiver = self?.receiver() ?? 0;
    const positional = [new Handle(method.owned), new Handle(receiver)];
    const made = operate(environment, NG_OPERATION_BIND + NG_ANSWER_HANDLE, positional, readHandle);
    const left = this.#forgetMethod();
    this.owned = made;
    environment.releases.watch(this, made);
    if (left !== 0) environment.releases.now([left]);
    return made;
  }

  /** It is no longer put off. Answers with the handle of its object, if nobody is left who needs that; else 0. */
  #forgetMethod(): number {
    const { self } = this;
    this.method = undefined;
    this.self = undefined;
    if (self === undefined) return 0;
    self.lends--;
    if (self.lends > 0) return 0;
    const { kept } = self;
    self.kept = 0;
    return kept;
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
    this.environment.proxies.remember(this);
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
    const { method, self } = this;
    if (method !== undefined && self !== undefined) {
      const all = [new Handle(self.receiver()), ...values];
      const called = new Handle(method.owned);
      return invoke(this.environment, NG_OPERATION_CALL, called, all, keywords, this.policy);
    }
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
   * @returns the handle that is left, which the caller releases; 0 when somebody has, or will
   */
  retire(farewell?: string): number {
    const { owned } = this;
    if (owned === 0 && this.method === undefined) return 0;
    const left = this.#forgetMethod();
    this.owned = 0;
    this.farewell = farewell;
    if (owned === 0) return left;
    if (this.lends === 0) return owned;
    // Those methods hold this object. Where none of them is destroyed, the handle goes when it is collected.
    this.kept = owned;
    return 0;
  }
}
