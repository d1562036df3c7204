// @ts-check
import assert from 'node:assert/strict';
import { NogilError, python } from 'nogil';

/** What NOGIL_CORE names when a check prepared it. */
export const DAMAGED = 'damaged.node';

/**
 * Checks that a damaged core is an error, and that it stays one.
 * @param {'CORE_UNUSABLE' | 'CORE_NOT_FOUND'} code
 */
export function refusesCore(code) {
  for (let i = 0; i < 2; i++) {
    assert.throws(
      () => python.eval('1'),
      (error) =>
        error instanceof NogilError && error.code === code && error.message.includes(DAMAGED),
    );
  }
}
