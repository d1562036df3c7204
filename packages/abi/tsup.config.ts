import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

export default defineConfig({
  ...library,
  splitting: false,
  // The constants are plain values, and a package of their own to whoever bundles them into a hot path:
  // read through another module's exports, each would be a property look-up.
  entry: { index: 'src/index.ts', constants: 'src/generated/constants.ts' },
});
