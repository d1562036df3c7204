/** The contract as a program, on a backend that is injected. */
import { deepStrictEqual } from 'node:assert';

import { koffiBackend } from '../../src/backends/koffi.js';
import { makeFfi } from '../../src/ffi.js';
import * as compat from '../../src/index.js';
import { pedant } from './pedant.js';
import { report } from './report.js';

let judge: ReturnType<typeof pedant> | undefined;
const ffi = { ...compat, ...makeFfi(() => (judge = pedant(koffiBackend())).backend) };

await report(ffi, {
  'a backend is given what its interface says'() {
    deepStrictEqual(judge?.complaints, []);
  },
});
