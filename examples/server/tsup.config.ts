import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

/** Two programs, not a library: ESM only, no declarations. */
export default defineConfig({
  ...library,
  entry: ['src/main.ts', 'src/load.ts'],
  format: 'esm',
  dts: false,
  shims: false,
  // Of development, which tsup would take in; it is no ES module.
  external: ['autocannon'],
});
