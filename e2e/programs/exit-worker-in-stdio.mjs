// @ts-check
import { READ } from './busy.mjs';
import { exitWhile } from './exit-busy.mjs';

export default function exitWorkerInStdio() {
  exitWhile(READ);
}
