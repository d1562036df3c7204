import { NogilError } from '@nogil/abi';
import {
  NG_OBJECT_KNOWN,
  NG_TAG_BIGINT64,
  NG_TAG_BIGINT_HEX,
  NG_TAG_BYTES,
  NG_TAG_FALSE,
  NG_TAG_FLOAT,
  NG_TAG_INT,
  NG_TAG_JS_OBJECT,
  NG_TAG_MEMORY,
  NG_TAG_MISSING,
  NG_TAG_NONE,
  NG_TAG_NULL,
  NG_TAG_OBJECT,
  NG_TAG_STRING_LATIN1,
  NG_TAG_STRING_UTF16,
  NG_TAG_TRUE,
  NG_TREE_DICT,
  NG_TREE_FLOATS,
  NG_TREE_INT32,
  NG_TREE_INT32S,
  NG_TREE_LIST,
  NG_TREE_REFERENCE,
  NG_TREE_SET,
  NG_TREE_TUPLE,
} from '@nogil/abi/constants';

import { bigintFromHex } from './bigint.js';

/**
 * Latin-1 text up to this long is cut out of one text for the whole tree, which is faster than a call to Buffer. V8 copies
 * so little; of anything longer it would keep the whole.
 */
const SHORT_TEXT = 12;

/** What a part says, once `TreeReader.next` has read its head. */
export const enum Part {
  Value,
  Container,
  Reference,
  Object,
  JavaScript,
  /** In the place of a key: what the key is cannot be one in JavaScript. */
  NoKey,
}

/**
 * Reads trees (`ng_tree_tag` in nogil.h), part by part; the parts of a container follow its own.
 * It has a copy of the bytes, so that code of the user's may run in between.
 */
export class TreeReader {
  /** Of the part that was read last: its tag and length, and its value where it is one. */
  tag = 0;
  length = 0;
  value: unknown = undefined;
  /** The handle of an object, or the number of a JavaScript object, memory or container. */
  number = 0;
  readonly #none: null | undefined;
  readonly #words: Uint32Array;
  readonly #ints: Int32Array;
  readonly #doubles: Float64Array;
  readonly #longs: BigInt64Array;
  readonly #bytes: Uint8Array;
  readonly #buffer: Buffer;
  readonly #size: number;
  #text: string | undefined;
  #position = 0;

  /**
   * @param memory - the bytes, from their beginning; the reader's from now on
   * @param none - what None becomes
   */
  constructor(memory: ArrayBuffer, none: null | undefined) {
    this.#none = none;
    this.#size = memory.byteLength;
    this.#words = new Uint32Array(memory);
    this.#ints = new Int32Array(memory);
    this.#doubles = new Float64Array(memory);
    this.#longs = new BigInt64Array(memory);
    this.#bytes = new Uint8Array(memory);
    this.#buffer = Buffer.from(memory);
  }

