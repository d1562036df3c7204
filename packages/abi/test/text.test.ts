import { describe, expect, it } from 'vitest';

import { createFunction, runPython, startPython } from '../src/index.js';
import { checkedName, checkedText } from '../src/text.js';

const invalid = expect.objectContaining({ name: 'NogilError', code: 'INVALID_ARGUMENT' }) as Error;

describe('text on its way into the core', () => {
  it.each(['', 'plain', 'é\u{1f40d}\ufffd', 'a\0b'])('%j is taken as it is', (text) => {
    expect(checkedText('text', text)).toBe(text);
  });

  it.each(['\ud800', 'a\udfff', '\udc00\ud800'])(
    '%j is refused: it would arrive changed',
    (text) => {
      expect(() => checkedText('text', text)).toThrow(invalid);
      expect(() => runPython(`'${text}'`)).toThrow(invalid);
      expect(() => createFunction(() => null, { name: text })).toThrow(invalid);
    },
  );

  it('a name is refused that would be cut short', () => {
    expect(() => checkedName('name', 'a\0b')).toThrow(invalid);
    const library = '/lib/libpython3.so\0';
    expect(() => {
      startPython({ executable: '/usr/bin/python3', library });
    }).toThrow(invalid);
  });

  it('what is no text is refused', () => {
    expect(() => checkedText('text', undefined as unknown as string)).toThrow(invalid);
    expect(() => runPython(5 as unknown as string)).toThrow(invalid);
  });
});
