// @ts-check
import { writeFileSync } from 'node:fs';
import { python } from 'nogil';
import { publish } from './callbacks.mjs';

/**
 * JavaScript calls Python, which calls JavaScript, which calls Python, which calls `innermost`.
 * @param {() => null} innermost
 */
export function callInside(innermost) {
  publish('innermost', innermost);
  publish('outer', () => {
    python.run('sys.innermost()');
    return null;
  });
  python.run('sys.outer()');
}

/**
 * A function that says it was called, and never returns.
 * @param {string} mark - the file it makes
 */
export function neverReturns(mark) {
  return () => {
    writeFileSync(mark, '');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return null;
  };
}

/**
 * Has a Python thread call a function of this thread's that never returns.
 * @param {string} mark - the file the function makes
 */
export function threadCallsBack(mark) {
  publish('block', neverReturns(mark));
  // Not a daemon: Python itself would wait for it without bound. It is told when this thread ends, if there
  // is time for that.
  python.run(`
import sys, threading
def call():
    try:
        sys.block()
    except BaseException:
        pass
threading.Thread(target=call, daemon=False).start()
`);
}
