// @ts-check
import { SLEEP } from './busy.mjs';
import { exitWhile } from './exit-busy.mjs';

export default function exitWorkerSleeps() {
  exitWhile(SLEEP);
}
