/**
 * A symbol as an object: what Python holds of it. It is the symbol that crosses back.
 */
export class SymbolBox {
  readonly #isBox = true;

  /** Runs no trap of a Proxy, which may be revoked. */
  static is(value: object): value is SymbolBox {
    return #isBox in value;
  }

  constructor(readonly symbol: symbol) {}
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
  return SymbolBox.is(value) ? value.symbol : value;
}

/** Python no longer has it. */
export function forgetBox(value: object): void {
  if (value instanceof SymbolBox) boxes.delete(value.symbol);
}
