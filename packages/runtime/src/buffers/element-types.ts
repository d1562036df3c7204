import { NogilError } from '@nogil/abi';

/** What `getBuffer` may be asked for. */
export interface BufferData {
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  readonly u8clamped: Uint8ClampedArray;
  readonly i16: Int16Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly dataview: DataView;
}

/** The name of a kind of items. */
export type BufferType = keyof BufferData;

/** Kinds that a typed array has. */
export type ArrayType = Exclude<BufferType, 'dataview'>;

/** Any of the typed arrays. */
export type TypedArray = BufferData[ArrayType];

interface ArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset?: number, length?: number): TypedArray;
}

const constructors: Readonly<Record<ArrayType, ArrayConstructor>> = {
  i8: Int8Array,
  u8: Uint8Array,
  u8clamped: Uint8ClampedArray,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** The typed array for a kind. */
export function arrayConstructor(type: ArrayType): ArrayConstructor {
  return constructors[type];
}

/**
 * Checks what a user asked for.
 *
 * @throws NogilError `INVALID_ARGUMENT` with all there are
 */
export function checkedType(type: unknown): BufferType {
  if (type === 'dataview' || (typeof type === 'string' && Object.hasOwn(constructors, type))) {
    return type as BufferType;
  }
  throw new NogilError(
    'INVALID_ARGUMENT',
    `${String(type)} is no type of items; there are ${Object.keys(constructors).join(', ')} and dataview`,
  );
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Format characters of Python's `struct` whose size says which typed array it is. */
const SIGNED = 'bhilqn';
const UNSIGNED = '?cBHILQNP';

function wholeType(signed: boolean, size: number): ArrayType | undefined {
  switch (size) {
    case 1:
      return signed ? 'i8' : 'u8';
    case 2:
      return signed ? 'i16' : 'u16';
    case 4:
      return signed ? 'i32' : 'u32';
    case 8:
      return signed ? 'i64' : 'u64';
    default:
      return undefined;
  }
}

function isForeignOrder(order: string): boolean {
  return littleEndian ? order === '>' || order === '!' : order === '<';
}

/**
 * The typed array for a format of PEP 3118.
 *
 * @param format - as Python says it
 * @param size - bytes of an item
 * @throws NogilError `UNSUPPORTED_VALUE` for what no typed array holds, with what to do about it
 */
export function typeOfFormat(format: string, size: number): ArrayType {
  const order = /^[@=<>!^]/.exec(format)?.[0] ?? '';
  const code = format.slice(order.length);
  if (isForeignOrder(order) && size > 1 && /^[a-zA-Z?]$/.test(code)) {
    throw noTypedArray(
      format,
      'items in the byte order of other machines',
      "x.astype(x.dtype.newbyteorder('=')) in NumPy, x.byteswap() of an array",
    );
  }
  if (code.length === 1) {
    if (SIGNED.includes(code) || UNSIGNED.includes(code)) {
      const type = wholeType(SIGNED.includes(code), size);
      if (type !== undefined) return type;
    }
    if (code === 'f' && size === 4) return 'f32';
    if (code === 'd' && size === 8) return 'f64';
  }
  throw unsupportedFormat(format, code);
}

function unsupportedFormat(format: string, code: string): NogilError {
  switch (code) {
    case 'e':
      return noTypedArray(
        format,
        'float16',
        "x.astype('float32'), or ask for 'u16' to have the bits",
      );
    case 'g':
      return noTypedArray(format, 'long double', "x.astype('float64'), which rounds");
    case 'Zf':
    case 'Zd':
    case 'Zg':
      return noTypedArray(
        format,
        'complex numbers',
        "x.view('float64'): real and imaginary part in turn, or x.real and x.imag",
      );
    case 'w':
    case 'u':
      return noTypedArray(
        format,
        'characters',
        "x.tounicode(), or ask for 'u32' to have code points",
      );
    default:
      return noTypedArray(format, 'records or strings', "one field of it: x['name']");
  }
}

function noTypedArray(format: string, what: string, advice: string): NogilError {
  return new NogilError(
    'UNSUPPORTED_VALUE',
    `no typed array has items of format ${JSON.stringify(format)} (${what}). ` +
      `Convert it in Python: ${advice}; or read the bytes yourself: getBuffer('dataview')`,
  );
}

/**
 * Refuses what JavaScript must not have its hands on.
 *
 * @throws NogilError `UNSUPPORTED_VALUE` for references to Python objects
 */
export function refuseReferences(format: string): void {
  if (!/^[@=<>!^]?\d*O$|[^a-zA-Z]O[^a-zA-Z]|O:/.test(format)) return;
  throw new NogilError(
    'UNSUPPORTED_VALUE',
    `items of format ${JSON.stringify(format)} are references to Python objects, which are no memory to share; ` +
      'use the object itself, or convert it: x.tolist(), x.astype(float)',
  );
}
