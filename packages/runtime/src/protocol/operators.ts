import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import { type Environment, environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { operate, readHandle } from '../frame/operate.js';
import { invoke } from '../invoke.js';
import { supportFunction } from '../support.js';
import type { PyAny } from '../types.js';

/**
 * Python's operators, as functions of any values that can cross: what JavaScript's operators cannot say for objects.
 * They are those of Python's `operator` module, with reflected methods (`__radd__`) and all.
 *
 * The in-place ones (`iadd` and others) change the object where its type can and return the result, which is
 * what the variable would be assigned: `total = python.op.iadd(total, 1)`.
 */
export interface Operators {
  /** `a + b` */
  add(a: unknown, b: unknown): PyAny;
  /** `a - b` */
  sub(a: unknown, b: unknown): PyAny;
  /** `a * b` */
  mul(a: unknown, b: unknown): PyAny;
  /** `a / b` */
  truediv(a: unknown, b: unknown): PyAny;
  /** `a // b` */
  floordiv(a: unknown, b: unknown): PyAny;
  /** `a % b` */
  mod(a: unknown, b: unknown): PyAny;
  /** `divmod(a, b)` */
  divmod(a: unknown, b: unknown): PyAny;
  /** `a ** b`, or `pow(a, b, modulus)` */
  pow(a: unknown, b: unknown, modulus?: unknown): PyAny;
  /** `a @ b` */
  matmul(a: unknown, b: unknown): PyAny;
  /** `a << b` */
  lshift(a: unknown, b: unknown): PyAny;
  /** `a >> b` */
  rshift(a: unknown, b: unknown): PyAny;
  /** `a & b`: bits, and the common part of sets */
  and(a: unknown, b: unknown): PyAny;
  /** `a | b` */
  or(a: unknown, b: unknown): PyAny;
  /** `a ^ b` */
  xor(a: unknown, b: unknown): PyAny;
  /** `-a` */
  neg(a: unknown): PyAny;
  /** `+a` */
  pos(a: unknown): PyAny;
  /** `~a` */
  invert(a: unknown): PyAny;
  /** `abs(a)` */
  abs(a: unknown): PyAny;
  /** `a == b`; whatever the type makes of it: an array, for arrays */
  eq(a: unknown, b: unknown): PyAny;
  /** `a != b` */
  ne(a: unknown, b: unknown): PyAny;
  /** `a < b` */
  lt(a: unknown, b: unknown): PyAny;
  /** `a <= b` */
  le(a: unknown, b: unknown): PyAny;
  /** `a > b` */
  gt(a: unknown, b: unknown): PyAny;
  /** `a >= b` */
  ge(a: unknown, b: unknown): PyAny;
  /** `a is b` */
  is(a: unknown, b: unknown): boolean;
  /** `a is not b` */
  isNot(a: unknown, b: unknown): boolean;
  /** `not a` */
  not(a: unknown): boolean;
  /** `bool(a)`: in JavaScript every object is true */
  truth(a: unknown): boolean;
  /** `b in a` */
  contains(a: unknown, b: unknown): boolean;
  /** `a + b` of sequences */
  concat(a: unknown, b: unknown): PyAny;
  /** How often `b` is in `a` */
  countOf(a: unknown, b: unknown): number;
  /** Where `b` is in `a` first; a `ValueError` when it is not */
  indexOf(a: unknown, b: unknown): number;
  /** `a.__index__()` */
  index(a: unknown): number | bigint;
  /** `a[key]`, for any key */
  getitem(a: unknown, key: unknown): PyAny;
  /** `a[key] = value` */
  setitem(a: unknown, key: unknown, value: unknown): void;
  /** `del a[key]` */
  delitem(a: unknown, key: unknown): void;
  /** `a += b` */
  iadd(a: unknown, b: unknown): PyAny;
  /** `a -= b` */
  isub(a: unknown, b: unknown): PyAny;
  /** `a *= b` */
  imul(a: unknown, b: unknown): PyAny;
  /** `a /= b` */
  itruediv(a: unknown, b: unknown): PyAny;
  /** `a //= b` */
  ifloordiv(a: unknown, b: unknown): PyAny;
  /** `a %= b` */
  imod(a: unknown, b: unknown): PyAny;
  /** `a **= b` */
  ipow(a: unknown, b: unknown): PyAny;
  /** `a @= b` */
  imatmul(a: unknown, b: unknown): PyAny;
  /** `a <<= b` */
  ilshift(a: unknown, b: unknown): PyAny;
  /** `a >>= b` */
  irshift(a: unknown, b: unknown): PyAny;
  /** `a &= b` */
  iand(a: unknown, b: unknown): PyAny;
  /** `a |= b` */
  ior(a: unknown, b: unknown): PyAny;
  /** `a ^= b` */
  ixor(a: unknown, b: unknown): PyAny;
  /** `a += b` of sequences */
  iconcat(a: unknown, b: unknown): PyAny;
}

/** How many operands each takes, where that is not two. */
const operands: Partial<Record<keyof Operators, readonly [least: number, most: number]>> = {
  pow: [2, 3],
  neg: [1, 1],
  pos: [1, 1],
  invert: [1, 1],
  abs: [1, 1],
  not: [1, 1],
  truth: [1, 1],
  index: [1, 1],
  setitem: [3, 3],
};

/** Names that Python's module spells otherwise. */
const spelling: Partial<Record<keyof Operators, string>> = {
  and: 'and_',
  or: 'or_',
  not: 'not_',
  is: 'is_',
  isNot: 'is_not',
};

// Every operator once, so that one that is declared and forgotten here fails to compile.
const names = Object.keys({
  ...{ add: 0, sub: 0, mul: 0, truediv: 0, floordiv: 0, mod: 0, divmod: 0, pow: 0, matmul: 0 },
  ...{ lshift: 0, rshift: 0, and: 0, or: 0, xor: 0, neg: 0, pos: 0, invert: 0, abs: 0 },
  ...{ eq: 0, ne: 0, lt: 0, le: 0, gt: 0, ge: 0, is: 0, isNot: 0, not: 0, truth: 0 },
  ...{ contains: 0, concat: 0, countOf: 0, indexOf: 0, index: 0 },
  ...{ getitem: 0, setitem: 0, delitem: 0 },
  ...{ iadd: 0, isub: 0, imul: 0, itruediv: 0, ifloordiv: 0, imod: 0, ipow: 0, imatmul: 0 },
  ...{ ilshift: 0, irshift: 0, iand: 0, ior: 0, ixor: 0, iconcat: 0 },
} satisfies Record<keyof Operators, number>) as (keyof Operators)[];

function operator(here: Environment, name: string): Handle {
  const key = `operator.${name}`;
  const known = here.support.get(key);
  if (known !== undefined) return new Handle(known);
  const find = [supportFunction(here, 'operator_named'), name];
  const made = operate(here, NG_OPERATION_CALL, find, readHandle);
  here.support.set(key, made);
  return new Handle(made);
}

function operatorFunction(name: keyof Operators): (...values: unknown[]) => unknown {
  const python = spelling[name] ?? name;
  const [least, most] = operands[name] ?? [2, 2];
  return (...values) => {
    const here = environment();
    // Missing operands would become a TypeError that names Python's function; superfluous ones too. A modulus
    // left out is none.
    const given = values.length > least && values[most - 1] === undefined ? least : values.length;
    return invoke(here, NG_OPERATION_CALL, operator(here, python), values.slice(0, given));
  };
}

/** Python's operators. */
export const op: Operators = Object.freeze(
  Object.fromEntries(names.map((name) => [name, operatorFunction(name)])),
) as unknown as Operators;
