// @ts-check
// Workers go in and out of gates while another closes them: after a gate closed with nobody left inside, nobody
// gets in; and a worker that is terminated inside does not hold the closer up.
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { openGate } from '@nogil/finalizer-guard';
import { mainPart, startCrew } from '../stage.mjs';

const WORKERS = 6;
const GATES = 40;

/** What stands behind each gate: whether it is there still, and how many touch it. */
const THERE = 0;
const INSIDE = 1;

/** @param {import('../stage.mjs').Part} part */
export function visitor({ data, random, seed }) {
  const memory = new Int32Array(/** @type {SharedArrayBuffer} */ (data));
  for (let number = 0; number < GATES; number++) {
    const gate = openGate(`gate ${seed} ${number}`);
    let visits = 0;
    while (gate.enter()) {
      Atomics.add(memory, number * 2 + INSIDE, 1);
      for (let i = random() * 50; i > 0; i--) {
        assert.equal(
          Atomics.load(memory, number * 2 + THERE),
          0,
          'it is gone, and somebody is inside',
        );
      }
      Atomics.sub(memory, number * 2 + INSIDE, 1);
      gate.leave();
      visits += 1;
    }
    assert.equal(gate.state === 'running', false, `${visits} visits`);
  }
}

/** @param {import('../stage.mjs').Part} part */
export function dies({ seed }) {
  openGate(`deadly ${seed}`).enter();
  for (;;);
}

export default async function namedGates() {
  const part = mainPart();
  const memory = new Int32Array(new SharedArrayBuffer(GATES * 8));
  const crew = startCrew(import.meta.url, 'visitor', WORKERS, part, memory.buffer);
  const pause = ((part.until - Date.now()) / GATES) * 0.5;
  for (let number = 0; number < GATES; number++) {
    await new Promise((resolve) => setTimeout(resolve, part.random() * pause));
    const closed = openGate(`gate ${part.seed} ${number}`).close({ boundMs: 10_000 });
    assert.equal(closed.drained, true, `gate ${number}`);
    assert.equal(Atomics.load(memory, number * 2 + INSIDE), 0);
    Atomics.store(memory, number * 2 + THERE, 1);
  }
  await crew.ended;

  const worker = startCrew(import.meta.url, 'dies', 1, part).workers[0];
  assert.ok(worker instanceof Worker);
  const gate = openGate(`deadly ${part.seed}`);
  while (gate.statistics().inside === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await worker.terminate();
  assert.equal(gate.close({ boundMs: 10_000 }).drained, true);
}
