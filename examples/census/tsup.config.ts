import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

/** A program, not a library: ESM only, no declarations; the worker is an entry of its own. */
export default defineConfig({
  ...library,
  entry: ['src/main.ts', 'src/worker.ts'],
  format: 'esm',
  dts: false,
  shims: false,
});
