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
} as const;

/** `'i32'`, `'ptr'`, … */
export type FFITypeName = keyof typeof FFIType;
/** The number of a type. */
export type FFITypeNumber = (typeof FFIType)[FFITypeName];
/** A type, by name or by number. */
export type FFITypeLike = FFITypeName | FFITypeNumber;

/** An address, never 0 and below 2^53: what cannot be such a number throws. */
export type Pointer = number;
/** What may stand where C wants a pointer. A view is read and written in place, for as long as the call. */
export type PointerLike = Pointer | bigint | null | ArrayBuffer | ArrayBufferView;

/** How a function is called. */
export interface FFIFunction {
  /** The types of its arguments; none without it. */
  readonly args?: readonly FFITypeLike[];
  /** The type of its result; `void` without it. */
  readonly returns?: FFITypeLike;
}

/** A function at an address. */
export interface FFIFunctionAt extends FFIFunction {
  readonly ptr: Pointer | bigint;
}

/** Text that C ends with a NUL byte, copied when it is made. */
// eslint-disable-next-line @typescript-eslint/no-wrapper-object-types -- as in bun:ffi, it is one
export interface CString extends String {
  /** Where the text was, `byteOffset` included. */
  readonly ptr: Pointer;
  readonly byteOffset: number;
  /** Bytes of UTF-8, without the NUL. */
  readonly byteLength: number;
  /** A copy of those bytes. */
  readonly arrayBuffer: ArrayBuffer;
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
  14: PointerLike;
  15: Integer;
  16: Integer;
  17: PointerLike;
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
  14: CString | null;
  15: number | bigint;
  16: number | bigint;
  17: Pointer | null;
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
export type Callable<Description extends FFIFunction> = ((
  ...values: ArgumentsOf<Description['args']>
) => ResultOf<Description['returns'] extends FFITypeLike ? Description['returns'] : 'void'>) & {
  /** Where it is. */
  readonly ptr: Pointer;
};

/** The functions of a library. */
export interface Library<Descriptions extends Record<string, FFIFunction>> {
  readonly symbols: { readonly [Name in keyof Descriptions]: Callable<Descriptions[Name]> };
  /** Ends it: its functions throw from then on. Twice is fine. */
  readonly close: () => void;
}

const numbers = new Set<number>(Object.values(FFIType));

/**
 * The number of a type.
 *
 * @param type - a name or a number
 * @param where - what it is the type of, for the message
 * @throws TypeError for what is none, or is one of Bun's that this package does not have
 */
export function typeNumber(type: FFITypeLike, where: string): FFITypeNumber {
  const number = typeof type === 'string' && Object.hasOwn(FFIType, type) ? FFIType[type] : type;
  if (typeof number === 'number' && numbers.has(number)) return number;
  throw new TypeError(
    `${where} has the type ${JSON.stringify(type)}; these exist: ${Object.keys(FFIType).join(', ')}`,
  );
}
