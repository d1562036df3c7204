import { describe, expect, it } from 'vitest';

import { loadCore, type PythonChoice, startPython } from '../src/index.js';

describe('startPython', () => {
  it.each([{}, { executable: '' }, { executable: 3 }, { executable: 'python3', library: 7 }])(
    'says what it wants instead of %j',
    (choice) => {
      expect(() => {
        startPython(choice as PythonChoice);
      }).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    },
  );

  it('names a program that cannot be run', () => {
    expect(() => {
      startPython({ executable: '/no/such/python3' });
    }).toThrow(
      expect.objectContaining({
        code: 'PYTHON_NOT_FOUND',
        message: expect.stringContaining('/no/such/python3') as string,
      }),
    );
  });
});

it('an argument of the wrong type is a TypeError that says which type was expected', () => {
  const core = loadCore();
  expect(() => {
    core.shutdown('soon' as unknown as number);
  }).toThrow(expect.objectContaining({ name: 'TypeError', code: 'INVALID_ARGUMENT' }));
  expect(() => {
    core.shutdown('soon' as unknown as number);
  }).toThrow(/number was expected/);
});
