import { describe, expect, it } from 'vitest';

import { checkByReference as check } from './jsproxy.js';

describe('an Array in Python', () => {
  it('is a MutableSequence with all that goes with it', () => {
    const array = [1, 2, 3];
    check(
      `
import collections.abc as abc
assert isinstance(x, abc.MutableSequence) and not isinstance(x, (abc.Mapping, abc.Set, abc.Iterator))
assert len(x) == 3 and list(x) == [1, 2, 3] and x[0] == 1 and x[-1] == 3
assert 2 in x and 9 not in x and x.index(3) == 2 and x.count(1) == 1
assert list(reversed(x)) == [3, 2, 1]
x.append(4); x.extend([5, 6]); x.insert(0, 0); x.insert(-1, 'i'); x += [7]
assert list(x) == [0, 1, 2, 3, 4, 5, 'i', 6, 7], list(x)
assert x.pop() == 7 and x.pop(0) == 0
x.remove('i'); x.reverse()
assert list(x) == [6, 5, 4, 3, 2, 1]
x[0] = 60; x[-1] = 10
del x[1]
assert raises(IndexError, lambda: x[9]) and raises(IndexError, lambda: x[-9])
assert raises(IndexError, lambda: x.__setitem__(9, 0)) and raises(IndexError, lambda: x.__delitem__(9))
assert 'str' in raises(TypeError, lambda: x['0'])`,
      array,
    );
    expect(array).toEqual([60, 4, 3, 2, 10]);
  });

  it('has slices, as a list has them', () => {
    const array = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    check(
      `
reference = list(range(10))
slices = [slice(a, b, c) for a in (None, 0, 3, -2, 20, -20) for b in (None, 0, 5, -1, 20, -20) for c in (None, 1, 2, -1, -3)]
for s in slices:
    assert list(x[s]) == reference[s], s
for s in slices:
    for new in ([], ['a'], ['a', 'b', 'c']):
        expected = list(reference)
        mine = x[:]
        try:
            expected[s] = new
        except ValueError:
            assert raises(ValueError, lambda: mine.__setitem__(s, new)), s
        else:
            mine[s] = new
            assert list(mine) == expected, (s, new, list(mine), expected)
    expected, mine = list(reference), x[:]
    del expected[s]
    del mine[s]
    assert list(mine) == expected, s`,
      array,
    );
    expect(array).toHaveLength(10);
  });

  it('takes more values at a time than a call has arguments', () => {
    const array: number[] = [];
    check(`x.extend(range(50_000)); x[1:1] = ['a'] * 20_000; del x[1:20_001]`, array);
    expect(array).toEqual(Array.from({ length: 50_000 }, (_, i) => i));
  });

  it('may be sparse: a hole is None; and frozen: then it cannot be set', () => {
    check(
      `
assert list(x) == [1, None, 3]
assert raises(TypeError, lambda: y.__setitem__(0, 5))
assert raises(Exception, lambda: y.append(1))
assert x.fill(2) is x`,
      Object.assign(new Array<number>(3), { 0: 1, 2: 3 }),
      Object.freeze([1]),
    );
  });

  it('is false when it is empty, and equal to itself alone', () => {
    check(`assert not x and y and x == x and x != z and x != []`, [], [0], []);
  });
});

describe('a Map in Python', () => {
  it('is a MutableMapping with all that goes with it', () => {
    const key = { a: 1 };
    const map = new Map<unknown, unknown>([
      ['a', 1],
      [key, 'object'],
      ['none', undefined],
    ]);
    check(
      `
import collections.abc as abc
assert isinstance(x, abc.MutableMapping) and not isinstance(x, (abc.Sequence, abc.Set))
assert len(x) == 3 and x['a'] == 1 and x[y] == 'object' and x['none'] is None
assert 'a' in x and y in x and 'b' not in x
assert 'b' in raises(KeyError, lambda: x['b']) and raises(KeyError, lambda: x.__delitem__('b'))
assert x.get('b', 5) == 5 and x.get('a') == 1
assert list(x.keys())[0] == 'a' and list(x.values())[1] == 'object' and list(x.items())[0] == ('a', 1)
x['b'] = 2
x.update(c=3)
assert x.pop('c') == 3 and x.setdefault('d', 4) == 4
del x['d']
assert dict(x)['b'] == 2 and x == x and hash(x) == hash(x) and x != dict(x)
assert x.js_get('size') == 4 and x.forEach is not None`,
      map,
      key,
    );
    expect([...map.keys()]).toEqual(['a', key, 'none', 'b']);
    check(`x.clear(); assert not x`, map);
    expect(map.size).toBe(0);
  });
});

describe('a Set in Python', () => {
  it('is a MutableSet with all that goes with it', () => {
    const set = new Set<unknown>([1, 2]);
    check(
      `
import collections.abc as abc
assert isinstance(x, abc.MutableSet) and not isinstance(x, (abc.Sequence, abc.Mapping))
assert len(x) == 2 and 1 in x and 5 not in x and set(x) == {1, 2}
x.add(3); x.discard(9); x.remove(1)
assert raises(KeyError, lambda: x.remove(9))
assert x | {7} == {2, 3, 7} and x & {2} == {2} and x - {2} == {3} and x.isdisjoint({1})
assert x <= {2, 3, 4} and not x <= {2}
x |= {8}
assert x.pop() in {2, 3, 8} and len(x) == 2`,
      set,
    );
    expect(set.size).toBe(2);
  });
});

describe('a plain object in Python', () => {
  it('has attributes, and is a mapping when it is asked for as one', () => {
    const object: Record<string, unknown> = { a: 1, keys: 'mine', ['__proto__']: 'own' };
    check(
      `
import collections.abc as abc
assert x.a == 1 and x.keys == 'mine' and x.object_keys()[0] == 'a'
assert not isinstance(x, abc.Mapping) and raises(TypeError, lambda: x['a'])
m = x.as_object_map()
assert isinstance(m, abc.MutableMapping) and dict(m) == {'a': 1, 'keys': 'mine', '__proto__': 'own'}, dict(m)
assert 'toString' not in m and raises(KeyError, lambda: m['toString']) and 5 not in m
m['b'] = 2
del m['a']
assert m.pop('keys') == 'mine' and len(m) == 2
assert raises(TypeError, lambda: m.__setitem__(1, 2))
assert m['__proto__'] == 'own' and x.js_get('__proto__') == 'own'`,
      object,
    );
    expect(Object.keys(object)).toEqual(['__proto__', 'b']);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  });
});

describe('what is like a container', () => {
  it('has items where it has get and has, and a length where it has one', () => {
    const search = new URLSearchParams('a=1&b=2');
    check(
      `
import collections.abc as abc
assert x['a'] == '1' and 'b' in x and 'c' not in x and raises(KeyError, lambda: x['c'])
x['c'] = '3'
del x['a']
assert not hasattr(x, '__len__') or len(x) == 2
assert [list(pair) for pair in x] == [['b', '2'], ['c', '3']]
assert isinstance(x, abc.Iterable) and not isinstance(x, abc.Mapping)
assert len(y) == 2 and bool(z)`,
      search,
      Object.assign(Object.create({}) as object, { length: 2 }),
      { length: 0 },
    );
    expect(search.toString()).toBe('b=2&c=3');
  });
});
