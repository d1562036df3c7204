import { inspect } from 'node:util';

import { cellOf, type HandleCell } from './handle-cell.js';

// Node inspects a proxy's target, and calls what it finds there with the proxy as `this`. Nobody else
// ever sees these two objects, so all proxies share them.
function inspectProxy(this: object): string {
  const cell = cellOf(this);
  // Every cell that a proxy answers with is its handler, in this copy of the package or another.
  if (cell === undefined || cell.handle === 0) return '[PyProxy, destroyed]';
  try {
    return (cell as HandleCell & { repr(): string }).repr();
  } catch (error) {
    // Whoever prints wants to see the rest all the same; the reason takes the object's place.
    return `[PyProxy, repr() failed: ${String(error)}]`;
  }
}

/** The target of proxies that cannot be called. */
export const plainTarget: object = Object.create(null, {
  [inspect.custom]: { value: inspectProxy, configurable: true },
}) as object;

/**
 * The target of proxies that can be called. A bound function: it can be constructed, too, and has no property that
 * cannot be hidden.
 */
export const callableTarget: object = function () {
  // Never called: the traps are.
}.bind(undefined);
Reflect.deleteProperty(callableTarget, 'name');
Reflect.deleteProperty(callableTarget, 'length');
Object.defineProperty(callableTarget, inspect.custom, { value: inspectProxy, configurable: true });
