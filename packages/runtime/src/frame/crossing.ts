import type { Arena } from './arena.js';

/** A Python object by its handle. */
export class Handle {
  constructor(readonly number: number) {}
}

/** A number that is to become a `float`, also when it is an integer. */
export class ForcedFloat {
  constructor(readonly value: number) {}
}

/** A JavaScript object by its number in {@link JsObjects}. */
export class Reference {
  constructor(
    readonly number: number,
    readonly shape: number,
  ) {}
}

/** `null` where it is a Python object of its own: see `Policy.hasNull`. */
export const jsNull: unique symbol = Symbol('jsnull');

/** What can be written into a slot as it is. Everything else is made one of these first. */
export type Crossing =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | typeof jsNull
  | Uint8Array
  | Handle
  | ForcedFloat
  | Reference;

/** Writes a value into a slot. Runs no code of the user's. */
export function writeCrossing(arena: Arena, slot: number, value: Crossing): void {
  switch (typeof value) {
    case 'number':
      arena.writeNumber(slot, value);
      return;
    case 'string':
      arena.writeText(slot, value);
      return;
    case 'boolean':
      arena.writeBoolean(slot, value);
      return;
    case 'bigint':
      arena.writeBigInt(slot, value);
      return;
    case 'symbol':
      arena.writeNull(slot);
      return;
    default:
      if (value === null || value === undefined) arena.writeNone(slot);
      else if (value instanceof Handle) arena.writeHandle(slot, value.number);
      else if (value instanceof Reference) arena.writeObject(slot, value.number, value.shape);
      else if (value instanceof ForcedFloat) arena.writeFloat(slot, value.value);
      else arena.writeBytes(slot, value);
  }
}
