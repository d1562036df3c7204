// @ts-check
/**
 * What Python does, for ever, when a process is to end. `arrive()` says that it is where it will stay.
 * @type {Readonly<Record<string, string>>}
 */
const ACTIVITIES = {
  computes: 'arrive()\nwhile True: pass',
  // Whoever ends this must not wait for the lock, and the holder never gives it back.
  locks: `
import threading, time
lock = threading.Lock()
def wait():
    with lock: pass
with lock:
    threading.Thread(target=wait, daemon=True).start()
    arrive()
    while True: time.sleep(0.001)
`,
  // In C, where no exception reaches it.
  sleeps: 'import time\narrive()\ntime.sleep(600)',
  idles: 'import threading\narrive()\nthreading.Event().wait()',
};

/**
 * Python source that arrives, which makes a file, and then does this for ever.
 *
 * @param {string} what
 * @param {string} mark - the file
 */
export function sourceOf(what, mark) {
  const activity = ACTIVITIES[what];
  if (activity === undefined) throw new Error(`nobody knows how Python ${what}`);
  const source = `def arrive(): open(${JSON.stringify(mark)}, 'w').close()\n${activity}`;
  return `exec(${JSON.stringify(source)}, {})`; // a namespace of its own: several do the same at once
}
