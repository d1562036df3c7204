// @ts-check
import { endProcess } from './ending.mjs';
import { leaveTraces } from './traces.mjs';

export default async function exitCode() {
  leaveTraces();
  endProcess({ code: 7, onceInside: false });
  await new Promise((resolve) => setTimeout(resolve, 60_000)); // a worker, until main ends it
}
