// @ts-check
import { readFileSync } from 'node:fs';

/**
 * What a shared library or program asks of the system that loads it. Source: the ELF gABI, chapters 4 and 5, and
 * the Linux Standard Base, "Symbol Versioning".
 *
 * @typedef {object} Elf
 * @property {number} machine - `e_machine`: 62 is x86-64, 183 is AArch64
 * @property {string[]} needed - libraries by name, in order
 * @property {string[]} searched - DT_RPATH and DT_RUNPATH, split
 * @property {string[]} versions - of other libraries' symbols, each once: `GLIBC_2.17`
 */

const SECTION = { versionNeeds: 0x6ffffffe, dynamic: 6 };
const TAG = { needed: 1, rpath: 15, runpath: 29 };

/**
 * Reads a 64-bit little-endian ELF file.
 *
 * @param {string} file
 * @returns {Elf | undefined} undefined for a file that is none
 * @throws {RangeError} when it is cut short
 */
export function readElf(file) {
  const bytes = readFileSync(file);
  if (bytes.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') return undefined;
  const sections = readSections(bytes);
  /** @type {Elf} */
  const elf = {
    machine: bytes.readUInt16LE(18),
    needed: [],
    searched: [],
    versions: [],
  };
  for (const section of sections) {
    const strings = sections[section.link]?.offset ?? 0;
    if (section.type === SECTION.dynamic) readDynamic(bytes, section, strings, elf);
    if (section.type === SECTION.versionNeeds) readVersions(bytes, section, strings, elf);
  }
  elf.versions = [...new Set(elf.versions)];
  return elf;
}

/** @typedef {{ type: number, offset: number, size: number, link: number, count: number }} Section */

/**
 * @param {Buffer} bytes
 * @returns {Section[]}
 */
function readSections(bytes) {
  const start = Number(bytes.readBigUInt64LE(40));
  const size = bytes.readUInt16LE(58);
  const count = bytes.readUInt16LE(60);
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    return {
      type: bytes.readUInt32LE(at + 4),
      offset: Number(bytes.readBigUInt64LE(at + 24)),
      size: Number(bytes.readBigUInt64LE(at + 32)),
      link: bytes.readUInt32LE(at + 40),
      count: bytes.readUInt32LE(at + 44),
    };
  });
}

/**
 * @param {Buffer} bytes
 * @param {Section} section
 * @param {number} strings
 * @param {Elf} elf
 */
function readDynamic(bytes, section, strings, elf) {
  for (let at = section.offset; at < section.offset + section.size; at += 16) {
    const tag = Number(bytes.readBigUInt64LE(at));
    if (tag === 0) return;
    const text = () => textAt(bytes, strings + Number(bytes.readBigUInt64LE(at + 8)));
    if (tag === TAG.needed) elf.needed.push(text());
    if (tag === TAG.rpath || tag === TAG.runpath) elf.searched.push(...text().split(':'));
  }
}

/**
 * @param {Buffer} bytes
 * @param {Section} section - a list of lists: of libraries, and of the versions asked of each
 * @param {number} strings
 * @param {Elf} elf
 */
function readVersions(bytes, section, strings, elf) {
  let library = section.offset;
  for (let left = section.count; left > 0; left -= 1) {
    let version = library + bytes.readUInt32LE(library + 8);
    for (let more = bytes.readUInt16LE(library + 2); more > 0; more -= 1) {
      elf.versions.push(textAt(bytes, strings + bytes.readUInt32LE(version + 8)));
      version += bytes.readUInt32LE(version + 12);
    }
    library += bytes.readUInt32LE(library + 12);
  }
}

/**
 * @param {Buffer} bytes
 * @param {number} start
 */
function textAt(bytes, start) {
  return bytes.toString('utf8', start, bytes.indexOf(0, start));
}
