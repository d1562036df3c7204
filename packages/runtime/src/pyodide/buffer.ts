import { getBuffer, type PyBuffer } from '../buffers/py-buffer.js';
import { Handle } from '../frame/crossing.js';
import { alive } from './proxy.js';

const types: ReadonlySet<string> = new Set(
  'i8 u8 u8clamped i16 u16 i32 u32 i64 u64 f32 f64 dataview'.split(' '),
);
const byFormat: Readonly<Record<string, string>> = {
  c: 'u8',
  b: 'i8',
  B: 'u8',
  '?': 'u8',
  s: 'u8',
  p: 'u8',
  h: 'i16',
  H: 'u16',
  i: 'i32',
  I: 'u32', // prettier-ignore
  l: 'i64',
  L: 'u64',
  n: 'i64',
  N: 'u64',
  P: 'u64',
  q: 'i64',
  Q: 'u64',
  f: 'f32',
  d: 'f64', // prettier-ignore
};

/** The type of array that a format of module `struct` asks for, and whether it is the wrong way round. */
function typeOf(format: string): readonly [string, boolean] {
  if (format.length > 2) {
    throw new Error(`Expected format string to have length <= 2, got '${format}'.`);
  }
  const letter = format.at(-1) ?? 'B';
  const alignment = format.length === 2 ? (format[0] as string) : '@';
  if (!'@=<>!'.includes(alignment))
    throw new Error(`Unrecognized alignment character ${alignment}.`);
  if (letter === 'e') throw new Error('Javascript has no Float16 support.');
  let type = byFormat[letter];
  if (type === undefined) throw new Error(`Unrecognized format character '${letter}'.`);
  if (alignment !== '@' && letter === 'l') type = 'i32';
  if (alignment !== '@' && letter === 'L') type = 'u32';
  return [type, (alignment === '>' || alignment === '!') && !type.endsWith('8')];
}

/** What `getBuffer` of a proxy answers. */
export class PyBufferView {
  readonly offset: number;
  readonly readonly: boolean;
  readonly format: string;
  readonly itemsize: number;
  readonly ndim: number;
  readonly nbytes: number;
  readonly shape: number[];
  readonly strides: number[];
  readonly data: unknown;
  readonly c_contiguous: boolean;
  readonly f_contiguous: boolean;
  _released = false;
  readonly #buffer: PyBuffer;

  constructor(buffer: PyBuffer) {
    this.#buffer = buffer;
    this.offset = buffer.offset;
    this.readonly = buffer.readonly;
    this.format = buffer.format;
    this.itemsize = buffer.itemsize;
    this.ndim = buffer.ndim;
    this.nbytes = buffer.nbytes;
    this.shape = [...buffer.shape];
    this.strides = [...buffer.strides];
    this.data = buffer.data;
    this.c_contiguous = buffer.cContiguous;
    this.f_contiguous = buffer.fContiguous;
  }

  release(): void {
    if (this._released) return;
    this._released = true;
    this.#buffer.release();
  }
}
if (typeof Symbol.dispose === 'symbol') {
  Object.defineProperty(PyBufferView.prototype, Symbol.dispose, {
    value(this: PyBufferView): void {
      this.release();
    },
  });
}

export class BufferMethods {
  getBuffer(type?: string): PyBufferView {
    const { shared } = alive(this);
    const handle = new Handle(shared.handle);
    if (type !== undefined && !types.has(type)) throw new Error(`Unknown type ${type}`);
    const asked = type ?? checkFormat(shared.environment, handle);
    return new PyBufferView(getBuffer(shared.environment, handle, asked, { unsafeWritable: true }));
  }
}

function checkFormat(environment: Parameters<typeof getBuffer>[0], handle: Handle): string {
  const probe = getBuffer(environment, handle, 'dataview', { unsafeWritable: true });
  try {
    const [type, swapped] = typeOf(probe.format);
    if (swapped) {
      throw new Error(
        "Javascript has no native support for big endian buffers. In this case, you can pass the type argument to getBuffer to get a data view instead: getBuffer('dataview')",
      );
    }
    return type;
  } finally {
    probe.release();
  }
}

/** `_module.processBufferFormatString`. */
export { typeOf as processFormat };
