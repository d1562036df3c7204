import { NogilError } from '@nogil/abi';
import {
  NG_OBJECT_CALLABLE,
  NG_OPERATION_CALL,
  NG_OPERATION_DELETE_ATTRIBUTE,
  NG_OPERATION_DELETE_ITEM,
  NG_OPERATION_GET_ITEM,
  NG_OPERATION_SET_ATTRIBUTE,
  NG_OPERATION_SET_ITEM,
} from '@nogil/abi/constants';

import { constructDerived } from '../classes/construct.js';
import { defineStatic, inheritedStatic } from '../classes/statics.js';
import { absent } from '../conversion/to-js.js';
import { Handle } from '../frame/crossing.js';
import { indirect, operateDirectly } from '../frame/direct.js';
import { attributeName } from '../invoke.js';
import { readAttribute } from './attribute.js';
import { backMembers, callWith, frontMembers, type Member } from './methods.js';
import { keepPlainKey } from './plain-key.js';
import { PythonObject } from './python-object.js';
import { capability } from './capability.js';
import { can } from './shape.js';
import { hasSymbol, symbolProperty } from './symbols.js';

/** `$name` reaches a Python attribute that a member of the proxy's own hides. */
const ESCAPE = '$';

/** An array index as JavaScript spells it. */
const INDEX = /^(?:0|[1-9]\d{0,15})$/;
const FIRST_DIGIT = 48;
const LAST_DIGIT = 57;

function isIndex(key: string): boolean {
  // Most keys are names: the look at one character is all they cost.
  const first = key.charCodeAt(0);
  return first >= FIRST_DIGIT && first <= LAST_DIGIT && INDEX.test(key);
}

/** Whether it is the name of an attribute for every object. */
function isPlain(key: string): boolean {
  return frontMembers[key] === undefined && !isIndex(key) && !key.startsWith(ESCAPE);
}

function attributeOf(key: string | symbol): string {
  if (typeof key === 'string') return key.startsWith(ESCAPE) ? key.slice(1) : key;
  throw new NogilError(
    'INVALID_ARGUMENT',
    `${String(key)} cannot be an attribute of a Python object: attributes are named by strings`,
  );
}

/**
 * The handler of a proxy: what JavaScript does with a proxy, in terms of the Python object. The engine looks for the trap's
 * name each time, among these methods from the first to the last: those that are used most come first.
 */
export class ProxyTraps extends PythonObject implements ProxyHandler<object> {
  apply(_target: object, _this: unknown, values: readonly unknown[]): unknown {
    // A method that was put off is called by its function; a destroyed proxy says so below.
    const { method, self } = this;
    const put = method !== undefined && self !== undefined;
    const callable = put ? method.owned : this.owned;
    if (callable !== 0) {
      this.guard?.();
      const receiver = put ? self.receiver() : 0;
      const { environment, policy } = this;
      const call = NG_OPERATION_CALL + policy.answers;
      const value = operateDirectly(environment, call, callable, receiver, values, policy);
      if (value !== indirect) return value;
    }
    return callWith(this, values);
  }

  get(_target: object, key: string | symbol, receiver: unknown = this.proxy): unknown {
    if (receiver !== this.proxy && this.#isBaseOf(receiver)) {
      return inheritedStatic(this, key, receiver);
    }
    if (typeof key === 'symbol') return symbolProperty(this, key);
    const { plainKeys } = this.environment;
    const plain = plainKeys.get(key);
    if (plain !== undefined) {
      const attribute = readAttribute(this, plain);
      return attribute === absent ? this.#getBack(key) : attribute;
    }
    const front = frontMembers[key];
    if (front !== undefined && this.#deserves(front)) return this.#member(front);
    if (this.#isItem(key)) return this.operate(NG_OPERATION_GET_ITEM, Number(key));
    if (isPlain(key)) {
      const name = attributeName(this.environment, key);
      if (name instanceof Handle) keepPlainKey(plainKeys, key, name.number);
    }
    const attribute = this.attribute(attributeOf(key));
    if (attribute !== absent) return attribute;
    return this.#getBack(key);
  }

  #getBack(key: string): unknown {
    const back = backMembers[key];
    return back !== undefined && this.#deserves(back) ? this.#member(back) : undefined;
  }

  set(
    _target: object,
    key: string | symbol,
    value: unknown,
    receiver: unknown = this.proxy,
  ): boolean {
    if (receiver !== this.proxy && this.#isBaseOf(receiver)) {
      return defineStatic(key, value, receiver);
    }
    if (this.#isItem(key)) {
      this.operate(NG_OPERATION_SET_ITEM, Number(key), value);
    } else {
      this.#setAttribute(key, value);
    }
    return true;
  }

  #setAttribute(key: string | symbol, value: unknown): void {
    const { environment, policy } = this;
    const name = attributeName(environment, attributeOf(key));
    if (name instanceof Handle) {
      const set = NG_OPERATION_SET_ATTRIBUTE + policy.answers;
      const values = [value];
      if (
        operateDirectly(environment, set, this.number(), name.number, values, policy) !== indirect
      )
        return;
    }
    this.operate(NG_OPERATION_SET_ATTRIBUTE, name, value);
  }

