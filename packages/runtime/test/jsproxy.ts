import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { pyodide } from '../src/conversion/policy.js';
import { environment } from '../src/environment.js';
import { Handle } from '../src/frame/crossing.js';
import { python } from '../src/index.js';
import { invoke } from '../src/invoke.js';
import { cellOf } from '../src/proxy/handle-cell.js';

/** A Python function of `x`, `y` and `z` with this body; `raises(kind, call)` gives the text of what is raised. */
function define(code: string): (...values: unknown[]) => unknown {
  const body = code
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  return python.run(`
def raises(kind, call):
    try:
        call()
    except kind as error:
        return str(error)
    raise AssertionError("nothing was raised")

def check(x=None, y=None, z=None):
${body}
check`) as (...values: unknown[]) => unknown;
}

/** Runs Python code with `x`, `y` and `z`; its assertions are Python's. */
export function check(code: string, ...values: unknown[]): unknown {
  return define(code)(...values);
}

/** The same, where containers cross by reference. */
export function checkByReference(code: string, ...values: unknown[]): unknown {
  const handle = cellOf(define(code))?.handle ?? 0;
  return invoke(environment(), NG_OPERATION_CALL, new Handle(handle), values, undefined, pyodide);
}
