/**
 * A symbol as an object: what Python holds of it. It is the symbol that crosses back.
 */
export class SymbolBox {
  /** Private, so that asking for it runs no trap of a Proxy's. */
  readonly #symbol: symbol;

  constructor(symbol: symbol) {
    this.#symbol = symbol;
  }

  /** The symbol in a box; `undefined` for any other object. */
  static symbolIn(value: object): symbol | undefined {
    return #symbol in value ? value.#symbol : undefined;
  }
}

const boxes = new Map<symbol, SymbolBox>();

/** The box of a symbol: the same one until {@link forgetBox}. */
export function boxOf(symbol: symbol): SymbolBox {
  let box = boxes.get(symbol);
  if (box === undefined) {
    box = new SymbolBox(symbol);
    boxes.set(symbol, box);
  }
  return box;
}

/** What JavaScript means by an object that Python had: a box's symbol, or the object itself. */
export function unboxed(value: object): object | symbol {
  return SymbolBox.symbolIn(value) ?? value;
}

/** Python no longer has it. */
export function forgetBox(symbol: symbol): void {
  boxes.delete(symbol);
}
