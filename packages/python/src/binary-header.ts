/**
 * Reads the first bytes of ELF, Mach-O and PE files to learn which processor they are for. No tool is
 * started, so it works on a machine without binutils. A wrong answer here lets a library through that
 * the loader then rejects with a far worse message.
 * Sources: ELF gABI chapter 4, Apple `mach-o/loader.h` and `mach-o/fat.h`, Microsoft PE format.
 */
import fs from 'node:fs';

/** What a program or library file is. */
export interface BinaryHeader {
  readonly format: 'ELF' | 'Mach-O' | 'PE';
  /** Node architecture names; more than one in a universal Mach-O file; `unknown-<number>` otherwise. */
  readonly architectures: readonly string[];
  /** Pointer size of the first architecture. */
  readonly bits: 32 | 64;
}

const elfMachines: Readonly<Record<number, string>> = {
  3: 'ia32',
  8: 'mips',
  20: 'ppc',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};
const machCpus: Readonly<Record<number, string>> = {
  7: 'ia32',
  12: 'arm',
  0x01000007: 'x64',
  0x0100000c: 'arm64',
};
const peMachines: Readonly<Record<number, string>> = {
  0x014c: 'ia32',
  0x01c4: 'arm',
  0x8664: 'x64',
  0xaa64: 'arm64',
};

function architecture(table: Readonly<Record<number, string>>, number: number): string {
  return table[number] ?? `unknown-${number}`;
}

/**
 * Reads the header of a program or library.
 *
 * @param file - path of the file
 * @returns the header, or undefined when the file is none of the three formats or is cut short
 * @throws the file system's error when the file cannot be read
 */
export function readBinaryHeader(file: string): BinaryHeader | undefined {
  return parseBinaryHeader(readStart(file, 4096));
}

/** Does the same for bytes in memory: the first 4096 of a file are enough. */
export function parseBinaryHeader(bytes: Buffer): BinaryHeader | undefined {
  if (bytes.length < 20) {
    return undefined;
  }
  const magic = bytes.readUInt32BE(0);
  switch (magic) {
    case 0x7f454c46:
      return parseElf(bytes);
    case 0xcffaedfe:
    case 0xcefaedfe:
      return {
        format: 'Mach-O',
        architectures: [architecture(machCpus, bytes.readUInt32LE(4))],
        bits: magic === 0xcffaedfe ? 64 : 32,
      };
    case 0xcafebabe:
    case 0xcafebabf:
      return parseFat(bytes, magic === 0xcafebabf ? 32 : 20);
    default:
      return bytes.toString('latin1', 0, 2) === 'MZ' ? parsePe(bytes) : undefined;
  }
}

function parseElf(bytes: Buffer): BinaryHeader | undefined {
  const word = bytes[4];
  const order = bytes[5];
  if ((word !== 1 && word !== 2) || (order !== 1 && order !== 2)) {
    return undefined;
  }
  const machine = order === 1 ? bytes.readUInt16LE(18) : bytes.readUInt16BE(18);
  return {
    format: 'ELF',
    architectures: [architecture(elfMachines, machine)],
    bits: word === 2 ? 64 : 32,
  };
}

function parseFat(bytes: Buffer, entrySize: number): BinaryHeader | undefined {
  const count = bytes.readUInt32BE(4);
  // A Java class file has the same magic; its "count" is a version number above 40.
  if (count === 0 || count > 16 || bytes.length < 8 + count * entrySize) {
    return undefined;
  }
  const cpus = Array.from({ length: count }, (_, index) =>
    bytes.readUInt32BE(8 + index * entrySize),
  );
  return {
    format: 'Mach-O',
    architectures: cpus.map((cpu) => architecture(machCpus, cpu)),
    bits: (cpus[0] ?? 0) >= 0x01000000 ? 64 : 32,
  };
}

function parsePe(bytes: Buffer): BinaryHeader | undefined {
  if (bytes.length < 64) {
    return undefined;
  }
  const offset = bytes.readUInt32LE(0x3c);
  if (offset + 6 > bytes.length || bytes.toString('latin1', offset, offset + 4) !== 'PE\0\0') {
    return undefined;
  }
  const machine = architecture(peMachines, bytes.readUInt16LE(offset + 4));
  return {
    format: 'PE',
    architectures: [machine],
    bits: machine === 'x64' || machine === 'arm64' ? 64 : 32,
  };
}

function readStart(file: string, length: number): Buffer {
  const descriptor = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, fs.readSync(descriptor, bytes, 0, length, 0));
  } finally {
    fs.closeSync(descriptor);
  }
}
