// @ts-check
import assert from 'node:assert/strict';
import { roundTrip, typeOfError } from './typed.ts';

export default function typescript() {
  assert.deepEqual(roundTrip({ name: 'Ada' }), { name: 'Ada' });
  assert.equal(typeOfError('1 / 0'), 'ZeroDivisionError');
}
