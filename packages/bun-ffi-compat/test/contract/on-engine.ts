/** The contract as a program, on what the engine has. */
import type { Ffi } from './case.js';
import { report } from './report.js';

// By its name, as a user does; a variable, because there need be no build to check the types of this file.
const name = ['bun-ffi-compat'].join();
await report((await import(name)) as Ffi);
