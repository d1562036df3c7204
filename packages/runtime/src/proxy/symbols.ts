import { cellOf, handleCell } from './handle-cell.js';
import { iterateAsync } from './awaitable.js';
import { iterate } from './iterate.js';
import type { PythonObject } from './python-object.js';
import { capability } from './capability.js';
import { can } from './shape.js';
import { inspectSymbols, shown } from './target.js';

/** Whether `value instanceof type`: Python decides, for what Python has itself. */
function isInstance(self: PythonObject, value: unknown): boolean {
  const object = (typeof value === 'object' && value !== null) || typeof value === 'function';
  // An array would become a new list, and be an instance of `list` then; here it is none.
  if (object && cellOf(value) === undefined) return false;
  if (value === undefined || typeof value === 'symbol') return false;
  return self.support('has_instance', value) as boolean;
}

function toPrimitive(self: PythonObject, hint: string): unknown {
  return hint === 'number' || (hint === 'default' && can(self, capability.number))
    ? self.support('to_number')
    : self.str();
}

/** What a proxy answers for a symbol; `undefined` where its object has no such protocol. */
export function symbolProperty(self: PythonObject, key: symbol): unknown {
  switch (key) {
    case handleCell:
      return self;
    case Symbol.iterator:
      return can(self, capability.iterable)
        ? () => iterate(self.environment, () => self.reference(), self.policy)
        : undefined;
    case Symbol.asyncIterator:
      return can(self, capability.asyncIterable)
        ? () => iterateAsync(self.environment, () => self.reference(), self.policy)
        : undefined;
    case Symbol.toPrimitive:
      return (hint: string): unknown => toPrimitive(self, hint);
    case Symbol.hasInstance:
      return can(self, capability.instanceCheck)
        ? (value: unknown) => isInstance(self, value)
        : undefined;
    case Symbol.toStringTag:
      return 'PyProxy';
    case Symbol.dispose:
      return (): void => {
        self.release();
      };
    case Symbol.asyncDispose:
      return (): Promise<void> => {
        self.release();
        return Promise.resolve();
      };
    default:
      return inspectSymbols.includes(key) ? () => shown(self) : undefined;
  }
}

/** Whether a proxy answers for a symbol. */
export function hasSymbol(self: PythonObject, key: symbol): boolean {
  return symbolProperty(self, key) !== undefined;
}
