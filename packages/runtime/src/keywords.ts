/** Keyword arguments of a call, made by {@link kw}. */
export class Keywords {
  readonly #isKeywords = true;
  readonly names: readonly string[];
  readonly values: readonly unknown[];

  /** Whether a value is one. Runs no trap: `instanceof` would ask a Proxy for its prototype. */
  static is(value: unknown): value is Keywords {
    return typeof value === 'object' && value !== null && #isKeywords in value;
  }

  constructor(values: Readonly<Record<string, unknown>>) {
    this.names = Object.keys(values);
    this.values = Object.values(values);
  }
}

/**
 * Keyword arguments for a Python call, as its last argument: `fn(a, kw({ axis: 0 }))`.
 *
 * @param values - own enumerable properties become keyword arguments
 * @returns a marker that only a call of a Python object understands
 */
export function kw(values: Readonly<Record<string, unknown>>): Keywords {
  return new Keywords(values);
}
