import { closeSync, openSync, readSync } from 'node:fs';

/** How many bytes of an executable's start are searched for the name of its dynamic loader. */
const HEAD_BYTES = 4096;

/** Which C library this process runs on. The program's own loader says so; no tool is asked. */
function libc(): 'gnu' | 'musl' {
  const head = Buffer.alloc(HEAD_BYTES);
  const file = openSync(process.execPath, 'r');
  try {
    readSync(file, head, 0, HEAD_BYTES, 0);
  } finally {
    closeSync(file);
  }
  return head.includes('ld-musl-') ? 'musl' : 'gnu';
}

let hostLibc: 'gnu' | 'musl' | undefined;

/**
 * The name of a platform in package names and build folders: `linux-x64-gnu`, `darwin-arm64`, `win32-x64`.
 *
 * @param platform - as `process.platform`, which it is without it
 * @param arch - as `process.arch`, which it is without it
 * @returns `<platform>-<arch>`, on Linux followed by this process's C library: `-gnu` or `-musl`
 */
export function platformTarget(
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): string {
  if (platform !== 'linux') return `${platform}-${arch}`;
  hostLibc ??= libc();
  return `${platform}-${arch}-${hostLibc}`;
}
