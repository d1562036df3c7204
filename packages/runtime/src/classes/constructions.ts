import type { PythonObject } from '../proxy/python-object.js';
import type { Constructor } from './emitted.js';

/** A construction that Python asked for, and whose JavaScript constructor runs. */
export interface Construction {
  /** What `new.target` is. */
  readonly newTarget: Constructor;
  /** What is constructed; `undefined` where `super(...)` is to make it. */
  readonly object: PythonObject | undefined;
  /** The Python type of it. */
  readonly type: PythonObject;
  /** Whether the constructor makes a JavaScript object, to go with the Python object. */
  readonly isLinking: boolean;
  /** Whether that has happened, or `super(...)` has been called. */
  used: boolean;
}

/** Those of this thread, the innermost last. */
export const constructions: Construction[] = [];
