import { type Core, NogilError } from '@nogil/abi';
import {
  NG_ARENA_ASYNC,
  NG_ARENA_FRAME,
  NG_ARENA_HEAD,
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
  NG_TEXT_ALIGNMENT,
} from '@nogil/abi/constants';

/** Text up to this many UTF-16 units is written into the frame by a loop; longer text by the core. */
const INLINE_TEXT = 512;
/** Bytes up to this many are copied into the frame; more by the core. */
const INLINE_BYTES = 4096;
/** A tree up to this many bytes is copied into the frame; a larger one by the core. */
const INLINE_TREE = 65_536;
/** Latin-1 text up to this long is put together by a loop, which is faster than a call to Buffer. */
const SHORT_TEXT = 8;

/** Short text of one byte a character is kept, so much of it: a power of two. */
const KEPT_NAMES = 512;
/** Names are compared word by word, and so many are kept of each: the last one has the bytes that are left. */
const NAME_WORDS = 8;
const LONGEST_NAME = NAME_WORDS * NG_TEXT_ALIGNMENT - 1;
/** Knuth's, for multiplicative hashing: the upper bits of a product depend on all of its factor. */
const GOLDEN = 0x9e37_79b1;
const HASH_SHIFT = 32 - Math.log2(KEPT_NAMES);

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
export type Arena = ReturnType<typeof openArena>;

/**
 * Makes the views of an environment's arena, once on a JS thread.
 *
 * Functions around constants, and no class with fields: V8 puts the addresses of these views into the code that uses them.
 * Out of an object it would read view, address and length again at each access, of which a call has some thirty.
 */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the type above is made of it
