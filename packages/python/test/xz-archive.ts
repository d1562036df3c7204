/**
 * Writes small `.tar.xz` archives without a compressor: the xz format allows blocks of stored bytes.
 * Source: The .xz File Format 1.0.4, sections 2 and 3.
 */
import fs from 'node:fs';
import path from 'node:path';
import * as tar from 'tar';

const table = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return value >>> 0;
});

function crc32(bytes: Buffer): Buffer {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  }
  const out = Buffer.alloc(4);
  out.writeUInt32LE((value ^ 0xffffffff) >>> 0);
  return out;
}

function variableLength(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

function pad(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** Wraps bytes in a valid xz stream without compressing them. */
export function storeAsXz(content: Buffer): Buffer {
  const flags = Buffer.from([0, 1]);
  const header = Buffer.concat([Buffer.from('fd377a585a00', 'hex'), flags, crc32(flags)]);
  const blockHeader = pad(Buffer.from([2, 0, 0x21, 1, 0x16, 0, 0, 0]));
  const chunks: Buffer[] = [];
  for (let offset = 0; offset < content.length; offset += 0x10000) {
    const piece = content.subarray(offset, offset + 0x10000);
    const size = piece.length - 1;
    chunks.push(Buffer.from([offset === 0 ? 1 : 2, size >> 8, size & 0xff]), piece);
  }
  chunks.push(Buffer.from([0]));
  const data = Buffer.concat(chunks);
  const block = Buffer.concat([blockHeader, crc32(blockHeader), pad(data), crc32(content)]);
  const unpadded = blockHeader.length + 4 + data.length + 4;
  const records = [variableLength(1), variableLength(unpadded), variableLength(content.length)];
  const indexBody = pad(Buffer.concat([Buffer.from([0]), ...records]));
  const index = Buffer.concat([indexBody, crc32(indexBody)]);
  const backward = Buffer.alloc(4);
  backward.writeUInt32LE(index.length / 4 - 1);
  const footer = Buffer.concat([backward, flags]);
  return Buffer.concat([header, block, index, crc32(footer), footer, Buffer.from('YZ')]);
}

/** Packs the folders of a folder as `.tar.xz`. */
export async function packXz(folder: string, archive: string): Promise<void> {
  const plain = `${archive}.tar`;
  fs.mkdirSync(path.dirname(archive), { recursive: true });
  await tar.create({ cwd: folder, file: plain, portable: true }, fs.readdirSync(folder));
  fs.writeFileSync(archive, storeAsXz(fs.readFileSync(plain)));
  fs.rmSync(plain);
}
