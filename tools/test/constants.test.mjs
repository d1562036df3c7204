// @ts-check
import { describe, expect, test } from 'vitest';
import { readHeader } from '../lib/c-header.mjs';
import { renderConstants } from '../lib/constants.mjs';

describe('reading a header', () => {
  test('enumerators keep their names, values and comments', () => {
    const { enumerations } = readHeader(
      [
        '/* What is answered. */',
        'typedef enum ng_status {',
        '    NG_OK = 0, /* fine */',
        '    /* about the next,',
        '     * over two lines */',
        '    NG_BAD = -1,',
        '    NG_FLAG = 1 << 4,',
        '    NG_HEX = 0x1Fu',
        '} ng_status;',
        '',
      ].join('\n'),
    );
    expect(enumerations).toEqual([
      {
        name: 'ng_status',
        comment: 'What is answered.',
        constants: [
          { name: 'NG_OK', value: 0, comment: 'fine' },
          { name: 'NG_BAD', value: -1, comment: 'about the next, over two lines' },
          { name: 'NG_FLAG', value: 16, comment: '' },
          { name: 'NG_HEX', value: 31, comment: '' },
        ],
      },
    ]);
  });

  test('integer defines are taken, other macros are not', () => {
    const { defines } = readHeader(
      '#define NG_ABI_VERSION 3 /* raised */\n#define NG_API extern\n#define NG_SIZE (1 << 20)\n' +
        '#define OTHER 1\n#define NG_NAME "1"\n#define NG_H_\n',
    );
    expect(defines.map(({ name, value }) => [name, value])).toEqual([
      ['NG_ABI_VERSION', 3],
      ['NG_SIZE', 1_048_576],
    ]);
  });

  /** @type {[string, string, RegExp][]} */
  const refused = [
    [
      'an enumerator without a value',
      'typedef enum ng_a {\n    NG_A\n} ng_a;\n',
      /no explicit value/,
    ],
    [
      'a value that is no literal',
      'typedef enum ng_a {\n    NG_A = NG_B\n} ng_a;\n',
      /not an integer/,
    ],
    ['a value beyond 2^53', '#define NG_A 0x20000000000000\n', /too large/],
    ['an expression in a define', '#define NG_A (1 + 1)\n', /not an integer/],
    ['an enumeration written otherwise', 'enum ng_a { NG_A = 1 };\n', /opens 1 enumerations/],
  ];
  test.each(refused)('%s is refused, not left out', (_, header, message) => {
    expect(() => readHeader(header)).toThrow(message);
  });
});

test('the output is plain constants with the C names and one type for each enumeration', () => {
  const header =
    '#define NG_ABI_VERSION 1\ntypedef enum ng_a_b {\n    NG_X = 1,\n    NG_Y = 2\n} ng_a_b;\n';
  const code = renderConstants(header);
  expect(code).toContain('export const NG_ABI_VERSION = 1;\n');
  expect(code).toContain('export const NG_X = 1;\n');
  expect(code).toContain('export type NgAB =\n  | typeof NG_X\n  | typeof NG_Y;\n');
});
