import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import * as ffi from '../src/index.js';

import { cases } from './contract/cases.js';

describe('on Node, through koffi', () => {
  it.each(Object.entries(cases))('%s', (_name, run) => {
    run(ffi);
  });
});

// Bun is an optional package of the workspace's: for Linux on x64 only.
const bun = join(import.meta.dirname, '../../../e2e/node_modules/bun-1/bin/bun');

if (process.platform === 'linux' && process.arch === 'x64') {
  describe('on Bun, by itself', () => {
    it('is installed', () => {
      expect(existsSync(bun)).toBe(true);
    });

    it('does the same', () => {
      const program = join(import.meta.dirname, 'contract/on-bun.ts');
      const output = execFileSync(bun, [program], { encoding: 'utf8', timeout: 30_000 });
      const results = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { name: string; failure: string | null });
      expect(results).toEqual(Object.keys(cases).map((name) => ({ name, failure: null })));
    });
  });
}
