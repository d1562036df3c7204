// @ts-check
// Twelve workers ask at once for classes of Python types that refer to each other and to themselves, while creators
// fail half-way, workers are terminated in a creator, types are changed and die, and the collector stops the world.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { addressOf, callObject, loadCore, releaseObject, reprOf, runPython } from '@nogil/abi';
import { emitStatistics } from '@nogil/emit-lock';
import { capabilityOf, classOf, findClass, typeCacheStatistics, typeOf } from '@nogil/type-cache';
import { python } from 'nogil';
import { mainPart, startCrew, whileCollecting } from '../stage.mjs';

const WORKERS = 12;
const TYPES = 6;
/** The types that one refers to, by their distance in the ring: itself, the next, and a chord. */
const DISTANCES = [0, 1, 4];
/** Replaced types make a graph longer than the ring: it ends here. */
const DEPTH = 24;

// What the workers share with each other, by index; behind it one number for each Python type.
const [INSIDE, STUCK, COMPUTED] = /** @type {const} */ ([0, 1, 2]);
/** Types are counted up to this; nobody gets that far. */
const SERIALS = 1 << 20;

const SOURCE = `
import itertools, random, sys, threading
serials = itertools.count()
begun, done = {}, {}  # changes of a type, by its serial number

def make_type():
    base = type('Base', (), {'stamp': 0})
    return type('Node', (base,), {'serial': next(serials)})

def change(random, types):
    index = random.randrange(len(types))
    cls = types[index]
    changes = begun.get(cls.serial, 0) + 1
    if changes > 10:
        types[index] = make_type()  # and whoever is done with the old one lets it die
        return
    begun[cls.serial] = changes
    if random.random() < 0.5:
        cls.stamp = changes
    else:
        cls.__base__.stamp = changes
        if 'stamp' in vars(cls): del cls.stamp  # in this order, so that nobody reads an earlier one
    done[cls.serial] = changes

def change_until_told(seed):
    changer = random.Random(seed)
    while not sys.settled.wait(changer.random() / 100):
        change(changer, sys.types)

sys.types = [make_type() for _ in range(${TYPES})]
sys.get_type = lambda index: sys.types[index]
sys.number = lambda cls: (cls.serial, cls.stamp)
sys.after = lambda cls: done.get(cls.serial, 0)
sys.begun_of = lambda serial: begun.get(serial, 0)
sys.settled = threading.Event()
`;

/** A creator that was told to fail. */
class Intended extends Error {}

/**
 * What stands for a Python type: offered when it is empty, complete when its creator returns.
 * @typedef {object} Derived
 * @property {number} serial
 * @property {number} stamp - of the type, when the creator read it
 * @property {Derived[]} others
 * @property {boolean} complete
 */

/**
 * Calls a Python function of one parameter.
 * @param {number} callable
 * @param {number} handle
 */
function ask(callable, handle) {
  const answer = callObject(callable, handle);
  try {
    return reprOf(answer);
  } finally {
    releaseObject(answer);
  }
}

/**
 * One realm's view of the types.
 * @param {() => number} random
 * @param {Int32Array} shared
 */