  has(_target: object, key: string | symbol): boolean {
    if (typeof key === 'symbol') return hasSymbol(this, key);
    if (this.#isItem(key)) return this.support('has_index', Number(key)) as boolean;
    const member = frontMembers[key];
    if (member !== undefined && this.#deserves(member)) return true;
    if (this.support('has_name', attributeOf(key)) as boolean) return true;
    const back = backMembers[key];
    return back !== undefined && this.#deserves(back);
  }

  deleteProperty(_target: object, key: string | symbol): boolean {
    if (this.#isItem(key)) {
      this.operate(NG_OPERATION_DELETE_ITEM, Number(key));
    } else {
      const name = attributeName(this.environment, attributeOf(key));
      this.operate(NG_OPERATION_DELETE_ATTRIBUTE, name);
    }
    return true;
  }

  ownKeys(): string[] {
    // __dir__ may say anything; a proxy may list a key once, and only strings.
    return JSON.parse(this.support('names_of') as string) as string[];
  }

  getOwnPropertyDescriptor(_target: object, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key === 'symbol' || this.#isItem(key)) return undefined;
    if (this.support('has_name', attributeOf(key)) !== true) return undefined;
    // No value: Object.keys asks for each of them, and properties run code.
    return {
      get: () => this.get(this, key),
      set: (value: unknown) => void this.set(this, key, value),
      enumerable: true,
      configurable: true,
    };
  }

  defineProperty(_target: object, key: string | symbol, property: PropertyDescriptor): boolean {
    // As class fields define themselves; anything else Python's attributes cannot be.
    const { writable, enumerable, configurable } = property;
    if (writable !== true || enumerable !== true || configurable !== true) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        `attributes of a Python object have no getters and are never read-only; assign it: object.${String(key)} = value`,
      );
    }
    return this.set(this, key, property.value);
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  construct(target: object, values: readonly unknown[], newTarget: object): object {
    if (newTarget !== this.proxy) return constructDerived(this, values, newTarget);
    const made = this.apply(target, undefined, values);
    if ((typeof made === 'object' && made !== null) || typeof made === 'function') return made;
    throw new NogilError(
      'INVALID_ARGUMENT',
      `calling ${this.repr()} gives a ${made === null ? 'null' : typeof made}, which \`new\` cannot return; call it without \`new\``,
    );
  }

  /** Whether a class that derives from this type is asked for something. */
  #isBaseOf(receiver: unknown): receiver is object {
    return typeof receiver === 'function' && can(this, capability.type);
  }

  /** Whether the key is an item: an index, of an object that has items. */
  #isItem(key: string | symbol): key is string {
    if (typeof key !== 'string' || !isIndex(key)) return false;
    // What the type could do once it can mostly still do, and Python says so if not.
    if ((this.flags & capability.items) !== 0) return true;
    if (!can(this, capability.items)) return false;
    this.flags |= capability.items;
    return true;
  }

  #deserves({ needs }: Member): boolean {
    if (needs === 0) return true;
    if (needs === NG_OBJECT_CALLABLE) return this.callable;
    return can(this, needs);
  }

  #member({ method, value }: Member): unknown {
    return method === undefined ? value?.(this) : method.bind(undefined, this);
  }
}
