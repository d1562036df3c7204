/** Unpacks the source archive with npm packages alone: no `tar` or `xz` is needed on the machine. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import * as tar from 'tar';

// Required, not imported: it is CommonJS that calls itself a transpiled ES module, and an import of it means
// one thing in an ES module and another in the CommonJS side of this package.
const xz = createRequire(import.meta.url)('xz-decompress') as typeof import('xz-decompress');

/** Nothing in these is needed to build or run CPython; the census reads its test suite, so that stays. */
const unneeded = /^[^/]+\/(Doc|Android|Apple|PCbuild)\//;

/**
 * Unpacks a `.tar.xz` archive without its first folder level.
 *
 * @param archive - path of the archive
 * @param folder - an existing, empty folder
 * @param onFraction - told how much of the archive was read, 0 to 1
 * @param signal - stops it; the folder is then incomplete
 */
export async function extractSource(
  archive: string,
  folder: string,
  onFraction: (fraction: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const size = fs.statSync(archive).size;
  const file = fs.createReadStream(archive, { highWaterMark: 1 << 18 });
  file.on('data', () => {
    onFraction(file.bytesRead / size);
  });
  file.pause();
  const compressed = Readable.toWeb(file) as ReadableStream<Uint8Array>;
  const plain = new xz.XzReadableStream(compressed);
  await pipeline(
    Readable.fromWeb(plain as ReadableStream<Uint8Array>),
    tar.extract({
      cwd: folder,
      strip: 1,
      strict: true,
      // As root, tar would give the files to whoever packed them.
      preserveOwner: false,
      filter: (name) => !unneeded.test(name),
    }),
    signal === undefined ? {} : { signal },
  );
}
