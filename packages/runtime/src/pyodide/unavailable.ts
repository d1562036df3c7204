import { NogilError } from '@nogil/abi';

function refuse(what: string, instead: string): NogilError {
  return new NogilError('UNSUPPORTED_VALUE', `nogil/pyodide has no ${what}: ${instead}`);
}

/** What only makes sense where Python is WebAssembly, and what to use here. */
export const unavailable = {
  unpackArchive(buffer: unknown): never {
    if (!ArrayBuffer.isView(buffer) && !(buffer instanceof ArrayBuffer)) {
      throw new TypeError("Expected argument 'buffer' to be an ArrayBuffer or an ArrayBuffer view");
    }
    throw refuse(
      'unpackArchive',
      "use Python's shutil.unpack_archive, it sees the real file system",
    );
  },
  mountNodeFS(): never {
    throw refuse('mountNodeFS', 'Python sees the real file system');
  },
  mountNativeFS(): never {
    throw refuse('mountNativeFS', 'Python sees the real file system');
  },
  registerComlink(): never {
    throw refuse('registerComlink', 'each worker can load Python itself');
  },
  makeMemorySnapshot(): never {
    throw refuse('makeMemorySnapshot', 'native memory cannot be saved');
  },
  useNodeSockFS(): never {
    throw refuse('useNodeSockFS', "Python's own socket module works");
  },
  get FS(): never {
    throw refuse('FS', "Python sees the real file system: use node:fs or Python's os");
  },
  get PATH(): never {
    throw refuse('PATH', 'use node:path');
  },
  get canvas(): never {
    throw refuse('canvas', 'there is no document');
  },
};

type Unavailable = Omit<typeof unavailable, 'FS' | 'PATH' | 'canvas'>;

/** The functions: spreading would run the getters. */
export function withoutGetters(): Unavailable {
  const functions = Object.entries(Object.getOwnPropertyDescriptors(unavailable)).filter(
    ([, descriptor]) => descriptor.get === undefined,
  );
  return Object.defineProperties({}, Object.fromEntries(functions)) as Unavailable;
}
