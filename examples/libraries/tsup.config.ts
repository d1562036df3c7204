import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

/** Programs, not a library: ESM only, one for each file. */
export default defineConfig({
  ...library,
  entry: ['src/*.ts'],
  format: 'esm',
  dts: false,
  shims: false,
});
