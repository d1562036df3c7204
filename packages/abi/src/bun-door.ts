import { createRequire } from 'node:module';

import type { Core } from './core.js';

interface BunFfi {
  CFunction(definition: {
    readonly ptr: number;
    readonly args: readonly ['ptr'];
    readonly returns: 'void';
  }): (state: number) => void;
}

/**
 * Lets operations go through bun:ffi on Bun, where that costs less than Node-API; what they do is the same. It runs on the
 * thread's own stack, as everything that may run Python has to. Python's calls of JavaScript come by Node-API, which opens
 * a scope of its own for each.
 */
export function openBunDoor(core: Core): void {
  if (process.versions.bun === undefined) return;
  try {
    const ffi = createRequire(import.meta.url)('bun:ffi') as BunFfi;
    const { state } = core;
    const door = (ptr: number): (() => void) => {
      const carryOut = ffi.CFunction({ ptr, args: ['ptr'], returns: 'void' });
      return () => {
        carryOut(state);
      };
    };
    core.invoke = door(core.carryOut);
    core.release = door(core.carryOutRelease);
    core.duplicateHandle = door(core.carryOutDuplicate);
  } catch {
    // It needs a compiler of its own, which not every platform's Bun has: Node-API does the same.
  }
}
