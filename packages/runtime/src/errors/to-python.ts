import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { operate, readHandle } from '../frame/operate.js';
import { cellOf } from '../proxy/handle-cell.js';
import { supportFunction } from '../support.js';

/** Leaves the Python exception for what JavaScript threw in a frame's result. */
export function writeException(environment: Environment, frame: number, thrown: unknown): void {
  const { arena } = environment;
  const slot = arena.result(frame);
  const cell = typeof thrown === 'object' && thrown !== null ? cellOf(thrown) : undefined;
  if (cell !== undefined && cell.handle !== 0 && thrown instanceof Error) {
    arena.writeHandle(slot, cell.handle); // Python's own exception, on its way back
    return;
  }
  const { name, message, stack } = describe(thrown);
  const made = operate(
    environment,
    NG_OPERATION_CALL,
    [supportFunction(environment, 'js_exception'), name, message, stack],
    readHandle,
  );
  arena.writeHandle(slot, made, true);
}

/** What Python is told of it. */
export function describe(thrown: unknown): { name: string; message: string; stack: string | null } {
  if (thrown instanceof Error) {
    return { name: thrown.name, message: thrown.message, stack: thrown.stack ?? null };
  }
  return { name: 'thrown', message: String(thrown), stack: null };
}
