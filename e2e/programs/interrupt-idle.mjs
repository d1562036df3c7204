// @ts-check
import { python } from 'nogil';
import { say } from './say.mjs';

export default async function interruptIdle() {
  python.run('import signal, threading');
  say('ready');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
