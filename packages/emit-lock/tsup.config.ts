import { defineConfig } from 'tsup';
import { singleCopy } from '../../tsup.base.js';

export default defineConfig({
  ...singleCopy,
  entry: { index: 'src/index.ts' },
  noExternal: ['@nogil/abi/constants'],
});
