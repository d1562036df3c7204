import { defineConfig } from 'tsup';
import { singleCopy, withConstants } from '../../tsup.base.js';

export default defineConfig({
  ...singleCopy,
  ...withConstants,
  entry: { index: 'src/index.ts' },
});