function openView(random, shared) {
  const getType = runPython('sys.get_type');
  const number = runPython('sys.number');
  const after = runPython('sys.after');
  const indices = Array.from({ length: TYPES }, (_, i) => runPython(String(i)));
  /** Serial numbers of types whose creators run now. @type {number[]} */
  const running = [];
  /** Serial numbers of types that were made since the outermost creator began. @type {number[]} */
  let unpublished = [];
  /** How often creators of a type were published, by its serial number. @type {Map<number, number>} */
  const published = new Map();

  /** @param {number} index */
  function typeAt(index) {
    return callObject(getType, /** @type {number} */ (indices[index % TYPES]));
  }

  /** @param {number} type */
  function numbersOf(type) {
    const [serial, stamp] = /** @type {[number, number]} */ (
      JSON.parse(ask(number, type).replace('(', '[').replace(')', ']'))
    );
    return { serial, stamp };
  }

  /**
   * @param {number} type
   * @param {number} index
   * @returns {(creation: import('@nogil/type-cache').ClassCreation<Derived>) => Derived}
   */
  function creatorOf(type, index) {
    return ({ offer }) => {
      const { serial, stamp } = numbersOf(type);
      assert.ok(!running.includes(serial), 'a creator was asked again for what it is making');
      const outermost = running.length === 0;
      if (outermost) assert.equal(Atomics.add(shared, INSIDE, 1), 0, 'two threads create');
      assert.equal(Atomics.load(shared, STUCK), 0, 'another thread is in a creator');
      const before = unpublished.length;
      running.push(serial);
      try {
        /** @type {Derived} */
        const derived = { serial, stamp, others: [], complete: false };
        offer(derived);
        for (const distance of running.length < DEPTH ? DISTANCES : []) {
          if (random() < 0.06) throw new Intended();
          derived.others.push(obtainAgain(index + distance));
        }
        derived.complete = true;
        unpublished.push(serial);
        return derived;
      } catch (error) {
        unpublished.length = before; // all that was made inside is gone
        throw error;
      } finally {
        running.pop();
        if (outermost) Atomics.sub(shared, INSIDE, 1);
      }
    };
  }

  /** @param {number} index */
  function obtain(index) {
    const type = typeAt(index);
    try {
      return classOf(type, creatorOf(type, index));
    } finally {
      releaseObject(type);
    }
  }

  /**
   * Some creators catch what fails inside them, and ask again.
   * @param {number} index
   */
  function obtainAgain(index) {
    try {
      return obtain(index);
    } catch (error) {
      if (!(error instanceof Intended) || random() < 0.5) throw error;
      return obtain(index);
    }
  }

  /**
   * Asks for a type from outside all creators.
   * @param {number} type
   * @param {number} index
   */
  function obtainOutside(type, index) {
    const changed = Number(ask(after, type));
    const { serial } = numbersOf(type);
    const known = findClass(type);
    unpublished = [];
    const derived = classOf(type, creatorOf(type, index));
    for (const each of unpublished) published.set(each, (published.get(each) ?? 0) + 1);
    assert.equal(derived.serial, serial, 'the class of another type');
    assert.ok(derived.stamp >= changed, 'a class from before a change that was over');
    if (known !== undefined && unpublished.length === 0) assert.equal(derived, known);
    const seen = new Set([derived]);
    for (const each of seen) {
      assert.ok(each.complete, 'a class that is not complete was seen');
      for (const other of each.others) seen.add(other);
    }
  }

  /** @param {number} type */
  function compute(type) {
    const { serial } = numbersOf(type);
    const value = capabilityOf(type, () => {
      assert.equal(Atomics.add(shared, INSIDE, 1), 0, 'two threads create');
      Atomics.add(shared, COMPUTED + serial, 1);
      Atomics.sub(shared, INSIDE, 1);
      return serial;
    });
    assert.equal(value, serial, 'what was computed for another type');
  }

  return {
    published,
    /** @param {number} index */
    visit(index) {
      const type = typeAt(index);
      try {
        obtainOutside(type, index);
        compute(type);
      } catch (error) {
        if (!(error instanceof Intended)) throw error;
      } finally {
        releaseObject(type);
      }
    },
  };
}

/**
 * Two JavaScript classes whose Python types need each other.
 * @param {() => number} random
 */
function deriveTypes(random) {
  class Left {}
  class Right {}
  const other = new Map([
    [Left, Right],
    [Right, Left],
  ]);
  let created = 0;
  /** @type {(creation: import('@nogil/type-cache').TypeCreation) => number} */
  function create({ jsClass, offer }) {
    const type = runPython(`type('${jsClass.name}', (), {})`);
    try {
      offer(type);
      if (random() < 0.2) throw new Intended();
      const counterpart = /** @type {typeof Left} */ (other.get(/** @type {any} */ (jsClass)));
      releaseObject(typeOf(counterpart, create));
    } catch (error) {
      releaseObject(type);
      throw error;
    }
    created += 1;
    return type;
  }
  for (;;) {
    created = 0;
    try {
      releaseObject(typeOf(Left, create));
      break;
    } catch (error) {
      if (!(error instanceof Intended)) throw error;
    }
  }
  assert.equal(created, 2, 'creators for two classes');
  const handles = [Left, Left, Right].map((jsClass) => typeOf(jsClass, create));
  assert.equal(created, 2, 'a type that is there is found');
  const [left, again, right] = handles.map(addressOf);
  assert.equal(left, again);
  assert.notEqual(left, right);
  for (const handle of handles) releaseObject(handle);
}

