import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

export default defineConfig([
  { ...library, splitting: false, entry: { index: 'src/index.ts' } },
  // Not bundled: that would make variables of the constants, and `withConstants` could not put their values in their
  // place. The clean-up is the other one's.
  {
    ...library,
    ...{ bundle: false, clean: false, splitting: false, shims: false },
    entry: { constants: 'src/generated/constants.ts' },
  },
]);
