// @ts-check
import { python } from 'nogil';

/** The file that Python's atexit callback adds a line to. */
export const ATEXIT = 'atexit';

/** Text that Python prints without a newline, so that it lies in its buffer until somebody flushes. */
export const BUFFERED = 'buffered by Python';

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
