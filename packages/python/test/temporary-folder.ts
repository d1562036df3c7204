/** A folder per test file, removed when its tests are over. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** Makes a folder that is removed after the tests of this file. */
export function temporaryFolder(): string {
  // macOS reaches its temporary folder through a link; Python answers with the real path.
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'nogil-python-')));
  afterAll(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Writes a file and the folders it needs; returns its path. */
export function writeFile(file: string, content: string | Buffer, mode = 0o644): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content, { mode });
  fs.chmodSync(file, mode);
  return file;
}
