import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { NogilError } from '@nogil/abi';
import { beforeAll, expect, it } from 'vitest';

import {
  capabilityOf,
  classOf,
  findClass,
  releaseObject,
  runPython,
  startPython,
  typeCacheStatistics,
  typeOf,
} from '../src/index.js';
import { choosePython } from './python.js';

type Derived = new () => object;

const fresh = (): Derived =>
  class {
    readonly derived = true;
  };

beforeAll(() => {
  startPython(choosePython());
  run('import gc');
});

function run(code: string): void {
  releaseObject(runPython(code));
}

/** A creator that counts and makes a fresh class each time. */
function counting(): { create: () => Derived; readonly count: number } {
  let count = 0;
  return {
    create() {
      count += 1;
      return fresh();
    },
    get count() {
      return count;
    },
  };
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof NogilError) return error.code;
    throw error;
  }
  return 'no error';
}

it('makes one class for each type and finds it afterwards', () => {
  const type = runPython('class One: pass\nOne');
  const again = runPython('One');
  const { create } = counting();
  const made = classOf(type, create);
  expect(classOf(again, create)).toBe(made);
  expect(findClass(type)).toBe(made);
  expect(classOf(runPython('int'), create)).not.toBe(made);
});

it('gives two types of the same name a class each', () => {
  const { create } = counting();
  const before = runPython('class Same: pass\nSame');
  const first = classOf(before, create);
  const after = runPython('class Same: pass\nSame');
  expect(classOf(after, create)).not.toBe(first);
  expect(classOf(before, create)).toBe(first);
});

it('shows what was offered to the creation itself', () => {
  const type = runPython('class Recursive: pass\nRecursive');
  let inner: object | undefined;
  const made = classOf<Derived>(type, (creation) => {
    const half = fresh();
    creation.offer(half);
    inner = classOf(type, () => fresh());
    expect(findClass(type)).toBeUndefined();
    return half;
  });
  expect(inner).toBe(made);
});

it('refuses a recursion before anything was offered, and leaves no trace of it', () => {
  const type = runPython('class Impatient: pass\nImpatient');
  const create = (): Derived => classOf(type, create);
  expect(codeOf(() => classOf(type, create))).toBe('CREATION_IN_PROGRESS');
  expect(findClass(type)).toBeUndefined();
  expect(classOf(type, counting().create)).toBeTypeOf('function');
});

it('publishes types that need each other together', () => {
  const left = runPython('class Left: pass\nLeft');
  const right = runPython('class Right: pass\nRight');
  interface Node {
    other?: Node;
  }
  const makeLeft = ({ offer }: { offer: (value: Node) => void }): Node => {
    const node: Node = {};
    offer(node);
    node.other = classOf<Node>(right, makeRight);
    // Complete, but it refers to what is not.
    expect(findClass(right)).toBeUndefined();
    expect(classOf<Node>(right, makeRight)).toBe(node.other);
    return node;
  };
  const makeRight = ({ offer }: { offer: (value: Node) => void }): Node => {
    const node: Node = {};
    offer(node);
    node.other = classOf<Node>(left, makeLeft);
    return node;
  };
  const made = classOf<Node>(left, makeLeft);
  expect(findClass(right)).toBe(made.other);
  expect(made.other?.other).toBe(made);
});

it('undoes a creation that throws, and what was made inside it', () => {
  const outer = runPython('class Outer: pass\nOuter');
  const inner = runPython('class Inner: pass\nInner');
  const { create } = counting();
  const { abandoned } = typeCacheStatistics();
  const failure = new Error('half-way');
  const attempt = (): object =>
    classOf<Derived>(outer, () => {
      classOf(inner, create);
      throw failure;
    });
  expect(attempt).toThrow(failure);
  expect(findClass(outer)).toBeUndefined();
  expect(findClass(inner)).toBeUndefined();
  expect(typeCacheStatistics().abandoned).toBe(abandoned + 2);
  expect(classOf(outer, create)).not.toBe(classOf(inner, create));
});

