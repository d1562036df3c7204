/**
 * The names and numbers of C types in `bun:ffi`. The numbers are Bun's: a program may pass either.
 *
 * Source: https://bun.com/docs/api/ffi and the `FFIType` of Bun 1.4.
 */
export const FFIType = {
  char: 0,
  int8_t: 1,
  i8: 1,
  uint8_t: 2,
  u8: 2,
  int16_t: 3,
  i16: 3,
  uint16_t: 4,
  u16: 4,
  int32_t: 5,
  i32: 5,
  int: 5,
  c_int: 5,
  uint32_t: 6,
  u32: 6,
  c_uint: 6,
  int64_t: 7,
  i64: 7,
  isize: 7,
  uint64_t: 8,
  u64: 8,
  usize: 8,
  f64: 9,
  double: 9,
  f32: 10,
  float: 10,
  bool: 11,
  ptr: 12,
  pointer: 12,
  'void*': 12,
  'char*': 12,
  void: 13,
  cstring: 14,
  i64_fast: 15,
  u64_fast: 16,
  function: 17,
  callback: 17,
  fn: 17,
  napi_env: 18,
  napi_value: 19,
  buffer: 20,
  buffer_length: 21,
  buffer_bytelength: 21,
} as const;

/** `'i32'`, `'ptr'`, … */
export type FFITypeName = keyof typeof FFIType;
/** The number of a type. */
export type FFITypeNumber = (typeof FFIType)[FFITypeName];
/** A type, by name or by number. */
export type FFITypeLike = FFITypeName | FFITypeNumber;

/**
 * An address, never 0 and below 2^53: what cannot be such a number throws. The mark is the one of
 * `bun-types`, so that the two are one type; where an address is wanted, any number will do.
 */
export type Pointer = number & { __pointer__: null };
/** An address on its way in. */
export type Address = Pointer | number | bigint;
/** What may stand where C wants a pointer. A view is read and written in place, for as long as the call. */
export type PointerLike = Address | null | ArrayBuffer | ArrayBufferView | StandsForAddress;
/** A `JSCallback`, or a C function as JavaScript calls it. */
export interface StandsForAddress {
  readonly ptr: Pointer | null;
}

/** How a function is called. */
export interface FFIFunction {
  /** The types of its arguments; none without it. */
  readonly args?: readonly FFITypeLike[] | undefined;
  /** The type of its result; `void` without it. */
  readonly returns?: FFITypeLike | undefined;
  /** Where it is: for `linkSymbols` and `CFunction`, which need it. */
  readonly ptr?: Address | undefined;
  /** For `JSCallback`: whether threads other than the one that makes it may call it. */
  readonly threadsafe?: boolean | undefined;
}

/** The type of the text that C returns. */
export type CString = string;

/** Makes text of what is at an address. */
export interface CStringConstructor {
  /**
   * Text at an address, copied: UTF-8, up to a NUL byte or of the given length in bytes. `null` and the
   * address 0 are the empty string.
   *
   * @throws TypeError for bytes that are not UTF-8, RangeError for what is no address or length
   */
  (ptr: Address | null, byteOffset?: number, byteLength?: number): string;
  /**
   * The same, as Bun's documentation writes it. Only Bun itself can make a plain string of `new`: here it is
   * a `String` object, which is a string to everything but `===` and `typeof`. Without `new` it is one.
   */
  new (ptr: Address | null, byteOffset?: number, byteLength?: number): string;
}

type Integer = number | bigint;

interface ArgumentByNumber {
  0: Integer;
  1: Integer;
  2: Integer;
  3: Integer;
  4: Integer;
  5: Integer;
  6: Integer;
  7: Integer;
  8: Integer;
  9: number;
  10: number;
  11: boolean;
  12: PointerLike;
  13: never;
  14: PointerLike | string;
  15: Integer;
  16: Integer;
  17: Address | StandsForAddress;
  18: never;
  19: never;
  20: ArrayBufferView;
  21: ArrayBufferView;
}

interface ResultByNumber {
  0: number;
  1: number;
  2: number;
  3: number;
  4: number;
  5: number;
  6: number;
  7: bigint;
  8: bigint;
  9: number;
  10: number;
  11: boolean;
  12: Pointer | null;
  13: undefined;
  14: string | null;
  15: number | bigint;
  16: number | bigint;
  17: Pointer | null;
  18: never;
  19: never;
  20: never;
  21: never;
}

type NumberOf<Type extends FFITypeLike> = Type extends FFITypeName ? (typeof FFIType)[Type] : Type;

/** What a parameter of this type takes. */
export type ArgumentOf<Type extends FFITypeLike> = ArgumentByNumber[NumberOf<Type> &
  keyof ArgumentByNumber];
/** What a result of this type is. */
export type ResultOf<Type extends FFITypeLike> = ResultByNumber[NumberOf<Type> &
  keyof ResultByNumber];

type ArgumentsOf<Types> = Types extends readonly FFITypeLike[]
  ? {
      -readonly [Index in keyof Types]: Types[Index] extends FFITypeLike
        ? ArgumentOf<Types[Index]>
        : never;
    }
  : [];

/** A C function, as JavaScript calls it. */
export type Callable<Fn extends FFIFunction> = ((
  ...values: ArgumentsOf<Fn['args']>
) => ResultOf<Fn['returns'] extends FFITypeLike ? Fn['returns'] : 'void'>) & {
  /** Where it is. */
  readonly ptr: Pointer;
};

/** The functions of a library. */
export interface Library<Fns extends Readonly<Record<string, FFIFunction>>> {
  readonly symbols: { readonly [Name in keyof Fns]: Callable<Fns[Name]> };
  /**
   * Ends it: its functions throw from then on. It is unloaded once no C function runs on this thread. Twice
   * is fine.
   */
  readonly close: () => void;
}

/** A function at an address, and its end. */
export type CFunctionOf<Fn extends FFIFunction> = Callable<Fn> & { readonly close: () => void };

/** Makes a function of an address. */
export interface CFunctionConstructor {
  <const Fn extends FFIFunction & { readonly ptr: Address }>(definition: Fn): CFunctionOf<Fn>;
  new <const Fn extends FFIFunction & { readonly ptr: Address }>(definition: Fn): CFunctionOf<Fn>;
}
