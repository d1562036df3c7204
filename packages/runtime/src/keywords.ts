/** Keyword arguments of a call, made by {@link kw}. */
export class Keywords {
  readonly names: readonly string[];
  readonly values: readonly unknown[];

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
