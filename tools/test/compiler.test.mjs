// @ts-check
import { afterEach, expect, test, vi } from 'vitest';
import { findCompiler } from '../lib/compiler.mjs';

afterEach(() => vi.unstubAllEnvs());

test.skipIf(process.platform === 'win32')(
  'without a compiler the error names the package to install',
  async () => {
    vi.stubEnv('PATH', '/nonexistent');
    vi.stubEnv('CC', '');
    await expect(findCompiler()).rejects.toThrow(
      /tried: cc: not found[\s\S]*next: .*(install|xcode-select)/,
    );
  },
);

test('a CC that does not work is an error, not a reason to take another', async () => {
  vi.stubEnv('CC', 'no-such-compiler -m64');
  await expect(findCompiler()).rejects.toThrow(/CC=no-such-compiler -m64 does not compile C/);
});