it('goes on when an inner creation fails and the outer one catches it', () => {
  const outer = runPython('class Careful: pass\nCareful');
  const failing = runPython('class Failing: pass\nFailing');
  const deeper = runPython('class Deeper: pass\nDeeper');
  const kept = runPython('class Kept: pass\nKept');
  const { create } = counting();
  const made = classOf<Derived>(outer, () => {
    classOf(kept, create);
    expect(() =>
      classOf<Derived>(failing, () => {
        classOf(deeper, create);
        throw new Error('inner');
      }),
    ).toThrow('inner');
    return fresh();
  });
  expect(findClass(outer)).toBe(made);
  expect(findClass(kept)).toBeDefined();
  expect(findClass(failing)).toBeUndefined();
  expect(findClass(deeper)).toBeUndefined();
});

it.each([
  ['an attribute is set', 'Changed.attribute = 1'],
  ['a method is replaced', 'Changed.method = lambda self: 2'],
  ['an attribute is deleted', 'del Changed.method'],
  ['a base is changed', 'Base.attribute = 1'],
  ["a base's base is changed", 'Root.attribute = 1'],
  ['its bases are assigned', 'Changed.__bases__ = (Other,)'],
  ['its metaclass is changed', 'Meta.attribute = 1'],
  ['its metaclass is assigned', 'Changed.__class__ = OtherMeta'],
])('makes a class again once %s', (_, change) => {
  const type = runPython(`
class Meta(type): pass
class OtherMeta(Meta): pass
class Root: pass
class Base(Root): pass
class Other(Root): pass
class Changed(Base, metaclass=Meta):
    def method(self): return 1
Changed
`);
  const { create } = counting();
  const first = classOf(type, create);
  expect(findClass(type)).toBe(first);
  run(change);
  expect(findClass(type)).toBeUndefined();
  const second = classOf<Derived>(type, ({ previous }) => {
    expect(previous).toBe(first);
    return create();
  });
  expect(second).not.toBe(first);
  expect(findClass(type)).toBe(second);
});

it('notices every change, not only the first', () => {
  const type = runPython('class Restless: pass\nRestless');
  const counted = counting();
  for (let round = 1; round <= 50; round += 1) {
    run(`Restless.round = ${round}`);
    classOf(type, counted.create);
    classOf(type, counted.create);
    expect(counted.count).toBe(round);
  }
});

it('notices a change made while the class is created', () => {
  const type = runPython('class Moving: pass\nMoving');
  const first = classOf<Derived>(type, () => {
    run('Moving.moved = True');
    return fresh();
  });
  expect(findClass(type)).toBeUndefined();
  expect(classOf(type, counting().create)).not.toBe(first);
});

it('lets a creator mend and keep what there was', () => {
  const type = runPython('class Mended: pass\nMended');
  const first = classOf(type, counting().create);
  run('Mended.more = 1');
  expect(classOf<Derived>(type, ({ previous }) => previous ?? fresh())).toBe(first);
  expect(findClass(type)).toBe(first);
});

it('makes a class again at each use when Python cannot tell whether the type changed', () => {
  const type = runPython(`
class OwnOrder(type):
    def mro(cls): return super().mro()
class Unobservable(metaclass=OwnOrder): pass
Unobservable
`);
  const counted = counting();
  classOf(type, counted.create);
  expect(findClass(type)).toBeUndefined();
  classOf(type, counted.create);
  expect(counted.count).toBe(2);
});

it('notices bases that CPython does not tell of, because they compute their own MRO', () => {
  const type = runPython(`
class OwnOrder(type):
    def mro(cls): return super().mro()
class Root: pass
class Before(Root): pass
class After(Root, metaclass=OwnOrder): pass
class Moved(Before): pass
Moved
`);
  const made = classOf(type, counting().create);
  expect(findClass(type)).toBe(made);
  run('Moved.__bases__ = (After,)');
  expect(findClass(type)).toBeUndefined();
});

it('forgets a type that died, and never takes its successor for it', () => {
  const before = typeCacheStatistics();
  const seen = new Set<object>();
  for (let round = 0; round < 200; round += 1) {
    const type = runPython('class Short: pass\nShort');
    const made = classOf(type, counting().create);
    expect(seen.has(made)).toBe(false);
    seen.add(made);
    releaseObject(type);
  }
  run('del Short; gc.collect()');
  const after = typeCacheStatistics();
  expect(after.deaths - before.deaths).toBe(200);
  expect(after.entries).toBe(before.entries);
});

