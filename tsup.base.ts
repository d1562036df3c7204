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
};

/**
 * For a package that uses the core's constants: their values are in the code. As variables of a module they would be
 * memory that is read each time, and a `switch` over them a row of comparisons.
 */
export const withConstants: Pick<Options, 'noExternal' | 'esbuildOptions'> = {
  noExternal: ['@nogil/abi/constants'],
  esbuildOptions(options) {
    options.minifySyntax = true; // names and lines stay
  },
};

/**
 * For a package that keeps state or classes: CommonJS only, and tools/esm-facade.mjs makes the ESM side
 * of it, so that a process has one copy whichever way it is loaded.
 */
export const singleCopy: Options = { ...library, format: ['cjs'], splitting: false };
