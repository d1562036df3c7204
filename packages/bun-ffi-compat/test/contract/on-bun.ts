/** The contract as a program: one line of JSON a case. Run by Bun, which needs no build. */
import * as ffi from '../../src/index.js';

import { cases } from './cases.js';

for (const [name, run] of Object.entries(cases)) {
  let failure: string | null = null;
  try {
    run(ffi);
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  console.log(JSON.stringify({ name, failure }));
}
