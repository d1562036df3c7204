import { inspect } from 'node:util';

import { cellOf, type HandleCell } from './handle-cell.js';

/** How hosts ask an object what to show for it. */
export const inspectSymbols: readonly symbol[] = [inspect.custom, Symbol.for('Deno.customInspect')];

/** What is shown for a proxy in the console: `repr()`, and never internals. */
export function shown(cell: HandleCell): string {
  if (cell.handle === 0) return '[PyProxy, destroyed]';
  try {
    // Every cell that a proxy answers with is its handler, in this copy of the package or another.
    return (cell as HandleCell & { repr(): string }).repr();
  } catch (error) {
    // Whoever prints wants to see the rest all the same; the reason takes the object's place.
    return `[PyProxy, repr() failed: ${String(error)}]`;
  }
}

// Node inspects a proxy's target, and calls what it finds there with the proxy as `this`. Nobody else
// ever sees these two objects, so all proxies share them.
function inspectProxy(this: object): string {
  const cell = cellOf(this);
  return cell === undefined ? '[PyProxy]' : shown(cell);
}

/*
 * structuredClone() and postMessage() refuse every Proxy, in the engine's words around a description of its target.
 * An object that is described as an error is described by a text of ours.
 */
const uncloneable = Object.create(null, {
  name: { value: 'a Python object belongs to the thread it was made on' },
  message: {
    value:
      'send what it holds, proxy.toJs() or python.repr(proxy), or have the other thread import it; the proxy itself',
  },
  // The engine compares it: a function of ours would not do.
  toString: { value: Reflect.get(Error.prototype, 'toString') as unknown },
}) as object;

/** The target of proxies that cannot be called. */
export const plainTarget: object = Object.create(uncloneable, {
  [inspect.custom]: { value: inspectProxy, configurable: true },
}) as object;

/** A bound function: it can be constructed, too, and has no property that cannot be hidden. */
function makeCallable(): object {
  const target: object = function () {
    // Never called: the traps are.
  }.bind(undefined);
  Reflect.deleteProperty(target, 'name');
  Reflect.deleteProperty(target, 'length');
  Object.defineProperty(target, inspect.custom, { value: inspectProxy, configurable: true });
  return target;
}

/**
 * The target of proxies that can be called. What refuses to clone it describes it as a native function, whatever we
 * do.
 */
export const callableTarget: object = makeCallable();

/** A target of its own, for a proxy that keeps properties there. */
export function freshTarget(callable: boolean): object {
  return callable ? makeCallable() : (Object.create(plainTarget) as object);
}
