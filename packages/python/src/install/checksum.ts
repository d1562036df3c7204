/** SHA-256 of a file, and the error for a wrong one. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { NogilError } from '@nogil/abi';

/** SHA-256 of a file, in lower-case hexadecimal. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest('hex');
}

/** The error for an archive that is not the released one. */
export function checksumMismatch(
  source: string,
  expected: string,
  actual: string,
  outcome: string,
): NogilError {
  return new NogilError(
    'CHECKSUM_MISMATCH',
    `${source} has SHA-256 ${actual}, expected ${expected}; ${outcome}`,
  );
}
