/**
 * Files that only this user can have written, as what they say is believed. Nothing here throws: whoever reads gets
 * nothing, and whoever writes does without.
 */
import fs from 'node:fs';
import path from 'node:path';

/** The part of Deno that is used here. */
interface Deno {
  readonly permissions: {
    querySync(descriptor: { readonly name: 'write' | 'sys' }): { readonly state: string };
  };
}

/** Deno would ask whoever sits at the terminal, for something that no program needs. */
function isAllowed(): boolean {
  const { Deno: deno } = globalThis as { readonly Deno?: Deno };
  if (deno === undefined) return true;
  const names = ['write', 'sys'] as const;
  return names.every((name) => deno.permissions.querySync({ name }).state === 'granted');
}

/** Whether nobody but this user, or one who may do anything, can have written an open file. */
function isOwn(descriptor: number): boolean {
  const me = process.geteuid?.();
  if (me === undefined) return true; // Windows: it has its rights from the user's folder
  const { uid, mode } = fs.fstatSync(descriptor);
  return (uid === me || uid === 0) && (mode & 0o022) === 0;
}

/** Whether files may be made in a folder: by root, which sudo makes of anybody, none among those of others. */
function isOwnPlace(folder: string): boolean {
  if (process.geteuid?.() !== 0) return true;
  let at = folder;
  while (!fs.existsSync(at)) at = path.dirname(at);
  return fs.statSync(at).uid === 0;
}

/** The text of a file; undefined where there is none, or none to believe. */
export function readOwn(file: string): string | undefined {
  let descriptor: number | undefined;
  try {
    if (!isAllowed()) return undefined;
    descriptor = fs.openSync(file, 'r');
    return isOwn(descriptor) ? fs.readFileSync(descriptor, 'utf8') : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/** Writes a file, whole or not at all, and its folder where that is missing. */
export function writeOwn(file: string, text: string): void {
  const folder = path.dirname(file);
  // Renamed when it is whole: another process may read at any time.
  const part = `${file}.${process.pid}.${performance.now()}`;
  try {
    if (!isAllowed() || !isOwnPlace(folder)) return;
    // What is above is for others to see, such as Pythons that are installed there.
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    if (!fs.existsSync(folder)) fs.mkdirSync(folder, { mode: 0o700 });
    if (writePart(part, text)) fs.renameSync(part, file);
    else removeOwn(part);
  } catch {
    removeOwn(part);
  }
}

/** False, and nothing is written, where nobody would believe it: each time, on file systems without owners. */
function writePart(part: string, text: string): boolean {
  const descriptor = fs.openSync(part, 'wx', 0o600);
  try {
    if (!isOwn(descriptor)) return false;
    fs.writeFileSync(descriptor, text);
    return true;
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Removes a file, if that is possible. */
export function removeOwn(file: string): void {
  try {
    if (isAllowed()) fs.rmSync(file, { force: true });
  } catch {
    // Where it could not be written, it may not be removable either.
  }
}
