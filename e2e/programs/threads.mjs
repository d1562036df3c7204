// @ts-check
import { python } from 'nogil';

/**
 * Starts Python threads that never end by themselves: one computes, one sleeps again and again.
 * @param {boolean} daemon
 */
export function startThreads(daemon) {
  python.run(`
import threading, time

def compute():
    while True: pass

def doze():
    while True: time.sleep(0.001)

for target in compute, doze:
    threading.Thread(target=target, daemon=${daemon ? 'True' : 'False'}).start()
`);
}
