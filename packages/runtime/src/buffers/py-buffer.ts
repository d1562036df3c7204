import { type Core, NogilError, statusError } from '@nogil/abi';
import { NG_STATUS_OK, NG_STATUS_SHUT_DOWN, NG_STATUS_STALE_HANDLE } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import type { Handle } from '../frame/crossing.js';
import type { ExportDescription } from './description.js';
import { detach, isDetached } from './detach.js';
import {
  type BufferType,
  checkedType,
  refuseReferences,
  type TypedArray,
  typeOfFormat,
} from './element-types.js';
import { contiguousStrides, layOut } from './layout.js';
import { bufferSwitches } from './switches.js';
import { openExportOrTensor } from './tensor.js';

/** How to have a buffer. */
export interface BufferOptions {
  /** A view on read-only memory, too: a write through it changes what Python takes for constant. */
  readonly unsafeWritable?: boolean;
  /** A copy in C order instead of a view. */
  readonly copy?: boolean;
}

/** Memory that is a Python object's export, by its ArrayBuffer: it may come back to Python. */
const exportNumbers = new WeakMap<ArrayBufferLike, number>();

/** The export that a buffer is the memory of; 0 for any other. */
export function exportNumberOf(buffer: ArrayBufferLike): number {
  return exportNumbers.get(buffer) ?? 0;
}

/**
 * The memory of a Python object.
 *
 * While it is not released, Python keeps the memory where it is: a `bytearray` cannot grow. It is released by
 * `release()`, at the end of a `using` block, or some time after JavaScript has dropped every view of it.
 * Destroying the proxy that it came from does nothing to it.
 *
 * Thread: the one that it was made on.
 */
export class PyBuffer<
  Data extends TypedArray | DataView = TypedArray | DataView,
