/** The contract as a program: one line of JSON a case. */
import type { Ffi } from './case.js';
import { cases } from './cases.js';

// By its name, as a user does; a variable, because there need be no build to check the types of this file.
const name = ['bun-ffi-compat'].join();
const ffi = (await import(name)) as typeof Ffi;

for (const [promise, keep] of Object.entries(cases)) {
  let failure: string | null = null;
  try {
    await keep(ffi);
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  console.log(JSON.stringify({ name: promise, failure }));
}
