import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, it } from 'vitest';

const entry = pathToFileURL(join(import.meta.dirname, '../dist/index.js')).href;

const PRELUDE = `
  import { python } from ${JSON.stringify(entry)};
  python.run(\`
def outer():
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("told at the end") from error
\`, { filename: 'failing.py' });
  const { outer } = python.import('__main__');
`;

/** What a program writes to stderr while it ends by an error nobody catches. */
function shown(program: string): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', PRELUDE + program],
    { encoding: 'utf8' },
  );
  return { status, stderr };
}

const forms: readonly (readonly [string, string])[] = [
  ['thrown', 'outer();'],
  ['rejected', '(async () => outer())();'],
  [
    'the cause of another error',
    `try { outer() } catch (cause) { throw new Error('my own', { cause }) }`,
  ],
  [
    'a member of another error',
    `try { outer() } catch (error) { throw new AggregateError([error]) }`,
  ],
];

it.each(forms)(
  'the traceback of an uncaught exception is shown, when it is %s',
  (_form, program) => {
    const { status, stderr } = shown(program);
    expect(stderr).toContain('ValueError: told at the end');
    expect(stderr).toContain('at outer (failing.py:6)');
    expect(stderr).toContain('ZeroDivisionError: division by zero');
    expect(stderr).toContain('at outer (failing.py:4)');
    expect(stderr).not.toContain('not available any more');
    expect(status).toBe(1);
  },
);

it('a listener of the program still handles it', () => {
  const { status, stderr } = shown(`
    process.on('uncaughtException', (error) => {
      console.error('handled', error.name);
    });
    outer();
  `);
  expect(stderr).toBe('handled ValueError\n');
  expect(status).toBe(0);
});

it('an error whose accessors throw is shown by the host', () => {
  const { status, stderr } = shown(`
    throw Object.defineProperty(new Error('odd'), 'cause', { get() { throw new Error('accessor') } });
  `);
  expect(stderr).toContain('Error: odd');
  expect(status).toBe(1);
});
