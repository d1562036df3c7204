import { type Core, NogilError } from '@nogil/abi';
import {
  NG_ARENA_ASYNC,
  NG_ARENA_FRAME,
  NG_ARENA_SIZE,
  NG_ARENA_TOP,
  NG_FRAME_ARGUMENTS,
  NG_FRAME_MINIMUM_DATA,
  NG_FRAME_RESULT,
  NG_MAXIMUM_ARGUMENTS,
  NG_OBJECT_TAKEN,
  NG_SLOT_SIZE,
  NG_TAG_BIGINT64,
  NG_TAG_BIGINT_HEX,
  NG_TAG_BYTES,
  NG_TAG_FALSE,
  NG_TAG_FLOAT,
  NG_TAG_IN_BLOCK,
  NG_TAG_INT,
  NG_TAG_JS_OBJECT,
  NG_TAG_MISSING,
  NG_TAG_NONE,
  NG_TAG_NULL,
  NG_TAG_OBJECT,
  NG_TAG_STRING_LATIN1,
  NG_TAG_STRING_UTF16,
  NG_TAG_TREE,
  NG_TAG_TRUE,
} from '@nogil/abi/constants';

/** Text up to this many UTF-16 units is written into the frame by a loop; longer text by the core. */
const INLINE_TEXT = 512;
/** Bytes up to this many are copied into the frame; more by the core. */
const INLINE_BYTES = 4096;
/** A tree up to this many bytes is copied into the frame; a larger one by the core. */
const INLINE_TREE = 65_536;
/** Latin-1 text up to this long is put together by a loop, which is faster than a call to Buffer. */
const SHORT_TEXT = 16;

/** Short text of one byte a character is kept up to this long, so much of it: a power of two. */
const LONGEST_NAME = 32;
const KEPT_NAMES = 512;

/** The most units of text or bytes in one value: lengths have 32 bits. */
const LONGEST = 0xffff_ffff;

/** Every frame has room for this many argument slots: an exception is described in three. */
const LEAST_SLOTS = 3;

const LEAST_INT64 = -(2n ** 63n);
const GREATEST_INT64 = 2n ** 63n - 1n;

/** Words of a frame, in units of four bytes. */
const OPERATION = 0;
const STATUS = 1;
const POSITIONAL = 2;
const KEYWORDS = 3;
const CAPACITY = 4;
const DETAIL = 5;

/**
 * The memory that arguments and results cross in, as a stack of frames.
 *
 * Owner: this JS thread's environment. A frame is claimed, filled, invoked, read and given back;
 * frames claimed in between (a getter that runs while arguments are read, and calls Python) lie above
 * it and are gone before it is used again. `top` is the first byte that belongs to nobody.
 */
export class Arena {
  readonly #core: Core;
  readonly #state: number;
  readonly #words: Uint32Array;
  readonly #doubles: Float64Array;
  readonly #longs: BigInt64Array;
  readonly #bytes: Uint8Array;
  readonly #units: Uint16Array;
  readonly #buffer: Buffer;
  readonly #names: string[] = new Array<string>(KEPT_NAMES).fill('');

