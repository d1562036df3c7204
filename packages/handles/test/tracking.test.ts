import { execFileSync } from 'node:child_process';

import { beforeAll, expect, it } from 'vitest';

import {
  createHandle,
  duplicateHandle,
  type LeakedHandle,
  leakReport,
  noteCreated,
  noteReleased,
  releaseHandle,
  releaseHandles,
  reprOf,
  startPython,
  trackHandles,
} from '../src/index.js';
import { built, testPython } from './python.js';

beforeAll(async () => {
  startPython(await testPython());
});

function makesOne(): number {
  return createHandle('import fractions; fractions.Fraction(1, 2)');
}

it('without tracking, a leak report knows types and nothing more', () => {
  const handle = makesOne();
  expect(leakReport()).toEqual([
    { handle, type: 'fractions.Fraction', age: undefined, stack: undefined },
  ]);
  releaseHandle(handle);
  expect(leakReport()).toEqual([]);
});

it('with tracking, it knows where and when each was made, the oldest first', () => {
  trackHandles(true);
  const first = makesOne();
  const second = duplicateHandle(first);
  const [older, newer] = leakReport() as [LeakedHandle, LeakedHandle];
  expect([older.handle, newer.handle]).toEqual([first, second]);
  expect(older.age).toBeGreaterThanOrEqual(newer.age as number);
  expect(older.stack).toMatch(/makesOne.*tracking\.test/);
  expect(newer.stack).toMatch(/duplicateHandle/);
  expect(leakReport({ repr: true })[0]?.repr).toBe('Fraction(1, 2)');
  expect(releaseHandles([first, second])).toBe(2);
  expect(leakReport()).toEqual([]);
});

it('the error for a handle that is used after its release says where that was', () => {
  trackHandles(true);
  const handle = makesOne();
  const endsIt = (): void => {
    releaseHandle(handle);
  };
  endsIt();
  expect(() => reprOf(handle)).toThrow(/\nmade:\n[^]*makesOne[^]*\nreleased:\n[^]*endsIt/);
});

it('a repr that fails is told in the report', () => {
  const handle = createHandle(`
class Broken:
    def __repr__(self):
        raise ValueError('no')
Broken()`);
  expect(leakReport()[0]).not.toHaveProperty('repr');
  expect(leakReport({ repr: true })[0]?.repr).toMatch(/^<.*ValueError/);
  releaseHandle(handle);
});

it('turning it off forgets, and notes cost nothing and do nothing', () => {
  trackHandles(true);
  const handle = makesOne();
  trackHandles(false);
  noteCreated(handle);
  expect(leakReport()[0]?.stack).toBeUndefined();
  trackHandles(true);
  noteCreated(handle);
  expect(leakReport()[0]?.stack).toMatch(/tracking\.test/);
  noteReleased(handle);
  releaseHandle(handle);
  trackHandles(false);
});

it('NOGIL_TRACK_HANDLES turns it on from the start', async () => {
  const python = await testPython();
  const program = `
    const handles = require(${JSON.stringify(built)});
    handles.startPython(${JSON.stringify(python)});
    handles.createHandle('[]');
    console.log(handles.leakReport()[0].stack !== undefined);`;
  for (const [setting, expected] of Object.entries({ '1': 'true', '0': 'false', '': 'false' })) {
    const text = execFileSync(process.execPath, ['-e', program], {
      encoding: 'utf8',
      env: { ...process.env, NOGIL_TRACK_HANDLES: setting },
    });
    expect(text.trim()).toBe(expected);
  }
});
