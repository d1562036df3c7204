// @ts-check
import exitCode from './exit-code.mjs';
import { startThreads } from './threads.mjs';

export default async function exitCodeThreads() {
  startThreads(false);
  await exitCode();
}
