import { python } from '../src/index.js';

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

/** The same, where they cross by reference. */
export function checkByReference(code: string, ...values: unknown[]): unknown {
  return define(code)(...values.map((value) => python.ref(value as object)));
}
