/**
 * The C calls that run on this JavaScript thread, one inside of the other: what happens to errors of the
 * callbacks that they run, and what must wait for their end.
 */
export class CallScope {
  readonly #report: (error: unknown) => void;
  readonly #waiting: (() => void)[] = [];
  #depth = 0;
  #failure: { readonly error: unknown } | undefined;

  /** @param report - told of an error that no C call can throw: none of ours runs on this thread */
  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Whether a callback failed and C has not returned yet. No JavaScript runs until it has. */
  get failing(): boolean {
    return this.#failure !== undefined;
  }

  /** A callback failed. The innermost C call throws it as soon as it returns. */
  failed(error: unknown): void {
    if (this.#depth === 0) this.#report(error);
    else this.#failure ??= { error };
  }

  /** Just before C is called. `left` or `threw` must follow. */
  enter(): void {
    this.#depth += 1;
  }

  /** C returned. Throws what a callback threw meanwhile. */
  left(): void {
    this.#depth -= 1;
    if (this.#depth === 0 && this.#waiting.length > 0) this.#runWaiting();
    if (this.#failure === undefined) return;
    const { error } = this.#failure;
    this.#failure = undefined;
    throw error;
  }

  /** The host itself threw instead of a return. Throws that, and what a callback threw, if one did. */
  threw(error: unknown): never {
    const failure = this.#failure;
    this.#failure = undefined;
    this.left();
    if (failure === undefined) throw error;
    throw new AggregateError([failure.error, error], 'a callback failed, and so did the call');
  }

  /** Does something once no C call of this thread is under way: at once, if none is. */
  whenIdle(action: () => void): void {
    if (this.#depth === 0) action();
    else this.#waiting.push(action);
  }

  #runWaiting(): void {
    for (const action of this.#waiting.splice(0)) {
      try {
        action();
      } catch (error) {
        this.#report(error); // it is not the call's: that may have an error of its own to throw
      }
    }
  }
}