  /** Reads the next part. */
  next(): Part {
    const at = this.#position;
    const word = at >> 2;
    const tag = (this.tag = this.#words[word] as number);
    const length = (this.length = this.#words[word + 1] as number);
    this.#position = at + 8;
    switch (tag) {
      case NG_TREE_INT32:
        this.value = this.#ints[word + 1];
        return Part.Value;
      case NG_TAG_STRING_LATIN1:
        this.#position = at + 8 + padded(length);
        this.value = this.#latin1(at + 8, length);
        return Part.Value;
      case NG_TAG_FLOAT:
      case NG_TAG_INT:
        this.#position = at + 16;
        this.value = this.#doubles[(at + 8) >> 3];
        return Part.Value;
      case NG_TAG_NONE:
        this.value = this.#none;
        return Part.Value;
      case NG_TAG_NULL:
        this.value = null;
        return Part.Value;
      case NG_TAG_FALSE:
      case NG_TAG_TRUE:
        this.value = tag === NG_TAG_TRUE;
        return Part.Value;
      case NG_TREE_LIST:
      case NG_TREE_TUPLE:
      case NG_TREE_DICT:
      case NG_TREE_SET:
        return Part.Container;
      case NG_TREE_REFERENCE:
        this.number = length;
        return Part.Reference;
      case NG_TAG_OBJECT:
      case NG_TAG_JS_OBJECT:
      case NG_TAG_MEMORY:
        this.#position = at + 16;
        this.number = this.#doubles[(at + 8) >> 3] as number;
        return tag === NG_TAG_OBJECT ? Part.Object : Part.JavaScript;
      case NG_TAG_MISSING:
        return Part.NoKey;
      default:
        this.value = this.#rare(tag, length, at + 8);
        return Part.Value;
    }
  }

  /** Calls back with the tag of each container that is still to be read, and reads no more itself. */
  eachContainer(call: (tag: number) => void): void {
    const here = this.#position;
    while (this.#position < this.#size) {
      const tag = this.#skip();
      if (tag >= NG_TREE_LIST && tag <= NG_TREE_SET) call(tag);
    }
    this.#position = here;
  }

  /** The same, with tag and number of each JavaScript object and each piece of its memory. */
  eachJavaScript(call: (tag: number, number: number) => void): void {
    const here = this.#position;
    while (this.#position < this.#size) {
      const at = this.#position;
      const tag = this.#skip();
      if (tag === NG_TAG_JS_OBJECT || tag === NG_TAG_MEMORY) {
        call(tag, this.#doubles[(at + 8) >> 3] as number);
      }
    }
    this.#position = here;
  }

  /**
   * The numbers that come next, if they come in one part; adds them to `array`.
   *
   * @returns how many
   */
  readRun(array: unknown[]): number {
    const at = this.#position;
    if (at >= this.#size) return 0;
    const tag = this.#words[at >> 2];
    if (tag !== NG_TREE_INT32S && tag !== NG_TREE_FLOATS) return 0;
    const length = this.#words[(at >> 2) + 1] as number;
    const isInt = tag === NG_TREE_INT32S;
    const numbers: Int32Array | Float64Array = isInt ? this.#ints : this.#doubles;
    const first = (at + 8) >> (isInt ? 2 : 3);
    for (let i = 0; i < length; i++) array.push(numbers[first + i]);
    this.#position = at + 8 + padded(length * (isInt ? 4 : 8));
    return length;
  }

  /** Handles of objects that were not read, for whoever gives up half-way. */
  remaining(): number[] {
    const handles: number[] = [];
    while (this.#position < this.#size) {
      const at = this.#position;
      if (this.#skip() !== NG_TAG_OBJECT) continue;
      const flags = this.#words[(at >> 2) + 1] as number;
      if ((flags & NG_OBJECT_KNOWN) === 0) handles.push(this.#doubles[(at + 8) >> 3] as number);
    }
    return handles;
  }

  /** Passes over a part, and makes nothing of it. */
  #skip(): number {
    const word = this.#position >> 2;
    const tag = this.#words[word] as number;
    this.#position += 8 + padded((this.#words[word + 1] as number) * bytesPerUnit(tag));
    if (hasPayload(tag)) this.#position += 8;
    return tag;
  }

  #rare(tag: number, length: number, at: number): unknown {
    switch (tag) {
      case NG_TAG_STRING_UTF16:
        this.#position = at + padded(length * 2);
        return this.#buffer.toString('utf16le', at, at + length * 2);
      case NG_TAG_BIGINT64:
        this.#position = at + 8;
        return this.#longs[at >> 3];
      case NG_TAG_BIGINT_HEX:
        this.#position = at + padded(length);
        return bigintFromHex(this.#buffer.toString('latin1', at, at + length));
      case NG_TAG_BYTES:
        this.#position = at + padded(length);
        return this.#bytes.slice(at, at + length);
      default:
        throw new NogilError('INTERNAL', `the core answered with an unknown tag ${tag} in a tree`);
    }
  }

  #latin1(start: number, length: number): string {
    if (length > SHORT_TEXT) return this.#buffer.toString('latin1', start, start + length);
    this.#text ??= this.#buffer.toString('latin1');
    return this.#text.substring(start, start + length);
  }
}

function bytesPerUnit(tag: number): number {
  switch (tag) {
    case NG_TAG_STRING_LATIN1:
    case NG_TAG_BIGINT_HEX:
    case NG_TAG_BYTES:
      return 1;
    case NG_TAG_STRING_UTF16:
      return 2;
    case NG_TREE_INT32S:
      return 4;
    case NG_TREE_FLOATS:
      return 8;
    default:
      return 0;
  }
}

function hasPayload(tag: number): boolean {
  switch (tag) {
    case NG_TAG_FLOAT:
    case NG_TAG_INT:
    case NG_TAG_BIGINT64:
    case NG_TAG_OBJECT:
    case NG_TAG_JS_OBJECT:
    case NG_TAG_MEMORY:
      return true;
    default:
      return false;
  }
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}
