// @ts-check
import { SPIN } from './busy.mjs';
import { exitWhile } from './exit-busy.mjs';

export default function exitWorkerComputes() {
  exitWhile(SPIN);
}
