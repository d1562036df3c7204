import { handleCell } from './handle-cell.js';
import { iterate } from './iterate.js';
import type { PythonObject } from './python-object.js';

/** What a proxy answers for a symbol; `undefined` where its object has no such protocol. */
export function symbolProperty(self: PythonObject, key: symbol): unknown {
  switch (key) {
    case handleCell:
      return self;
    case Symbol.dispose:
      return (): void => {
        self.release();
      };
    case Symbol.iterator:
      return self.attribute('__iter__') === undefined && self.attribute('__getitem__') === undefined
        ? undefined
        : () => iterate(self.environment, () => self.reference());
    case Symbol.toPrimitive:
      return (hint: string): unknown => (hint === 'number' ? self.number() : self.str());
    default:
      return undefined;
  }
}
