import { defineConfig } from 'tsup';
import { singleCopy } from '../../tsup.base.js';

export default defineConfig({
  ...singleCopy,
  entry: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  // Nobody imports the command line.
  dts: { entry: { index: 'src/index.ts' } },
  // Values, for the hot path: see the package's own tsup.config.ts.
  noExternal: ['@nogil/abi/constants'],
});
