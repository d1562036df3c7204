import { type Core, openCore } from '@nogil/abi';
import { NG_ARENA_NAME } from '@nogil/abi/constants';

let opened: Core | undefined;
let name: Float64Array | undefined;

/** The core, with an environment for this JS thread, asked for once. Throws as `openCore`. */
export function core(): Core {
  return (opened ??= openCore());
}

/** One number, where the core is given a handle and answers: an argument and a result would cost as much as the work. */
export function nameCell(): Float64Array {
  return (name ??= new Float64Array(core().open().arena).subarray(
    NG_ARENA_NAME,
    NG_ARENA_NAME + 1,
  ));
}
