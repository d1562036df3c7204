import { describe, expect, test } from 'vitest';
import { buildEnvironment, configureArguments } from '../src/install/build.js';
import { pythonVariants, variantFacts, type PythonVariant } from '../src/install/variant.js';

const tools = {
  compiler: ['ccache', 'gcc'],
  make: 'make',
  cppflags: '-I/opt/include',
  ldflags: '-L/opt/lib',
  configure: [],
};

function arguments_(variant: PythonVariant, platform: NodeJS.Platform = 'linux'): string[] {
  const facts = variantFacts(variant);
  return configureArguments({ facts, prefix: '/p', tools, env: { CFLAGS: '-pipe' } }, platform);
}

describe('the configure command', () => {
  test('finds its library relative to the program, through make and the shell', () => {
    expect(arguments_('3.14t')).toEqual([
      '--prefix=/p',
      '--enable-shared',
      '--with-ensurepip=install',
      '--disable-gil',
      'CC=ccache gcc',
      'CPPFLAGS=-I/opt/include',
      'CFLAGS=-pipe',
      'LDFLAGS=-L/opt/lib -Wl,-rpath,\\$$ORIGIN/../lib -Wl,-rpath,/p/lib',
    ]);
    expect(arguments_('3.14', 'darwin').at(-1)).toContain('-rpath,@loader_path/../lib');
  });

  test.each([
    ['3.14', [], ['--disable-gil', '--with-pydebug', '--with-thread-sanitizer']],
    ['3.14d', ['--with-pydebug'], ['--disable-gil']],
    ['3.14td', ['--with-pydebug', '--disable-gil'], ['--with-thread-sanitizer']],
    ['3.14t-tsan', ['--disable-gil', '--with-thread-sanitizer'], ['--with-pydebug']],
  ] as const)('of %s', (variant, present, absent) => {
    const words = arguments_(variant);
    expect(words).toEqual(expect.arrayContaining([...present]));
    for (const word of absent) {
      expect(words).not.toContain(word);
    }
  });

  test('under a sanitizer keeps frames and compiles with -O1 last', () => {
    expect(arguments_('3.14t-tsan')).toContain('CFLAGS=-pipe -O1 -g -fno-omit-frame-pointer');
  });

  test('every variant has its own name and flags', () => {
    const commands = pythonVariants.map((variant) => arguments_(variant).join(' '));
    expect(new Set(commands).size).toBe(5);
  });
});

test("the build environment has nothing of another Python's in it", () => {
  const env = {
    PATH: '/bin',
    PYTHONHOME: '/other',
    VIRTUAL_ENV: '/venv',
    MAKEFLAGS: '-j64',
    DESTDIR: '/elsewhere',
    LANG: 'de_DE.UTF-8',
    https_proxy: 'http://proxy',
  };
  expect(buildEnvironment(env)).toEqual({
    PATH: '/bin',
    https_proxy: 'http://proxy',
    LC_ALL: 'C',
    TSAN_OPTIONS: 'report_bugs=0:exitcode=0',
  });
});
