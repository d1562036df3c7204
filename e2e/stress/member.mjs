// @ts-check
// A worker of a crew: loads the scenario, waits for the others, and plays its role.
import { workerData } from 'node:worker_threads';
import { randomFrom } from './random.mjs';

/**
 * @type {{
 *   scenario: string, role: string, seed: number, milliseconds: number, index: number,
 *   gate: Int32Array<SharedArrayBuffer>, data: unknown,
 * }}
 */
const { scenario, role, seed, milliseconds, index, gate, data } = workerData;

/** @type {Record<string, (part: import('./stage.mjs').Part) => unknown>} */
const roles = await import(scenario);
const play = roles[role];
if (play === undefined) throw new Error(`${scenario} has no role ${role}`);

Atomics.add(gate, 0, 1);
Atomics.notify(gate, 0);
for (;;) {
  const arrived = Atomics.load(gate, 0);
  if (arrived === Atomics.load(gate, 1)) break;
  Atomics.wait(gate, 0, arrived);
}
const until = Date.now() + milliseconds;
await play({ seed, milliseconds, until, index, random: randomFrom(seed, index), data });
