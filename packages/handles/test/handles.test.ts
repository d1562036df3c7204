import { expect, it } from 'vitest';

import {
  createHandle,
  describeHandle,
  duplicateHandle,
  HandleError,
  handleStatistics,
  openToken,
  releaseHandle,
  releaseHandles,
  releaseToken,
  reprOf,
  shareHandle,
  startPython,
  typeNameOf,
} from '../src/index.js';
import { testPython } from './python.js';

function errorOf(action: () => unknown): HandleError {
  try {
    action();
  } catch (error) {
    if (error instanceof HandleError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

it('figures are there, and all 0, before Python is', () => {
  expect(handleStatistics()).toMatchObject({ live: 0, shared: 0, bytes: 0, environments: [] });
});

it('a handle needs a Python that runs', () => {
  expect(() => createHandle('1')).toThrow(expect.objectContaining({ code: 'PYTHON_NOT_STARTED' }));
});

it('a handle names an object until it is released', async () => {
  startPython(await testPython());
  const handle = createHandle('[1, "two"]');
  expect(reprOf(handle)).toBe("[1, 'two']");
  expect(typeNameOf(handle)).toBe('list');
  expect(describeHandle(handle)).toMatchObject({ kind: 'handle', state: 'live', end: undefined });
  releaseHandle(handle);
  const error = errorOf(() => reprOf(handle));
  expect(error.code).toBe('STALE_HANDLE');
  expect(error.message).toMatch(
    /^handle \d+ was released \(it was made by this JS thread\); keep it/,
  );
  expect(error.history).toMatchObject({ kind: 'handle', state: 'released', end: 'released' });
  expect(error.history.lastOwner).toBe(error.history.here);
});

it('releasing twice is an error, not a second release', () => {
  const kept = createHandle('kept = object(); kept');
  const handle = duplicateHandle(kept);
  releaseHandle(handle);
  expect(
    errorOf(() => {
      releaseHandle(handle);
    }).code,
  ).toBe('STALE_HANDLE');
  expect(reprOf(kept)).toMatch(/object/);
  releaseHandle(kept);
});

it('a reused slot rejects the old handle, and says how often it was used since', () => {
  const old = createHandle('"old"');
  releaseHandle(old);
  const { slot } = describeHandle(old);
  let current = 0;
  for (let i = 0; i < 3; i++) {
    current = createHandle('"new"');
    expect(describeHandle(current).slot).toBe(slot);
    if (i < 2) releaseHandle(current);
  }
  const error = errorOf(() => reprOf(old));
  expect(error.message).toMatch(/used up to 2 times since/);
  expect(error.history).toMatchObject({ state: 'released', end: 'unknown' });
  expect(reprOf(current)).toBe("'new'");
  releaseHandle(current);
});

it('a duplicate lives on its own', () => {
  const one = createHandle('{"a": 1}');
  const two = duplicateHandle(one);
  expect(two).not.toBe(one);
  releaseHandle(one);
  expect(reprOf(two)).toBe("{'a': 1}");
  releaseHandle(two);
});

it('many are released in one go, and what is gone is passed over', () => {
  const before = handleStatistics().live;
  const handles = Array.from({ length: 10_000 }, (_, i) => createHandle(String(i)));
  expect(handleStatistics().live).toBe(before + 10_000);
  releaseHandle(handles[5] as number);
  expect(releaseHandles([...handles, ...handles, NaN, -1])).toBe(9_999);
  expect(handleStatistics().live).toBe(before);
});

it('numbers that never were handles are errors, whatever they are', () => {
  const handle = createHandle('"mine"');
  const forged = [0, -1, 0.5, NaN, Infinity, -Infinity, 2 ** 53, 2 ** 60, Number.MAX_VALUE];
  for (const number of forged) {
    const error = errorOf(() => reprOf(number));
    expect(error.code).toBe('STALE_HANDLE');
    expect(error.message).toContain(`${number} is no handle`);
    expect(error.history).toMatchObject({ kind: 'none', state: 'never' });
  }
  for (const value of ['1', null, undefined, 1n, {}, Symbol('s')] as unknown as number[]) {
    expect(
      errorOf(() => {
        releaseHandle(value);
      }).history.kind,
    ).toBe('none');
  }
  const token = shareHandle(handle);
  releaseToken(token);
  // All over the table, near live slots too; only the one that is live may be found.
  const random = (bound: number): number => Math.floor(Math.random() * bound);
  for (let i = 0; i < 10_000; i++) {
    const guess = i % 2 === 0 ? random(2 ** 53) : handle + random(2 ** 14) * 2 ** random(30);
    if (describeHandle(guess).state === 'live') continue;
    // No expect() of its own for each: that alone would take most of the time.
    const errors = [() => duplicateHandle(guess), () => openToken({ ...token, number: guess })];
    if (!errors.map(errorOf).every(({ code }) => code === 'STALE_HANDLE')) {
      expect.unreachable(`handle ${guess}`);
    }
  }
  expect(reprOf(handle)).toBe("'mine'");
  releaseHandle(handle);
});

it('the name of a type is told without asking its metaclass', () => {
  const handle = createHandle(`
class Meta(type):
    def __getattribute__(self, name):
        raise RuntimeError('asked')
class Shy(metaclass=Meta):
    def __repr__(self):
        raise RuntimeError('asked')
    __class__ = int
Shy()`);
  expect(typeNameOf(handle)).toBe('__main__.Shy');
  expect(() => reprOf(handle)).toThrow(expect.objectContaining({ code: 'PYTHON_RAISED' }));
  releaseHandle(handle);
});

it('a handle is no token, and a token no handle', () => {
  const handle = createHandle('[]');
  const token = shareHandle(handle);
  expect(errorOf(() => reprOf(token.number)).message).toMatch(
    /^token \d+ is live, but not .*open it first/,
  );
  expect(errorOf(() => openToken({ ...token, number: handle })).message).toMatch(
    /is live, but not/,
  );
  releaseToken(token);
  releaseHandle(handle);
});
