/** Where a JavaScript object that stands for a Python object keeps its handle; 0 once it is released. */
export interface HandleCell {
  handle: number;
  /** Why it was released, for the error of whoever uses it all the same. */
  readonly farewell?: string | undefined;
  /** Called before Python gets the object as a value, from where it may come back. */
  readonly lend?: () => void;
}

// A registered symbol, so that two copies of this package know each other's proxies. A
// table by object would cost the garbage collector more than all the rest of a proxy. Whoever forges a
// cell gets an error from the core: a handle carries its owner and its generation.
const key = Symbol.for('nogil/handle/1');

/** What an object answers to {@link cellOf}. */
export const handleCell: typeof key = key;

/** The cell of a proxy or of a Python exception; `undefined` for any other object. */
export function cellOf(value: object): HandleCell | undefined {
  return (value as { readonly [key]?: HandleCell })[key];
}
