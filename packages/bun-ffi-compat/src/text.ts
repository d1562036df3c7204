const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A string as C wants it, with its NUL byte.
 *
 * @param where - whose string, for the message
 * @throws TypeError for text that C would see cut or changed: with a NUL inside, or half a surrogate pair
 */
export function utf8(text: string, where: string): Uint8Array {
  if (text.includes('\0')) {
    throw new TypeError(`${where} has a NUL inside, where C would end it; pass a buffer`);
  }
  if (/\p{Surrogate}/u.test(text)) {
    throw new TypeError(`${where} has half a surrogate pair, which UTF-8 cannot say`);
  }
  return Buffer.from(`${text}\0`);
}

/** Bytes as a string, a byte order mark kept. TypeError when they are not UTF-8. */
export function fromUtf8(bytes: ArrayBuffer): string {
  return decoder.decode(bytes);
}
