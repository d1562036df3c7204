/** What is an error here, and not with bun-types. types.test.ts compiles it; it is never run. */
import { CFunction, dlopen } from 'bun:ffi';

const { symbols } = dlopen('libexample.so', { add: { args: ['i32', 'i32'], returns: 'i32' } });

// @ts-expect-error -- two arguments are missing
symbols.add();
// @ts-expect-error -- one argument too many
symbols.add(1, 2, 3);

const add = new CFunction({ ptr: symbols.add.ptr, args: ['i32', 'i32'], returns: 'i32' });
export const sum: number = add(1, 2);
// @ts-expect-error -- not a number
add(1, '2');
// @ts-expect-error -- it has no address
CFunction({ args: ['i32'] });
