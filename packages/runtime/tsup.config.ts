import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

export default defineConfig({
  ...library,
  entry: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  // Nobody imports the command line.
  dts: { entry: { index: 'src/index.ts' } },
});
