import type { Options } from 'tsup';

/** How every package is built: ESM, CommonJS and declarations, one readable file per entry. */
export const library: Options = {
  format: ['esm', 'cjs'],
  dts: true,
  sourcemap: true,
  clean: true,
  target: 'node20',
  platform: 'node',
  shims: true,
  splitting: true,
  treeshake: true,
};