export function openArena(core: Core, memory: ArrayBuffer) {
  const words = new Uint32Array(memory);
  const doubles = new Float64Array(memory);
  const longs = new BigInt64Array(memory);
  const octets = new Uint8Array(memory);
  const units = new Uint16Array(memory);
  const buffer = Buffer.from(memory);
  const keptNames = new Array<string>(KEPT_NAMES).fill('');
  const keptWords = new Uint32Array(KEPT_NAMES * NAME_WORDS);
  // The first words tell the core where the frame is, and what lies beyond all frames.
  if (words[NG_ARENA_TOP] === 0) words[NG_ARENA_TOP] = NG_ARENA_HEAD;

  /**
   * Claims a frame. Give it back with `give`, whatever happens.
   *
   * @param slots - argument slots: positional, keyword values and keyword names together
   * @returns the frame's offset
   */
  function claim(slots: number): number {
    if (slots > NG_MAXIMUM_ARGUMENTS) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        `${slots} arguments are more than one call takes (${NG_MAXIMUM_ARGUMENTS}); pass a list instead`,
      );
    }
    const frame = words[NG_ARENA_TOP] as number;
    const data = frame + NG_FRAME_ARGUMENTS + Math.max(slots, LEAST_SLOTS) * NG_SLOT_SIZE;
    if (data + NG_FRAME_MINIMUM_DATA > NG_ARENA_SIZE) {
      throw new NogilError(
        'NESTED_TOO_DEEPLY',
        'calls into Python are nested too deeply (a getter or callback that calls Python, again and again)',
      );
    }
    words[NG_ARENA_TOP] = data;
    return frame;
  }

  /** Gives back the frame and everything above it. */
  function give(frame: number): void {
    words[NG_ARENA_TOP] = frame;
  }

  /** Carries out `operation` and returns its status. Text written so far is consumed. */
  function arenaInvoke(
    frame: number,
    operation: number,
    positional: number,
    keywords: number,
  ): number {
    const base = frame >> 2;
    words[base + OPERATION] = operation;
    words[base + POSITIONAL] = positional;
    words[base + KEYWORDS] = keywords;
    words[base + CAPACITY] = NG_ARENA_SIZE - frame;
    words[NG_ARENA_FRAME] = frame;
    core.invoke();
    return words[base + STATUS] as number;
  }

  // ---- a call of Python's -------------------------------------------------------------------

  /** Its frame; to be asked first of all: the next operation overwrites it. */
  function called(): number {
    return words[NG_ARENA_FRAME] as number;
  }

  /** Whether no frame lies below: nothing of Python's that JavaScript called waits for this one. */
  function isFirst(frame: number): boolean {
    return frame <= NG_ARENA_HEAD;
  }

  /** The number of the object whose asynchronous context the call is made in, once; 0: in none of its own. */
  function takeAsyncContext(): number {
    const number = words[NG_ARENA_ASYNC] as number;
    if (number !== 0) words[NG_ARENA_ASYNC] = 0;
    return number;
  }

  /** What is asked: an `NG_CALL_…`. */
  function kind(frame: number): number {
    return words[(frame >> 2) + OPERATION] as number;
  }

  /** How many arguments have no name. */
  function positional(frame: number): number {
    return words[(frame >> 2) + POSITIONAL] as number;
  }

  /** How many arguments have a name. */
  function keywords(frame: number): number {
    return words[(frame >> 2) + KEYWORDS] as number;
  }

  /** @param status - an `NG_STATUS_…`: what the frame's result is */
  function answer(frame: number, status: number): void {
    words[(frame >> 2) + STATUS] = status;
  }

  /** The number of the argument that an error is about; of a call of Python's, that of the object. */
  function detail(frame: number): number {
    return words[(frame >> 2) + DETAIL] as number;
  }

  // ---- writing ------------------------------------------------------------------------------

  /** The address of an argument slot. */
  function argument(frame: number, index: number): number {
    return frame + NG_FRAME_ARGUMENTS + index * NG_SLOT_SIZE;
  }

  /** No value: an absent property, the end of an iteration. */
  function writeMissing(slot: number): void {
    words[slot >> 2] = NG_TAG_MISSING;
  }

  function writeNone(slot: number): void {
    words[slot >> 2] = NG_TAG_NONE;
  }

  /** `null` as a Python object of its own. */
  function writeNull(slot: number): void {
    words[slot >> 2] = NG_TAG_NULL;
  }

  function writeBoolean(slot: number, value: boolean): void {
    words[slot >> 2] = value ? NG_TAG_TRUE : NG_TAG_FALSE;
  }

  /** A safe integer becomes an int; −0, fractions and what is beyond exactness stay floats. */
  function writeNumber(slot: number, value: number): void {
    const whole = Number.isSafeInteger(value) && !Object.is(value, -0);
    words[slot >> 2] = whole ? NG_TAG_INT : NG_TAG_FLOAT;
    doubles[(slot + 8) >> 3] = value;
  }

  function writeFloat(slot: number, value: number): void {
    words[slot >> 2] = NG_TAG_FLOAT;
    doubles[(slot + 8) >> 3] = value;
  }

  function writeBigInt(slot: number, value: bigint): void {
    if (value >= LEAST_INT64 && value <= GREATEST_INT64) {
      words[slot >> 2] = NG_TAG_BIGINT64;
      longs[(slot + 8) >> 3] = value;
      return;
    }
    const hex = value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
    writeLatin1(slot, hex, NG_TAG_BIGINT_HEX);
  }

  /** @param taken - whether an answer's handle is the core's to release */
  function writeHandle(slot: number, handle: number, taken = false): void {
    words[slot >> 2] = NG_TAG_OBJECT;
    words[(slot >> 2) + 1] = taken ? NG_OBJECT_TAKEN : 0;
    doubles[(slot + 8) >> 3] = handle;
  }

  /** @param number - of an object of {@link JsObjects}. @param shape - its `NG_JS_SHAPE_…` */
  function writeObject(slot: number, number: number, shape: number): void {
    words[slot >> 2] = NG_TAG_JS_OBJECT;
    words[(slot >> 2) + 1] = shape;
    doubles[(slot + 8) >> 3] = number;
  }

  function writeText(slot: number, text: string): void {
    if (text.length > INLINE_TEXT || room() < text.length * 2) {
      const block = core.stageText(text);
      const tag = block < 0 ? NG_TAG_STRING_LATIN1 : NG_TAG_STRING_UTF16;
      writeBlock(slot, tag, text.length, Math.abs(block));
      return;
    }
    const start = words[NG_ARENA_TOP] as number;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0xff) {
        writeWide(slot, text);
        return;
      }
      octets[start + i] = unit;
    }
    finishText(slot, NG_TAG_STRING_LATIN1, text.length, text.length);
  }

  function writeBytes(slot: number, value: Uint8Array): void {
    if (value.byteLength > LONGEST) {
      throw new NogilError(
        'UNSUPPORTED_VALUE',
        `${value.byteLength} bytes are more than one value can carry (${LONGEST}); pass them in parts`,
      );
    }
    if (value.byteLength > INLINE_BYTES || room() < value.byteLength) {
      writeBlock(slot, NG_TAG_BYTES, value.byteLength, core.stageBytes(value));
      return;
    }
    octets.set(value, words[NG_ARENA_TOP]);
    finishText(slot, NG_TAG_BYTES, value.byteLength, value.byteLength);
  }

  function writeTree(slot: number, tree: Uint8Array): void {
    if (tree.byteLength > INLINE_TREE || room() < tree.byteLength) {
      writeBlock(slot, NG_TAG_TREE, tree.byteLength, core.stageBytes(tree));
      return;
    }
    octets.set(tree, words[NG_ARENA_TOP]);
    finishText(slot, NG_TAG_TREE, tree.byteLength, tree.byteLength);
  }

  /** Frees what was staged for slots that no operation will consume. */
  function dropArguments(frame: number, written: number): void {
    for (let i = 0; i < written; i++) {
      const slot = argument(frame, i);
      if (((words[slot >> 2] as number) & NG_TAG_IN_BLOCK) !== 0) {
        core.dropBlock(doubles[(slot + 8) >> 3] as number);
      }
    }
  }

  function room(): number {
    return NG_ARENA_SIZE - NG_FRAME_MINIMUM_DATA - (words[NG_ARENA_TOP] as number);
  }

  function writeLatin1(slot: number, text: string, tag: number): void {
    if (room() < text.length) {
      // A block holds UTF-16, and hexadecimal digits must be Latin-1: a number this long is bytes.
      writeBlock(slot, tag, text.length, core.stageBytes(Buffer.from(text, 'latin1')));
      return;
    }
    buffer.write(text, words[NG_ARENA_TOP] as number, 'latin1');
    finishText(slot, tag, text.length, text.length);
  }

  function writeWide(slot: number, text: string): void {
    const from = words[NG_ARENA_TOP] as number;
    words[NG_ARENA_TOP] = from + (from & 1);
    const start = words[NG_ARENA_TOP] >> 1;
    for (let i = 0; i < text.length; i++) units[start + i] = text.charCodeAt(i);
    finishText(slot, NG_TAG_STRING_UTF16, text.length, text.length * 2);
  }

  function finishText(slot: number, tag: number, length: number, bytes: number): void {
    const word = slot >> 2;
    words[word] = tag;
    words[word + 1] = length;
    const start = words[NG_ARENA_TOP] as number;
    words[word + 2] = start;
    words[word + 3] = 0;
    // The next frame, and the next text, start on a slot's boundary.
    words[NG_ARENA_TOP] = (start + bytes + NG_SLOT_SIZE - 1) & ~(NG_SLOT_SIZE - 1);
  }

  function writeBlock(slot: number, tag: number, length: number, block: number): void {
    words[slot >> 2] = tag | NG_TAG_IN_BLOCK;
    words[(slot >> 2) + 1] = length;
    doubles[(slot + 8) >> 3] = block;
  }

  // ---- reading ------------------------------------------------------------------------------

  /** The address of the result slot. */
  function result(frame: number): number {
    return frame + NG_FRAME_RESULT;
  }

  function tag(slot: number): number {
    return words[slot >> 2] as number;
  }

  function length(slot: number): number {
    return words[(slot >> 2) + 1] as number;
  }

  function number(slot: number): number {
    return doubles[(slot + 8) >> 3] as number;
  }

  function bigint64(slot: number): bigint {
    return longs[(slot + 8) >> 3] as bigint;
  }

  /** Text of a slot that holds some. Frees its block. */
  function text(slot: number): string {
    const form = tag(slot);
    const wide = (form & ~NG_TAG_IN_BLOCK) === NG_TAG_STRING_UTF16;
    if ((form & NG_TAG_IN_BLOCK) !== 0) return core.takeText(number(slot), wide);
    const size = length(slot);
    const start = words[(slot >> 2) + 2] as number;
    if (wide) return buffer.toString('utf16le', start, start + size * 2);
    if (size > SHORT_TEXT) return buffer.toString('latin1', start, start + size);
    let made = '';
    for (let i = start; i < start + size; i++) made += String.fromCharCode(octets[i] as number);
    return made;
  }

  /** A copy of the tree in a slot. Frees its block. */
  function tree(slot: number): ArrayBuffer {
    if ((tag(slot) & NG_TAG_IN_BLOCK) !== 0) return core.takeBytes(number(slot));
    const start = words[(slot >> 2) + 2] as number;
    return memory.slice(start, start + length(slot));
  }

  /**
   * As {@link text}, of what is likely to come again: names of properties, and short text. Making a string of each
   * costs more than looking for it among those made last.
   */
  function name(slot: number): string {
    const size = length(slot);
    if (tag(slot) !== NG_TAG_STRING_LATIN1 || size > LONGEST_NAME) return text(slot);
    const start = words[(slot >> 2) + 2] as number;
    const first = start >> 2; // the core begins text where a word does: NG_TEXT_ALIGNMENT
    const whole = size >> 2;
    let hash = size;
    for (let i = 0; i < whole; i++) hash = Math.imul(hash ^ (words[first + i] as number), GOLDEN);
    const last = lastBytes(start + (whole << 2), start + size);
    hash = Math.imul(hash ^ last, GOLDEN);
    const place = hash >>> HASH_SHIFT;
    const kept = keptNames[place] as string;
    const base = place * NAME_WORDS;
    if (kept.length === size && keptWords[base + whole] === last) {
      let i = 0;
      while (i < whole && keptWords[base + i] === words[first + i]) i++;
      if (i === whole) return kept;
    }
    for (let i = 0; i < whole; i++) keptWords[base + i] = words[first + i] as number;
    keptWords[base + whole] = last;
    return (keptNames[place] = text(slot));
  }

  /** Up to three bytes as one number. */
  function lastBytes(from: number, to: number): number {
    let all = 0;
    for (let i = from; i < to; i++) all = (all << 8) | (octets[i] as number);
    return all;
  }

  /** A copy of the bytes of a slot that holds some. Frees its block. */
  function bytes(slot: number): Uint8Array {
    if ((tag(slot) & NG_TAG_IN_BLOCK) !== 0) {
      return new Uint8Array(core.takeBytes(number(slot)));
    }
    const start = words[(slot >> 2) + 2] as number;
    return octets.slice(start, start + length(slot));
  }

  return {
    claim,
    give,
    invoke: arenaInvoke,
    called,
    isFirst,
    takeAsyncContext,
    kind,
    positional,
    keywords,
    answer,
    detail,
    argument,
    writeMissing,
    writeNone,
    writeNull,
    writeBoolean,
    writeNumber,
    writeFloat,
    writeBigInt,
    writeHandle,
    writeObject,
    writeText,
    writeBytes,
    writeTree,
    dropArguments,
    result,
    tag,
    length,
    number,
    bigint64,
    text,
    tree,
    name,
    bytes,
  };
}
