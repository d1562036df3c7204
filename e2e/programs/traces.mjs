// @ts-check
import { python } from 'nogil';

/** The file that Python's atexit callback adds a line to. */
export const ATEXIT = 'atexit';

/** Text that Python prints without a newline, so that it lies in its buffer until somebody flushes. */
export const BUFFERED = 'buffered by Python';

/**
 * What the last of the atexit callbacks does, after all others ran.
 * @type {Readonly<Record<string, string>>}
 */
const LAST = {
  raises: "raise RuntimeError('raised at exit')",
  computes: 'while True: pass',
  sleeps: 'time.sleep(600)',
};

/** @param {string} what - one of {@link LAST} */
export function lastCallback(what) {
  // The first that is registered is the last that runs.
  python.run(`
import atexit, time
def last():
    ${LAST[what]}
atexit.register(last)
`);
}

/** Has Python leave traces of an orderly end: both are lost when the process ends without it. */
export function leaveTraces() {
  python.run(`
import atexit

def at_exit():
    with open(${JSON.stringify(ATEXIT)}, 'a') as file:
        file.write('ran\\n')

atexit.register(at_exit)
print(${JSON.stringify(BUFFERED)}, end='')
`);
}
