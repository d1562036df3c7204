import { describe, expect, it } from 'vitest';

import { type PythonChoice, startPython } from '../src/index.js';

describe('startPython', () => {
  it.each([{}, { executable: '' }, { executable: 3 }, { executable: 'python3', library: 7 }])(
    'says what it wants instead of %j',
    (choice) => {
      expect(() => startPython(choice as PythonChoice)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    },
  );

  it('names a program that cannot be run', () => {
    expect(() => startPython({ executable: '/no/such/python3' })).toThrow(
      expect.objectContaining({
        code: 'PYTHON_NOT_FOUND',
        message: expect.stringContaining('/no/such/python3') as string,
      }),
    );
  });
});
