import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder that exists as long as the test. */
export interface TemporaryFolder {
  readonly path: string;
  /** Writes a file, with the folders it needs, and returns its path. */
  write(name: string, content: string | Uint8Array): string;
  remove(): void;
}

/** Makes an empty folder. */
export function makeFolder(): TemporaryFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'census-')));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    remove() {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
