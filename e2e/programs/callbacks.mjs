// @ts-check
import { createFunction, openCore, releaseObject, runPython } from '@nogil/abi';
import { python } from 'nogil';

/**
 * Gives Python a JavaScript function as `sys.<name>`.
 *
 * @param {string} name
 * @param {(names: readonly string[], ...handles: readonly number[]) => number | null | undefined} target
 */
export function publish(name, target) {
  python.start();
  const publisher = runPython(
    `import sys; lambda value: setattr(sys, ${JSON.stringify(name)}, value)`,
  );
  const callable = createFunction(target, { name });
  const { status, message, value } = openCore().call(publisher, [callable]);
  if (status !== 0) throw new Error(message);
  for (const handle of [publisher, callable, value]) releaseObject(handle);
}
