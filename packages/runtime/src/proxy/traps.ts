import { NogilError } from '@nogil/abi';
import {
  NG_OPERATION_DELETE_ATTRIBUTE,
  NG_OPERATION_DELETE_ITEM,
  NG_OPERATION_DIR,
  NG_OPERATION_GET_ITEM,
  NG_OPERATION_SET_ATTRIBUTE,
  NG_OPERATION_SET_ITEM,
} from '@nogil/abi/constants';

import { attributeName } from '../invoke.js';
import { Keywords } from '../keywords.js';
import type { PyProxy } from '../types.js';
import { proxyMethods } from './methods.js';
import { PythonObject } from './python-object.js';
import { symbolProperty } from './symbols.js';

/** `$name` reaches a Python attribute that a method of the proxy's own hides. */
const ESCAPE = '$';

/** An array index as JavaScript spells it: those keys are items, as no attribute is named so. */
const INDEX = /^(?:0|[1-9]\d{0,15})$/;

/** The handler of a proxy: what JavaScript does with a proxy, in terms of the Python object. */
export class ProxyTraps extends PythonObject implements ProxyHandler<object> {
  get(_target: object, key: string | symbol): unknown {
    if (typeof key === 'symbol') return symbolProperty(this, key);
    const method = proxyMethods[key];
    if (method !== undefined) return method.bind(undefined, this);
    if (INDEX.test(key)) return this.operate(NG_OPERATION_GET_ITEM, Number(key));
    return this.attribute(attributeOf(key));
  }

  set(_target: object, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'string' && INDEX.test(key)) {
      this.operate(NG_OPERATION_SET_ITEM, Number(key), value);
    } else {
      const name = attributeName(this.environment, attributeOf(key));
      this.operate(NG_OPERATION_SET_ATTRIBUTE, name, value);
    }
    return true;
  }

  has(_target: object, key: string | symbol): boolean {
    return typeof key === 'string' && this.attribute(attributeOf(key)) !== undefined;
  }

  deleteProperty(_target: object, key: string | symbol): boolean {
    if (typeof key === 'string' && INDEX.test(key)) {
      this.operate(NG_OPERATION_DELETE_ITEM, Number(key));
    } else {
      const name = attributeName(this.environment, attributeOf(key));
      this.operate(NG_OPERATION_DELETE_ATTRIBUTE, name);
    }
    return true;
  }

  ownKeys(): string[] {
    const names = this.operate(NG_OPERATION_DIR) as PyProxy;
    try {
      // __dir__ may say anything; a proxy may list a key once, and only strings.
      const keys = [...(names as Iterable<unknown>)].filter((name) => typeof name === 'string');
      return [...new Set(keys)];
    } finally {
      names.destroy();
    }
  }

  getOwnPropertyDescriptor(_target: object, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key === 'symbol') return undefined;
    const value = this.attribute(attributeOf(key));
    if (value === undefined) return undefined;
    return { value, writable: true, enumerable: true, configurable: true };
  }

  defineProperty(_target: object, key: string | symbol): boolean {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `a property cannot be defined on a Python object; assign it: object.${String(key)} = value`,
    );
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  apply(_target: object, _this: unknown, values: readonly unknown[]): unknown {
    const last = values[values.length - 1];
    return last instanceof Keywords ? this.call(values.slice(0, -1), last) : this.call(values);
  }

  construct(target: object, values: readonly unknown[]): object {
    const made = this.apply(target, undefined, values);
    if ((typeof made === 'object' && made !== null) || typeof made === 'function') return made;
    throw new NogilError(
      'INVALID_ARGUMENT',
      `calling ${this.repr()} gives a ${made === null ? 'null' : typeof made}, which \`new\` cannot return; call it without \`new\``,
    );
  }
}

function attributeOf(key: string | symbol): string {
  if (typeof key === 'string') return key.startsWith(ESCAPE) ? key.slice(1) : key;
  throw new NogilError(
    'INVALID_ARGUMENT',
    `${String(key)} cannot be an attribute of a Python object: attributes are named by strings`,
  );
}
