import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Offsets in a 64-bit ELF header (gABI, chapter 4): where the section headers are, at the file's end. */
const ELF64_HEADER = 64;
const SECTION_HEADERS_AT = 40;
const SECTION_HEADER_SIZE = 58;
const SECTION_HEADER_COUNT = 60;

/**
 * Whether a shared library was cut short, by a full disk or a broken download.
 *
 * The loader maps such a file without looking at its size, and the first touch of what is missing ends
 * the process with SIGBUS: no error to catch. So it is asked before. Only 64-bit little-endian ELF is
 * recognised; the loaders of other formats check for themselves.
 *
 * @param path - the library's file
 * @throws the file system's error when the file cannot be read
 */
export function isLibraryCutShort(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(ELF64_HEADER);
    const read = readSync(file, header, 0, ELF64_HEADER, 0);
    const isElf64 = header.toString('latin1', 0, 6) === '\x7fELF\x02\x01';
    if (!isElf64) return false;
    if (read < ELF64_HEADER) return true;
    const end =
      header.readBigUInt64LE(SECTION_HEADERS_AT) +
      BigInt(header.readUInt16LE(SECTION_HEADER_SIZE)) *
        BigInt(header.readUInt16LE(SECTION_HEADER_COUNT));
    return end > BigInt(fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}
