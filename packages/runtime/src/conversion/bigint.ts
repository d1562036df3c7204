import { NogilError } from '@nogil/abi';

/** V8's bigints have at most 2^30 bits. */
const LONGEST_HEX = 2 ** 28;

/**
 * What hexadecimal digits with a sign and 0x say; BigInt() knows no sign before 0x.
 *
 * @throws NogilError `UNSUPPORTED_VALUE` for more than any bigint holds
 */
export function bigintFromHex(text: string): bigint {
  if (text.length > LONGEST_HEX) {
    throw new NogilError(
      'UNSUPPORTED_VALUE',
      `an int of ${text.length} hexadecimal digits is larger than any bigint; fetch it as bytes: n.to_bytes(…)`,
    );
  }
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}
