import { type Core, openCore } from '@nogil/abi';
import { NG_ABI_VERSION } from '@nogil/abi/constants';

/**
 * What the cache keeps for one JS thread: the core knows JavaScript values by numbers, and this is where
 * the numbers lead. Owner: the thread; it ends with it.
 */
export interface Realm {
  readonly core: Core;
  /** By number; number 0 means nothing. */
  readonly values: (object | undefined)[];
  readonly freeNumbers: number[];
  /** Numbers given out in creations that are not published: what a failing one takes back. */
  readonly unpublished: number[];
  /** How many creations of this thread are in progress. */
  depth: number;
  /** JavaScript classes that have, or are getting, a Python type. */
  readonly classNumbers: WeakMap<object, number>;
  readonly freeClassNumbers: number[];
  lastClassNumber: number;
  readonly collectedClasses: FinalizationRegistry<number>;
}

// One for each JS thread, whichever copy of this package asks: the core has one set of numbers for it.
const key = Symbol.for(`@nogil/type-cache/realm/${NG_ABI_VERSION}`);
const holder = globalThis as { [key]?: Realm };

/**
 * Lets the Python types of collected classes go, from the event loop: what that may run (`__del__`, anything)
 * must not run inside the collector's callback.
 */
function forgetLater(core: Core, freeClassNumbers: number[]): (number: number) => void {
  let waiting: number[] = [];
  const forget = (): void => {
    const numbers = waiting;
    waiting = [];
    for (const number of numbers) core.typeCacheForgetClass(number);
    freeClassNumbers.push(...numbers);
  };
  return (number) => {
    if (waiting.length === 0) setImmediate(forget);
    waiting.push(number);
  };
}

function makeRealm(): Realm {
  const core = openCore();
  const freeClassNumbers: number[] = [];
  return {
    core,
    values: [undefined],
    freeNumbers: [],
    unpublished: [],
    depth: 0,
    classNumbers: new WeakMap(),
    freeClassNumbers,
    lastClassNumber: 0,
    collectedClasses: new FinalizationRegistry(forgetLater(core, freeClassNumbers)),
  };
}

/** This thread's realm; the first use needs a running Python. */
export function openRealm(): Realm {
  const known = holder[key];
  if (known !== undefined) return known;
  const realm = makeRealm();
  holder[key] = realm;
  return realm;
}

/** Gives a value a number, which is taken back unless its creation is published. */
export function numberFor(realm: Realm, value: object): number {
  const number = realm.freeNumbers.pop() ?? realm.values.length;
  realm.values[number] = value;
  realm.unpublished.push(number);
  return number;
}

function free(realm: Realm, number: number): void {
  realm.values[number] = undefined;
  realm.freeNumbers.push(number);
}

/** Takes back what was given out since `unpublished` had that length. */
export function takeBack(realm: Realm, length: number): void {
  for (const number of realm.unpublished.splice(length)) free(realm, number);
}

/** Lets go of values whose types died or changed. */
export function dropValues(realm: Realm): void {
  const { core } = realm;
  for (let gone = core.typeCacheDropped(); gone !== 0; gone = core.typeCacheDropped()) {
    free(realm, gone);
  }
}

/** The number of a JavaScript class, given at first use. */
export function classNumber(realm: Realm, jsClass: object): number {
  const known = realm.classNumbers.get(jsClass);
  if (known !== undefined) return known;
  const number = realm.freeClassNumbers.pop() ?? ++realm.lastClassNumber;
  realm.classNumbers.set(jsClass, number);
  realm.collectedClasses.register(jsClass, number);
  return number;
}
