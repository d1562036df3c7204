import { describe, expect, test } from 'vitest';
import { parseBinaryHeader, readBinaryHeader } from '../src/binary-header.js';
import { elfHeader } from './fake-python.js';

function machO(magic: number, cpu: number): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(cpu, 4);
  return bytes;
}

function fat(cpus: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + cpus.length * 20);
  bytes.writeUInt32BE(0xcafebabe, 0);
  bytes.writeUInt32BE(cpus.length, 4);
  cpus.forEach((cpu, index) => bytes.writeUInt32BE(cpu, 8 + index * 20));
  return bytes;
}

function pe(machine: number): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(128, 0x3c);
  bytes.write('PE\0\0', 128, 'latin1');
  bytes.writeUInt16LE(machine, 132);
  return bytes;
}

describe('binary headers', () => {
  test.each([
    ['ELF x64', elfHeader('x64'), 'ELF', ['x64'], 64],
    ['ELF arm64', elfHeader('arm64'), 'ELF', ['arm64'], 64],
    ['ELF ia32', elfHeader('ia32', 1), 'ELF', ['ia32'], 32],
    ['big-endian ELF s390x', elfHeader('s390x', 2, 2), 'ELF', ['s390x'], 64],
    ['ELF of an unknown machine', elfHeader('none'), 'ELF', ['unknown-0'], 64],
    ['Mach-O arm64', machO(0xfeedfacf, 0x0100000c), 'Mach-O', ['arm64'], 64],
    ['Mach-O i386', machO(0xfeedface, 7), 'Mach-O', ['ia32'], 32],
    ['universal Mach-O', fat([0x01000007, 0x0100000c]), 'Mach-O', ['x64', 'arm64'], 64],
    ['PE x64', pe(0x8664), 'PE', ['x64'], 64],
    ['PE arm64', pe(0xaa64), 'PE', ['arm64'], 64],
    ['PE x86', pe(0x014c), 'PE', ['ia32'], 32],
  ])('%s is recognised', (_, bytes, format, architectures, bits) => {
    expect(parseBinaryHeader(bytes)).toEqual({ format, architectures, bits });
  });

  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['a text file', Buffer.from('INPUT(-lpython3.14)                     ')],
    ['a cut ELF header', elfHeader('x64').subarray(0, 12)],
    [
      'an ELF header of no class',
      Buffer.concat([Buffer.from('\x7fELF\x09', 'latin1'), Buffer.alloc(40)]),
    ],
    ['a Java class', fat([]).fill(52, 7, 8)],
    ['a PE stub without a header', Buffer.from('MZ'.padEnd(64, '\0'), 'latin1')],
    ['a DOS program', pe(0x8664).fill(0, 128, 132)],
  ])('%s is none', (_, bytes) => {
    expect(parseBinaryHeader(Buffer.concat([bytes, Buffer.alloc(4)]))).toBeUndefined();
  });

  test('the running engine is a program for its own processor', () => {
    expect(readBinaryHeader(process.execPath)?.architectures).toContain(process.arch);
  });
});
