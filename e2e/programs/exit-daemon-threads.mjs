// @ts-check
import { leaveTraces } from './traces.mjs';
import { startThreads } from './threads.mjs';

export default function exitThreads() {
  leaveTraces();
  startThreads(true);
}
