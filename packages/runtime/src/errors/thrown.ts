/** Carries a value that is no object through Python, which refers to objects only. */
export class Thrown {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  /** For Python, which asks for it by name. */
  get value(): unknown {
    return this.#value;
  }

  /** What a carrier brought back. Runs no trap of a proxy's, as `instanceof` would. */
  static valueOf(carrier: object): unknown {
    return #value in carrier ? carrier.#value : carrier;
  }
}
