import { type Core, openCore } from '@nogil/abi';

let opened: Core | undefined;

/** The core, with an environment for this JS thread, asked for once. Throws as `openCore`. */
export function core(): Core {
  return (opened ??= openCore());
}
