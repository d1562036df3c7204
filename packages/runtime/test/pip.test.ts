import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { findPython } from '@nogil/python';
import { expect, it } from 'vitest';

import { python } from '../src/index.js';
import { programs } from './command-line.js';

// What pip does in an environment that runs: e2e/programs/pip.mjs. Importing is of one process for good.

it('packages for a base installation that runs here are refused, and nothing is made', async () => {
  const { folder } = programs();
  const back = process.cwd();
  process.chdir(folder);
  try {
    python.start({ executable: findPython().baseExecutable });
    for (const attempt of [python.pip.install('x'), python.pip.lock(), python.pip.run(['list'])]) {
      await expect(attempt).rejects.toMatchObject({
        code: 'PYTHON_MISMATCH',
        message: expect.stringContaining('npx nogil pip install') as string,
      });
    }
    expect(existsSync(join(folder, '.venv'))).toBe(false);
  } finally {
    process.chdir(back);
  }
});
