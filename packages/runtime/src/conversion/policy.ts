import type { Environment } from '../environment.js';
import type { JsEntry } from '../javascript/objects.js';
import { NG_ANSWER_POLICY, NG_ANSWER_PROXIES } from '@nogil/abi/constants';

/** What an entry does in its own way. */
export interface PolicyRules {
  /** The value for a Python object. The handle is its to release. */
  object(environment: Environment, handle: number): unknown;
  /** Carries out one call of Python's: leaves result and status in the frame. Never throws. */
  serve(environment: Environment, entry: JsEntry, frame: number): void;
}

/**
 * The rules by which values cross. `nogil` and `nogil/pyodide` are two of them over one conversion core.
 *
 * A proxy, of either language, carries the policy it was made under, and everything that crosses through it
 * follows that one: a program may use both entries, and what it got from one keeps its rules.
 *
 * Where `none` is `undefined`, reading None and reading nothing (`NG_TAG_MISSING`) look alike: whoever asks
 * for something that may be missing reads it with the policy `nogil`, or looks at the tag.
 */
export interface Policy {
  readonly name: 'nogil' | 'pyodide';
  /** Its number for the core. */
  readonly index: number;
  /** Added to an operation whose answer becomes a proxy: each policy has proxies of its own. */
  readonly answers: number;
  /** What Python's None is in JavaScript. */
  readonly none: null | undefined;
  /** Whether `null` is a Python object of its own (`jsnull`); else it is None, as `undefined` is. */
  readonly hasNull: boolean;
  /** Whether arrays, plain objects, Maps and Sets are copied to Python; else they go by reference. */
  readonly copiesContainers: boolean;
  /** Whether dates and what else a codec knows are converted on their way to Python unasked. */
  readonly usesCodecs: boolean;
  /** Rules of an entry that is loaded apart; without them those of `nogil` are followed. */
  rules: PolicyRules | undefined;
}

/** Section 6 of the design: immutable scalars convert, containers are copied to Python. */
export const nogil: Policy = {
  name: 'nogil',
  index: 0,
  answers: NG_ANSWER_PROXIES,
  none: null,
  hasNull: false,
  copiesContainers: true,
  usesCodecs: true,
  rules: undefined,
};

/** Pyodide's rules, as its page on type conversions states them: containers by proxy both ways. */
export const pyodide: Policy = {
  name: 'pyodide',
  index: 1,
  answers: NG_ANSWER_PROXIES + NG_ANSWER_POLICY,
  none: undefined,
  hasNull: true,
  copiesContainers: false,
  usesCodecs: false,
  rules: undefined,
};