it('keeps thousands of types', () => {
  const types = Array.from({ length: 3000 }, (_, i) => runPython(`type('Many${i}', (), {})`));
  const made = types.map((type) => classOf(type, counting().create));
  expect(types.map((type) => findClass(type))).toEqual(made);
  expect(typeCacheStatistics().capacity).toBeGreaterThan(3000);
  for (const type of types) releaseObject(type);
  run('gc.collect()');
});

it('refuses what is not a type, and stale handles', () => {
  const { create } = counting();
  expect(codeOf(() => classOf(runPython('1'), create))).toBe('NOT_A_TYPE');
  const type = runPython('class Gone: pass\nGone');
  releaseObject(type);
  expect(codeOf(() => classOf(type, create))).toBe('STALE_HANDLE');
});

it('refuses creators that are asynchronous, return no object, or not what they offered', () => {
  const type = runPython('class Strict: pass\nStrict');
  expect(codeOf(() => classOf(type, () => Promise.resolve({})))).toBe('INVALID_ARGUMENT');
  expect(codeOf(() => classOf(type, () => 1 as unknown as object))).toBe('INVALID_ARGUMENT');
  const two = (creation: { offer: (value: object) => void }): object => {
    creation.offer({});
    return {};
  };
  expect(codeOf(() => classOf(type, two))).toBe('INVALID_ARGUMENT');
  expect(findClass(type)).toBeUndefined();
});

it('lets the handle be released while its class is made', () => {
  const type = runPython("type('Fleeting', (), {})");
  const made = classOf<Derived>(type, () => {
    releaseObject(type);
    run('gc.collect()');
    return fresh();
  });
  expect(made).toBeTypeOf('function');
});

it('makes one Python type for each JavaScript class', () => {
  class Dog {
    readonly legs = 4;
  }
  const create = (): number => runPython("type('Dog', (), {})");
  const first = typeOf(Dog, create);
  const second = typeOf(Dog, () => {
    throw new Error('made twice');
  });
  expect(second).not.toBe(first);
  const value = {};
  expect(classOf(first, () => value)).toBe(value);
  expect(findClass(second)).toBe(value);
  releaseObject(first);
  releaseObject(second);
});

it('offers a half-built Python type, and undoes one whose creator throws', () => {
  class Cat {
    readonly legs = 4;
  }
  expect(() =>
    typeOf(Cat, () => {
      throw new Error('no cat');
    }),
  ).toThrow('no cat');
  const type = typeOf(Cat, (creation) => {
    const half = runPython("type('Cat', (), {})");
    creation.offer(half);
    const inner = typeOf(Cat, () => 0);
    expect(classOf(inner, () => Cat)).toBe(Cat);
    releaseObject(inner);
    return half;
  });
  expect(findClass(type)).toBe(Cat);
  expect(codeOf(() => typeOf(fresh(), () => runPython('1')))).toBe('NOT_A_TYPE');
  releaseObject(type);
});

it('lets go of the Python type of a class that was collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const before = typeCacheStatistics().classes;
  (() => {
    releaseObject(typeOf(fresh(), () => runPython("type('Passing', (), {})")));
  })();
  expect(typeCacheStatistics().classes).toBe(before + 1);
  while (typeCacheStatistics().classes > before) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
});

it('computes a capability record once, also when it is 0', () => {
  const type = runPython('class Capable: pass\nCapable');
  let count = 0;
  const compute = (): number => {
    count += 1;
    return 0;
  };
  expect(capabilityOf(type, compute)).toBe(0);
  expect(capabilityOf(type, compute)).toBe(0);
  expect(count).toBe(1);
  run('Capable.more = 1');
  expect(capabilityOf(type, () => 7)).toBe(7);
  expect(codeOf(() => capabilityOf(runPython('class Odd: pass\nOdd'), () => -1))).toBe(
    'INVALID_ARGUMENT',
  );
});
