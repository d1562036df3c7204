import { markAsUntransferable } from 'node:worker_threads';

import type { Deallocator, RawFunction, RawSignature } from '../backend.js';
import type { Pointer } from '../types.js';

const registry = new FinalizationRegistry<() => void>((free) => {
  free();
});

function refuseTransfer(): never {
  throw new TypeError('this ArrayBuffer owns memory of C, which cannot be transferred');
}

/**
 * Memory that is freed some time after its ArrayBuffer is gone, on the thread that made it. For hosts whose
 * engine offers JavaScript no destructor of memory: the ArrayBuffer must not hand its memory on to another,
 * which nobody would wait for.
 *
 * @param memory - a view on foreign memory
 * @param pointer - where it is
 * @param bind - makes a function of an address
 */
export function ownedBy(
  memory: ArrayBuffer,
  pointer: Pointer,
  { function: free, context }: Deallocator,
  bind: (pointer: Pointer, signature: RawSignature) => RawFunction,
): ArrayBuffer {
  const call = bind(free, { parameters: [12, 12], result: 13 });
  markAsUntransferable(memory);
  for (const name of ['transfer', 'transferToFixedLength']) {
    Object.defineProperty(memory, name, { value: refuseTransfer });
  }
  registry.register(memory, () => {
    call(pointer, context);
  });
  return memory;
}