  constructor(core: Core, memory: ArrayBuffer) {
    this.#core = core;
    this.#state = core.state;
    this.#words = new Uint32Array(memory);
    this.#doubles = new Float64Array(memory);
    this.#longs = new BigInt64Array(memory);
    this.#bytes = new Uint8Array(memory);
    this.#units = new Uint16Array(memory);
    this.#buffer = Buffer.from(memory);
    // The first words tell the core where the frame is, and what lies beyond all frames.
    // The latter by its word and not by an accessor: V8 looks private accessors up by a call into its runtime, each time.
    if (this.#words[NG_ARENA_TOP] === 0) this.#words[NG_ARENA_TOP] = NG_SLOT_SIZE;
  }

  /**
   * Claims a frame. Give it back with `give`, whatever happens.
   *
   * @param slots - argument slots: positional, keyword values and keyword names together
   * @returns the frame's offset
   */
  claim(slots: number): number {
    if (slots > NG_MAXIMUM_ARGUMENTS) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        `${slots} arguments are more than one call takes (${NG_MAXIMUM_ARGUMENTS}); pass a list instead`,
      );
    }
    const frame = this.#words[NG_ARENA_TOP] as number;
    const data = frame + NG_FRAME_ARGUMENTS + Math.max(slots, LEAST_SLOTS) * NG_SLOT_SIZE;
    if (data + NG_FRAME_MINIMUM_DATA > NG_ARENA_SIZE) {
      throw new NogilError(
        'NESTED_TOO_DEEPLY',
        'calls into Python are nested too deeply (a getter or callback that calls Python, again and again)',
      );
    }
    this.#words[NG_ARENA_TOP] = data;
    return frame;
  }

  /** Gives back the frame and everything above it. */
  give(frame: number): void {
    this.#words[NG_ARENA_TOP] = frame;
  }

  /** Carries out `operation` and returns its status. Text written so far is consumed. */
  invoke(frame: number, operation: number, positional: number, keywords: number): number {
    const words = this.#words;
    const base = frame >> 2;
    words[base + OPERATION] = operation;
    words[base + POSITIONAL] = positional;
    words[base + KEYWORDS] = keywords;
    words[base + CAPACITY] = NG_ARENA_SIZE - frame;
    words[NG_ARENA_FRAME] = frame;
    this.#core.invoke(this.#state);
    return words[base + STATUS] as number;
  }

  // ---- a call of Python's -------------------------------------------------------------------

  /** Its frame; to be asked first of all: the next operation overwrites it. */
  called(): number {
    return this.#words[NG_ARENA_FRAME] as number;
  }

  /** The number of the object whose asynchronous context the call is made in, once; 0: in none of its own. */
  takeAsyncContext(): number {
    const number = this.#words[NG_ARENA_ASYNC] as number;
    if (number !== 0) this.#words[NG_ARENA_ASYNC] = 0;
    return number;
  }

  /** What is asked: an `NG_CALL_…`. */
  kind(frame: number): number {
    return this.#words[(frame >> 2) + OPERATION] as number;
  }

  /** How many arguments have no name. */
  positional(frame: number): number {
    return this.#words[(frame >> 2) + POSITIONAL] as number;
  }

  /** How many arguments have a name. */
  keywords(frame: number): number {
    return this.#words[(frame >> 2) + KEYWORDS] as number;
  }

  /** @param status - an `NG_STATUS_…`: what the frame's result is */
  answer(frame: number, status: number): void {
    this.#words[(frame >> 2) + STATUS] = status;
  }

  /** The number of the argument that an error is about; of a call of Python's, that of the object. */
  detail(frame: number): number {
    return this.#words[(frame >> 2) + DETAIL] as number;
  }

  // ---- writing ------------------------------------------------------------------------------

  /** The address of an argument slot. */
  argument(frame: number, index: number): number {
    return frame + NG_FRAME_ARGUMENTS + index * NG_SLOT_SIZE;
  }

  /** No value: an absent property, the end of an iteration. */
  writeMissing(slot: number): void {
    this.#words[slot >> 2] = NG_TAG_MISSING;
  }

  writeNone(slot: number): void {
    this.#words[slot >> 2] = NG_TAG_NONE;
  }

  /** `null` as a Python object of its own. */
  writeNull(slot: number): void {
    this.#words[slot >> 2] = NG_TAG_NULL;
  }

  writeBoolean(slot: number, value: boolean): void {
    this.#words[slot >> 2] = value ? NG_TAG_TRUE : NG_TAG_FALSE;
  }

  /** A safe integer becomes an int; −0, fractions and what is beyond exactness stay floats. */
  writeNumber(slot: number, value: number): void {
    const whole = Number.isSafeInteger(value) && !Object.is(value, -0);
    this.#words[slot >> 2] = whole ? NG_TAG_INT : NG_TAG_FLOAT;
    this.#doubles[(slot + 8) >> 3] = value;
  }

  writeFloat(slot: number, value: number): void {
    this.#words[slot >> 2] = NG_TAG_FLOAT;
    this.#doubles[(slot + 8) >> 3] = value;
  }

  writeBigInt(slot: number, value: bigint): void {
    if (value >= LEAST_INT64 && value <= GREATEST_INT64) {
      this.#words[slot >> 2] = NG_TAG_BIGINT64;
      this.#longs[(slot + 8) >> 3] = value;
      return;
    }
    const hex = value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
    this.#writeLatin1(slot, hex, NG_TAG_BIGINT_HEX);
  }

  /** @param taken - whether an answer's handle is the core's to release */
  writeHandle(slot: number, handle: number, taken = false): void {
    this.#words[slot >> 2] = NG_TAG_OBJECT;
    this.#words[(slot >> 2) + 1] = taken ? NG_OBJECT_TAKEN : 0;
    this.#doubles[(slot + 8) >> 3] = handle;
  }

  /** @param number - of an object of {@link JsObjects}. @param shape - its `NG_JS_SHAPE_…` */
  writeObject(slot: number, number: number, shape: number): void {
    this.#words[slot >> 2] = NG_TAG_JS_OBJECT;
    this.#words[(slot >> 2) + 1] = shape;
    this.#doubles[(slot + 8) >> 3] = number;
  }

  writeText(slot: number, text: string): void {
    if (text.length > INLINE_TEXT || this.#room() < text.length * 2) {
      const block = this.#core.stageText(text);
      const tag = block < 0 ? NG_TAG_STRING_LATIN1 : NG_TAG_STRING_UTF16;
      this.#writeBlock(slot, tag, text.length, Math.abs(block));
      return;
    }
    const bytes = this.#bytes;
    const start = this.#words[NG_ARENA_TOP] as number;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0xff) {
        this.#writeWide(slot, text);
        return;
      }
      bytes[start + i] = unit;
    }
    this.#finishText(slot, NG_TAG_STRING_LATIN1, text.length, text.length);
  }

  writeBytes(slot: number, value: Uint8Array): void {
    if (value.byteLength > LONGEST) {
      throw new NogilError(
        'UNSUPPORTED_VALUE',
        `${value.byteLength} bytes are more than one value can carry (${LONGEST}); pass them in parts`,
      );
    }
    if (value.byteLength > INLINE_BYTES || this.#room() < value.byteLength) {
      this.#writeBlock(slot, NG_TAG_BYTES, value.byteLength, this.#core.stageBytes(value));
      return;
    }
    this.#bytes.set(value, this.#words[NG_ARENA_TOP]);
    this.#finishText(slot, NG_TAG_BYTES, value.byteLength, value.byteLength);
  }

  writeTree(slot: number, tree: Uint8Array): void {
    if (tree.byteLength > INLINE_TREE || this.#room() < tree.byteLength) {
      this.#writeBlock(slot, NG_TAG_TREE, tree.byteLength, this.#core.stageBytes(tree));
      return;
    }
    this.#bytes.set(tree, this.#words[NG_ARENA_TOP]);
    this.#finishText(slot, NG_TAG_TREE, tree.byteLength, tree.byteLength);
  }

  /** Frees what was staged for slots that no operation will consume. */
  dropArguments(frame: number, written: number): void {
    for (let i = 0; i < written; i++) {
      const slot = this.argument(frame, i);
      if (((this.#words[slot >> 2] as number) & NG_TAG_IN_BLOCK) !== 0) {
        this.#core.dropBlock(this.#doubles[(slot + 8) >> 3] as number);
      }
    }
  }

  #room(): number {
    return NG_ARENA_SIZE - NG_FRAME_MINIMUM_DATA - (this.#words[NG_ARENA_TOP] as number);
  }

  #writeLatin1(slot: number, text: string, tag: number): void {
    if (this.#room() < text.length) {
      // A block holds UTF-16, and hexadecimal digits must be Latin-1: a number this long is bytes.
      this.#writeBlock(slot, tag, text.length, this.#core.stageBytes(Buffer.from(text, 'latin1')));
      return;
    }
    this.#buffer.write(text, this.#words[NG_ARENA_TOP] as number, 'latin1');
    this.#finishText(slot, tag, text.length, text.length);
  }

  #writeWide(slot: number, text: string): void {
    const units = this.#units;
    const words = this.#words;
    const from = words[NG_ARENA_TOP] as number;
    words[NG_ARENA_TOP] = from + (from & 1);
    const start = words[NG_ARENA_TOP] >> 1;
    for (let i = 0; i < text.length; i++) units[start + i] = text.charCodeAt(i);
    this.#finishText(slot, NG_TAG_STRING_UTF16, text.length, text.length * 2);
  }

  #finishText(slot: number, tag: number, length: number, bytes: number): void {
    const word = slot >> 2;
    this.#words[word] = tag;
    this.#words[word + 1] = length;
    const start = this.#words[NG_ARENA_TOP] as number;
    this.#words[word + 2] = start;
    this.#words[word + 3] = 0;
    // The next frame, and the next text, start on a slot's boundary.
    this.#words[NG_ARENA_TOP] = (start + bytes + NG_SLOT_SIZE - 1) & ~(NG_SLOT_SIZE - 1);
  }

  #writeBlock(slot: number, tag: number, length: number, block: number): void {
    this.#words[slot >> 2] = tag | NG_TAG_IN_BLOCK;
    this.#words[(slot >> 2) + 1] = length;
    this.#doubles[(slot + 8) >> 3] = block;
  }

  // ---- reading ------------------------------------------------------------------------------

  /** The address of the result slot. */
  result(frame: number): number {
    return frame + NG_FRAME_RESULT;
  }

  tag(slot: number): number {
    return this.#words[slot >> 2] as number;
  }

  length(slot: number): number {
    return this.#words[(slot >> 2) + 1] as number;
  }

  number(slot: number): number {
    return this.#doubles[(slot + 8) >> 3] as number;
  }

  bigint64(slot: number): bigint {
    return this.#longs[(slot + 8) >> 3] as bigint;
  }

  /** Text of a slot that holds some. Frees its block. */
  text(slot: number): string {
    const tag = this.tag(slot);
    const wide = (tag & ~NG_TAG_IN_BLOCK) === NG_TAG_STRING_UTF16;
    if ((tag & NG_TAG_IN_BLOCK) !== 0) return this.#core.takeText(this.number(slot), wide);
    const length = this.length(slot);
    const start = this.#words[(slot >> 2) + 2] as number;
    if (wide) return this.#buffer.toString('utf16le', start, start + length * 2);
    if (length > SHORT_TEXT) return this.#buffer.toString('latin1', start, start + length);
    let text = '';
    for (let i = start; i < start + length; i++) {
      text += String.fromCharCode(this.#bytes[i] as number);
    }
    return text;
  }

  /** A copy of the tree in a slot. Frees its block. */
  tree(slot: number): ArrayBuffer {
    if ((this.tag(slot) & NG_TAG_IN_BLOCK) !== 0) return this.#core.takeBytes(this.number(slot));
    const start = this.#words[(slot >> 2) + 2] as number;
    return this.#bytes.buffer.slice(start, start + this.length(slot)) as ArrayBuffer;
  }

  /**
   * As {@link text}, of what is likely to come again: names of properties, and short text. Making a string of each
   * costs more than looking for it among those made last.
   */
  name(slot: number): string {
    const length = this.length(slot);
    if (this.tag(slot) !== NG_TAG_STRING_LATIN1 || length > LONGEST_NAME) return this.text(slot);
    const bytes = this.#bytes;
    const start = this.#words[(slot >> 2) + 2] as number;
    let hash = length;
    for (let i = start; i < start + length; i++) hash = (hash * 31 + (bytes[i] as number)) | 0;
    const place = hash & (KEPT_NAMES - 1);
    const kept = this.#names[place] as string;
    if (kept.length === length) {
      let i = 0;
      while (i < length && kept.charCodeAt(i) === bytes[start + i]) i++;
      if (i === length) return kept;
    }
    return (this.#names[place] = this.text(slot));
  }

  /** A copy of the bytes of a slot that holds some. Frees its block. */
  bytes(slot: number): Uint8Array {
    if ((this.tag(slot) & NG_TAG_IN_BLOCK) !== 0) {
      return new Uint8Array(this.#core.takeBytes(this.number(slot)));
    }
    const start = this.#words[(slot >> 2) + 2] as number;
    return this.#bytes.slice(start, start + this.length(slot));
  }
}
