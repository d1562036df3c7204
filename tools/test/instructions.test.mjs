// @ts-check
import { expect, it } from 'vitest';
import { readPart } from '../lib/instructions/callgrind.mjs';
import { verdict } from '../lib/instructions/compare.mjs';

const PART = `version: 1
desc: Trigger: --dump-after=ng_hot_call
positions: line
events: Ir

ob=(1) /core
fl=(1) a.c
fn=(1) ng_hot_call
10 20
cob=(2) /libpython
cfi=(2) b.c
cfn=(2) PyObject_Vectorcall
calls=3 0
* 900
+1 5

ob=(2)
fl=(2)
fn=(2)
0 400
-3 2
fi=(3) c.h
* 1
`;

it('what a function called costs is counted where it stands, not again at the call', () => {
  const { trigger, objects } = readPart(PART);
  expect(trigger).toBe('--dump-after=ng_hot_call');
  expect([...objects]).toEqual([
    ['/core', 25],
    ['/libpython', 403],
  ]);
});

it('a line nobody knows is an error, not a smaller sum', () => {
  expect(() => readPart('fn=ng_hot_call\n1 2\n')).toThrow(/fn=ng_hot_call/);
});

it('more than the tolerance is refused, and so is a baseline that allows too much', () => {
  expect(verdict(500, 519)).toBeUndefined();
  expect(verdict(500, 521)).toMatch(/21 more/);
  expect(verdict(500, 479)).toMatch(/21 fewer/);
  expect(verdict(50, 56)).toBeUndefined();
  expect(verdict(undefined, 1)).toMatch(/no baseline/);
});
