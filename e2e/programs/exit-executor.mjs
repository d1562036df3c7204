// @ts-check
import { python } from 'nogil';
import { endProcess } from './ending.mjs';
import { leaveTraces } from './traces.mjs';

export default function exitExecutor() {
  leaveTraces();
  // threading waits for an executor's threads without bound, although they are daemons here.
  python.run(`
import concurrent.futures, time
pool = concurrent.futures.ThreadPoolExecutor(2)
futures = [pool.submit(time.sleep, 600) for _ in range(4)]
`);
  endProcess({ code: 6, onceInside: false });
}