> implements Disposable {
  /** Items in each dimension. */
  readonly shape: readonly number[];
  /** How many items of `data` (of a DataView: bytes) from one index of a dimension to the next. */
  readonly strides: readonly number[];
  /** Where in `data` the item is whose indices are all 0; items, of a DataView bytes. */
  readonly offset: number;
  /** What an item is, as module `struct` spells it. */
  readonly format: string;
  /** Bytes of an item. */
  readonly itemsize: number;
  /** Dimensions. */
  readonly ndim: number;
  /** Whether Python may not write to it. */
  readonly readonly: boolean;
  /** Whether `data` is all of it, the last index fastest. */
  readonly cContiguous: boolean;
  /** Whether `data` is all of it, the first index fastest. */
  readonly fContiguous: boolean;
  /** Bytes of all items. */
  readonly nbytes: number;
  /** Whether `data` is a copy: what is written to it does not reach Python. */
  readonly copied: boolean;
  readonly #environment: Environment;
  readonly #number: number;
  #data: Data | undefined;
  #farewell: string | undefined;

  /** @internal */
  constructor(
    environment: Environment,
    description: ExportDescription,
    type: BufferType,
    memory: ArrayBuffer,
    copied: boolean,
  ) {
    const { data, shape, strides, offset } = layOut(description, type, memory);
    this.#environment = environment;
    this.#number = copied ? 0 : description.number;
    this.#data = data as Data;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
    this.format = description.format;
    this.itemsize = description.itemSize;
    this.ndim = shape.length;
    this.readonly = description.readOnly;
    this.cContiguous = description.cContiguous;
    this.fContiguous = description.fContiguous;
    this.nbytes = description.bytes;
    this.copied = copied;
  }

  /**
   * The items, all there are from the lowest address to the highest: where they are not contiguous, `offset` and
   * `strides` say which are meant.
   *
   * @throws NogilError `STALE_HANDLE` after `release()`
   */
  get data(): Data {
    if (this.#data === undefined) {
      throw new NogilError(
        'STALE_HANDLE',
        'this buffer was released by release(), or at the end of a `using` block; use it before, or have a ' +
          'copy: getBuffer(type, { copy: true })' +
          (this.#farewell === undefined ? '' : `. It was ${this.#farewell}`),
      );
    }
    return this.#data;
  }

  /** Whether it was released. */
  get released(): boolean {
    return this.#data === undefined;
  }

  /**
   * Gives the memory back to Python now; every view of it is empty from then on. Twice is fine. What the host
   * reads or writes in the background (`fs.write(fd, data, callback)`) must have ended.
   *
   * @throws NogilError `INVALID_ARGUMENT` where somebody has marked the memory as untransferable: it is given
   *   back when it is collected
   * @internal
   * @param farewell - said by whoever uses it afterwards
   */
  release(farewell?: string): void {
    const data = this.#data;
    if (data === undefined) return;
    this.#data = undefined;
    this.#farewell = farewell;
    if (this.#number === 0) return;
    const memory = data.buffer as ArrayBuffer;
    // Transferred by somebody: another buffer has the memory, and gives it back when it is collected.
    if (isDetached(memory)) return;
    const { core } = this.#environment;
    if (!detach(core, memory)) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        'this memory was marked as untransferable, so it cannot be taken away from JavaScript; it is given back ' +
          'to Python when the last view of it is collected',
      );
    }
    giveBack(this.#environment, this.#number);
  }

  /** As `release()`. */
  [Symbol.dispose](): void {
    this.release();
  }
}

function giveBack({ core }: Environment, number: number): void {
  const status = core.releaseExport(number);
  // After the end of Python it goes with the process; with its environment it was given back before.
  if (
    status === NG_STATUS_OK ||
    status === NG_STATUS_SHUT_DOWN ||
    status === NG_STATUS_STALE_HANDLE
  ) {
    return;
  }
  throw statusError(status);
}

function copyOf(environment: Environment, description: ExportDescription): ArrayBuffer {
  const memory = new ArrayBuffer(description.bytes);
  const { status, message } = environment.core.copyExport(
    description.number,
    new Uint8Array(memory),
  );
  if (status !== NG_STATUS_OK) throw statusError(status, message);
  return memory;
}

/** What a copy in C order of it looks like. */
function asCopied(description: ExportDescription): ExportDescription {
  const { shape, itemSize, bytes } = description;
  const oneLine = shape.filter((items) => items > 1).length <= 1;
  return {
    ...description,
    strides: contiguousStrides(shape, itemSize),
    offset: 0,
    extent: bytes,
    alignment: 0,
    cContiguous: true,
    fContiguous: oneLine || bytes === 0,
    indirect: false,
  };
}

function makeBuffer(
  environment: Environment,
  description: ExportDescription,
  type: BufferType | undefined,
  options: BufferOptions,
): { readonly buffer: PyBuffer; readonly keeps: boolean } {
  const { core } = environment;
  refuseReferences(description.format);
  const kind = type ?? typeOfFormat(description.format, description.itemSize);
  const copies =
    options.copy === true ||
    description.indirect ||
    description.bytes === 0 ||
    (description.readOnly && options.unsafeWritable !== true);
  // Before the memory is opened: what cannot be laid out throws.
  const memory = copies || !bufferSwitches.external ? null : openMemory(core, description, kind);
  if (memory === null) {
    const copied = asCopied(description);
    return {
      buffer: new PyBuffer(environment, copied, kind, copyOf(environment, description), true),
      keeps: false,
    };
  }
  exportNumbers.set(memory, description.number);
  return { buffer: new PyBuffer(environment, description, kind, memory, false), keeps: true };
}

function openMemory(
  core: Core,
  description: ExportDescription,
  type: BufferType,
): ArrayBuffer | null {
  layOut(description, type, undefined);
  return core.openExport(description.number);
}

/**
 * The buffer of a Python object: `proxy.getBuffer(type, options)`.
 *
 * @throws as `PyProxy.getBuffer`
 */
export function getBuffer(
  environment: Environment,
  object: Handle,
  ...[first, second]: unknown[]
): PyBuffer {
  const hasType = first !== undefined && (typeof first !== 'object' || first === null);
  const type = hasType ? checkedType(first) : undefined;
  const options = (hasType || first === undefined ? second : first) as BufferOptions | undefined;
  const description = openExportOrTensor(environment, object);
  let keeps = false;
  try {
    const made = makeBuffer(environment, description, type, options ?? {});
    ({ keeps } = made);
    environment.scope?.add(made.buffer);
    return made.buffer;
  } finally {
    if (!keeps) giveBack(environment, description.number);
  }
}
