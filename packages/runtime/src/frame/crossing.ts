import type { Arena } from './arena.js';

/** A Python object by its handle. */
export class Handle {
  constructor(readonly number: number) {}
}

/** Whether a value is written as it is, whatever the policy. */
export function isScalar(value: unknown): value is number | string | boolean | bigint | undefined {
  switch (typeof value) {
    case 'number':
    case 'string':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return true;
    default:
      return false;
  }
}

/** A number that is to become a `float`, also when it is an integer. */
export class ForcedFloat {
  constructor(readonly value: number) {}
}

/** A number that is to become an `int`. */
export class ForcedInt {
  constructor(readonly value: bigint) {}
}

/** An object that is to be passed as it is, not copied: what `python.ref` makes. */
export class ByReference {
  constructor(readonly value: object) {}
}

/** Where the bytes of trees are kept. */
export interface TreeBytes {
  bytes(tree: Tree): Uint8Array;
}

/** A container with all that is in it: a stretch of what its writer wrote. */
export class Tree {
  constructor(
    readonly writer: TreeBytes,
    readonly start: number,
    readonly end: number,
  ) {}
}

/** `null` where it is a Python object of its own: see `Policy.hasNull`. */
export const jsNull: unique symbol = Symbol('jsnull');

/** A JavaScript object by its number in {@link JsObjects}. */
export class Reference {
  constructor(
    readonly number: number,
    readonly shape: number,
  ) {}
}

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
  | Reference
  | Tree;

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
      else if (value instanceof Tree) arena.writeTree(slot, value.writer.bytes(value));
      else arena.writeBytes(slot, value);
  }
}