/** @param {import('../stage.mjs').Part} part */
export function asker({ until, random, data }) {
  const view = openView(random, /** @type {Int32Array} */ (data));
  do {
    view.visit(Math.floor(random() * TYPES));
    if (random() < 0.1) deriveTypes(random);
  } while (Date.now() < until);
  for (const [serial, times] of view.published) {
    assertFewEnough(times, serial, 'creators of one thread');
  }
}

/**
 * A creator runs once, and again after a change; one that runs during a change counts for nothing.
 * @param {number} times
 * @param {number} serial
 * @param {string} what
 */
function assertFewEnough(times, serial, what) {
  if (times <= 1) return;
  const handle = runPython(`sys.begun_of(${serial})`);
  const changes = Number(reprOf(handle));
  releaseObject(handle);
  assert.ok(times <= 1 + 2 * changes, `${times} ${what} for a type with ${changes} changes`);
}

/** @param {import('../stage.mjs').Part} part */
export function victim({ random, data }) {
  const shared = /** @type {Int32Array} */ (data);
  const type = runPython(`sys.types[${Math.floor(random() * TYPES)}]`);
  classOf(type, ({ offer }) => {
    offer({ complete: false });
    classOf(runPython('int'), () => ({ complete: false }));
    Atomics.store(shared, STUCK, 1);
    parentPort?.postMessage('in the creator');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // until it is terminated
    throw new Error('it came back');
  });
}

/**
 * @param {import('../stage.mjs').Part} part
 * @param {Int32Array} shared
 */
async function terminateInCreators(part, shared) {
  do {
    const { workers, ended } = startCrew(import.meta.url, 'victim', 1, part, shared);
    const [worker] = /** @type {[import('node:worker_threads').Worker]} */ (workers);
    await once(worker, 'message');
    Atomics.store(shared, STUCK, 0);
    await worker.terminate();
    await ended;
  } while (Date.now() < part.until);
}

export default async function recursive() {
  const part = mainPart();
  const shared = new Int32Array(new SharedArrayBuffer((COMPUTED + SERIALS) * 4));
  python.run(SOURCE);
  const before = { core: loadCore().statistics(), cache: typeCacheStatistics() };
  await whileCollecting(async () => {
    const crew = startCrew(import.meta.url, 'asker', WORKERS, part, shared);
    python.run(`
sys.changer = threading.Thread(target=change_until_told, args=(${part.seed},), name='changer')
sys.changer.start()
`);
    await Promise.all([crew.ended, terminateInCreators(part, shared)]);
    python.run('sys.settled.set(); sys.changer.join()');
  });
  const made = python.eval('next(serials)');
  assert.ok(made < SERIALS);
  for (let serial = 0; serial < made; serial++) {
    const times = Atomics.load(shared, COMPUTED + serial);
    assertFewEnough(times, serial, 'creators of a shared record');
  }
  const { creation } = emitStatistics();
  assert.equal(creation.waiting, 0, 'waiters');
  assert.equal(creation.held, 0, 'holders');
  const after = { core: loadCore().statistics(), cache: typeCacheStatistics() };
  assert.equal(after.core.environments, before.core.environments, 'environments');
  assert.equal(after.core.handlesLeaked, before.core.handlesLeaked, 'leaked handles');
  assert.equal(after.cache.classes, before.cache.classes, 'types of classes');
  assert.ok(after.cache.created > before.cache.created);
  assert.ok(after.cache.abandoned > before.cache.abandoned);
  assert.ok(after.cache.entries <= before.cache.entries + TYPES, 'entries of ended threads');
  // What the others left does not stop this thread.
  const view = openView(() => 1, shared);
  for (let i = 0; i < TYPES; i++) view.visit(i);
  assert.equal(view.published.size, TYPES);
}
