import { describe, expect, test } from 'vitest';
import { compareBuildNames } from '../src/discovery/build-name.js';
import { buildText, matchesRequest, parseVersionRequest } from '../src/version-request.js';

function build(text: string): Parameters<typeof matchesRequest>[1] {
  const { major, minor, micro, freeThreaded, debug, sanitizer } = parseVersionRequest(text);
  const numbers = { major, minor: minor ?? 0, micro: micro ?? 0 };
  const version = {
    ...numbers,
    releaselevel: 'final',
    serial: 0,
    text: `${numbers.major}.${numbers.minor}.${numbers.micro}`,
  };
  return { version, freeThreaded, debug, sanitizer };
}

describe('version requests', () => {
  test.each([
    ['3', '3.12.1', true],
    ['3.14', '3.14.5', true],
    ['3.14', '3.14.5t', false],
    ['3.14', '3.14.5d', false],
    ['3.14', '3.14.5-asan', false],
    ['3.14t', '3.14.5t', true],
    ['3.14t', '3.14.5', false],
    ['3.14t', '3.14.5t-tsan', false],
    ['3.14t-tsan', '3.14.5t-tsan', true],
    ['3.14d', '3.14.5d', true],
    ['3.14td', '3.14.5td', true],
    ['3.14td', '3.14.5t', false],
    ['3.14.5t', '3.14.5t', true],
    ['3.14.4t', '3.14.5t', false],
    ['3.1', '3.14.5', false],
  ])('%s and a build %s: %s', (request, text, matches) => {
    expect(matchesRequest(parseVersionRequest(request), build(text))).toBe(matches);
  });

  test.each(['3.14.5', '3.14.5t', '3.14.5td', '3.14.5d', '3.14.5t-tsan', '3.14.5-asan'])(
    'a build %s is written the way it is asked for',
    (text) => {
      expect(buildText(build(text))).toBe(text);
    },
  );

  test.each(['', 'latest', '3.', '3.14dt', '3.14T', 'python3.14', '3.14.5.1', '3.14t-msan'])(
    '"%s" is refused with examples',
    (text) => {
      expect(() => parseVersionRequest(text)).toThrow(/not a Python version; write it like 3\.14/);
    },
  );
});

describe('the order of names within a folder', () => {
  test('newer first, free-threaded first, previews, debug builds and other Pythons last', () => {
    const names = ['2.7.18', 'pypy3.11-7.3', '3.9.18', '3.14.0', '3.15.0a2', '3.14.0t', '3.13.0'];
    expect(names.sort(compareBuildNames)).toEqual([
      '3.14.0t',
      '3.14.0',
      '3.13.0',
      '3.9.18',
      '2.7.18',
      '3.15.0a2',
      'pypy3.11-7.3',
    ]);
  });

  test("uv's folders and the names on PATH", () => {
    const uv = [
      'cpython-3.14.5-linux-x86_64-gnu',
      'cpython-3.14.5+freethreaded-linux-x86_64-gnu',
      'cpython-3.14.5+freethreaded+debug-linux-x86_64-gnu',
      'pypy-3.11.13-linux-x86_64-gnu',
      'cpython-3.9.25-linux-x86_64-gnu',
    ];
    expect(uv.sort(compareBuildNames)).toEqual([
      'cpython-3.14.5+freethreaded-linux-x86_64-gnu',
      'cpython-3.14.5+freethreaded+debug-linux-x86_64-gnu',
      'cpython-3.14.5-linux-x86_64-gnu',
      'cpython-3.9.25-linux-x86_64-gnu',
      'pypy-3.11.13-linux-x86_64-gnu',
    ]);
    expect(
      ['python', 'python3', 'python3.9', 'python3.14', 'python3.14t'].sort(compareBuildNames),
    ).toEqual(['python3.14t', 'python3.14', 'python3.9', 'python3', 'python']);
  });
});
