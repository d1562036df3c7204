// @ts-check
import { leaveTraces } from './traces.mjs';

export default function exitUncaught() {
  leaveTraces();
  throw new Error('nobody catches this');
}
