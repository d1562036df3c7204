// @ts-check
import { expect, test } from 'vitest';
import { readArguments } from '../harness/arguments.mjs';

test('without options everything is measured, and written', () => {
  const choice = readArguments([]);
  expect(choice.complete).toBe(true);
  expect(choice.wants('pymport', '3.12.1')).toBe(true);
  expect(choice.rows.length).toBeGreaterThan(25);
});

test('a name that is one is that row; another text is every row that contains it', () => {
  const ids = (/** @type {string} */ row) => readArguments(['--row', row]).rows.map(({ id }) => id);
  expect(ids('call')).toEqual(['call']);
  expect(ids('js-')).toEqual(['js-attribute', 'js-method']);
});

test('columns and Pythons are chosen, and then nothing is written', () => {
  const choice = readArguments(['--', '--column', 'nogil', '--python', '3.14']);
  expect(choice.complete).toBe(false);
  expect(choice.wants('nogil-bun', '3.14.5t')).toBe(true);
  expect(choice.wants('nogil-bun', '3.12.1')).toBe(false);
  expect(choice.wants('floor', '3.14.5t')).toBe(false);
  expect(readArguments(['--quick']).complete).toBe(false);
  expect(readArguments(['--processor-time']).complete).toBe(false);
});

test('what nothing is called is an error that lists what there is', () => {
  expect(() => readArguments(['--row', 'nothing'])).toThrow(
    /--row nothing: there are crossing, call/,
  );
});
