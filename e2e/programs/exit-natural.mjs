// @ts-check
import { leaveTraces } from './traces.mjs';

export default function exitNatural() {
  leaveTraces();
}
