import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { nogil, programs } from './command-line.js';

const { folder, file } = programs();
const at = { cwd: folder };
const posix = process.platform !== 'win32';

/** What programs must get as it is. */
const ARGUMENTS = [
  '',
  '--',
  '-h',
  '--help',
  '--version',
  'a b',
  '"',
  "'",
  '$HOME',
  '*',
  'ü\u{1F600}',
];

describe('nogil run FILE.py', () => {
  it('runs it as the module __main__, with its arguments as they are', async () => {
    const program = file(
      'arguments.py',
      `
import json, sys
print(json.dumps([__name__, __file__, sys.argv, sys.path[0], __spec__, sys.modules["__main__"].ARGUMENTS is sys.argv])
      if (ARGUMENTS := sys.argv) else None)
`,
    );
    const { code, stdout, stderr } = await nogil(['run', program, ...ARGUMENTS], at);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([
      '__main__',
      join(folder, program),
      [program, ...ARGUMENTS],
      folder,
      null,
      true,
    ]);
    expect(code).toBe(0);
  });

  it('has JavaScript at hand, which comes to its end, too', async () => {
    const program = file(
      'javascript.py',
      'import js\njs.setTimeout(lambda: print("later"), 10)\nprint(js.Math.max(1, 2))\n',
    );
    expect(await nogil(['run', program], at)).toMatchObject({ code: 0, stdout: '2\nlater\n' });
  });

  it('waits for threads, as Python does', async () => {
    const program = file(
      'threads.py',
      `
import atexit, threading
nobody = threading.Event()
def late():
    nobody.wait(0.5)
    print("thread")
atexit.register(print, "atexit")
threading.Thread(target=late).start()
threading.Thread(target=nobody.wait, daemon=True).start()
print("end of file")
`,
    );
    expect(await nogil(['run', program], at)).toMatchObject({
      code: 0,
      stdout: 'end of file\nthread\natexit\n',
    });
  });

  it('waits for what executors have to do, and not for executors that idle', async () => {
    const program = file(
      'executor.py',
      `
import atexit, threading
from concurrent.futures import ThreadPoolExecutor
nobody = threading.Event()
executor = ThreadPoolExecutor(1)
for number in range(2):
    executor.submit(lambda: (nobody.wait(0.3), print("executor")))
atexit.register(print, "atexit")
print("end of file")
`,
    );
    expect(await nogil(['run', program], at)).toMatchObject({
      code: 0,
      stdout: 'end of file\nexecutor\nexecutor\natexit\n',
    });
  });

  it.each([
    ['sys.exit(7)', 7, ''],
    ['sys.exit(256 + 3)', 3, ''],
    ['sys.exit()', 0, ''],
    ['import js; js.setTimeout(lambda: print("never"), 60000); sys.exit(0)', 0, ''],
    ['sys.exit("what is wrong")', 1, 'what is wrong\n'],
  ])('ends with the code of %s', async (source, code, stderr) => {
    const program = file('exits.py', `import sys\n${source}\n`);
    expect(await nogil(['run', program], at)).toMatchObject({ code, stdout: '', stderr });
  });

  it('prints what it raises as Python does, without a frame of nogil', async () => {
    const program = file('raises.py', 'def f():\n    return 1 / 0\nf()\n');
    const { code, stderr } = await nogil(['run', program], at);
    expect(code).toBe(1);
    const frames = stderr.split('\n').filter((line) => line.startsWith('  File'));
    expect(frames).toEqual([
      `  File "${join(folder, program)}", line 3, in <module>`,
      `  File "${join(folder, program)}", line 2, in f`,
    ]);
    expect(stderr).toMatch(/^Traceback/);
    expect(stderr).toMatch(/ZeroDivisionError: division by zero\n$/);
  });

  it('refuses what is no Python with Python’s own words', async () => {
    const { code, stderr } = await nogil(['run', file('syntax.py', 'def\n')], at);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ {2}File ".*syntax\.py", line 1\n[^]*SyntaxError/);
  });

  it.runIf(posix)('ends by SIGINT when that interrupts it, after its finally blocks', async () => {
    const program = file(
      'interrupted.py',
      `
try:
    print("ready")
    while True: pass
finally:
    print("finally")
`,
    );
    const whenReady = (child: { kill: (signal: NodeJS.Signals) => void }): void => {
      child.kill('SIGINT');
    };
    const ended = await nogil(['run', program], { ...at, whenReady });
    expect(ended).toMatchObject({ code: null, signal: 'SIGINT', stdout: 'ready\nfinally\n' });
    expect(ended.stderr).toMatch(/KeyboardInterrupt\n$/);
  });
});

describe('nogil run FILE.mjs', () => {
  it('runs it as the main program, with its arguments as they are', async () => {
    const program = file(
      'arguments.mjs',
      'console.log(JSON.stringify([process.argv.slice(1), process.execArgv]));',
    );
    const { code, stdout } = await nogil(['run', program, ...ARGUMENTS], {
      ...at,
      engine: ['--no-deprecation'],
    });
    expect(JSON.parse(stdout)).toEqual([
      [join(folder, program), ...ARGUMENTS],
      ['--no-deprecation'],
    ]);
    expect(code).toBe(0);
  });

  it('ends with its exit code', async () => {
    expect(await nogil(['run', file('exits.mjs', 'process.exit(9)')], at)).toMatchObject({
      code: 9,
    });
  });

  it.runIf(posix)('ends by the signal that it ended by', async () => {
    const program = file(
      'killed.cjs',
      'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000);',
    );
    expect(await nogil(['run', program], at)).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it.runIf(posix).each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)(
    'passes %s on, and ends as the program then does',
    async (signal) => {
      const program = file(
        `hears-${signal}.mjs`,
        `process.once('${signal}', () => { console.log('heard'); process.exitCode = 4; clearInterval(alive); });
         const alive = setInterval(() => undefined, 1000);
         console.log('ready');`,
      );
      const ended = await nogil(['run', program], {
        ...at,
        whenReady: (child) => child.kill(signal),
      });
      expect(ended).toMatchObject({ code: 4, signal: null, stdout: 'ready\nheard\n' });
      const deaf = file('deaf.mjs', "console.log('ready'); setInterval(() => undefined, 1000);");
      const by = await nogil(['run', deaf], { ...at, whenReady: (child) => child.kill(signal) });
      expect(by).toMatchObject({ code: null, signal });
    },
  );
});

describe('nogil run FILE.ts', () => {
  const program = file('typed.ts', 'const answer: number = 42;\nconsole.log(answer);\n');
  const strips = Boolean((process.features as { typescript?: unknown }).typescript);

  it.runIf(strips)('is run where the engine strips types', async () => {
    expect(await nogil(['run', program], at)).toMatchObject({ code: 0, stdout: '42\n' });
  });

  it('is refused where the engine strips none', async () => {
    const engine = strips ? ['--no-experimental-strip-types'] : [];
    const { code, stdout, stderr } = await nogil(['run', program], { ...at, engine });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^nogil: Node .* does not run TypeScript, and typed\.ts is that/);
  });
});

it.each([
  [['run'], /missing required argument 'file'/],
  [['run', '--unknown', 'x.py'], /unknown option '--unknown'/],
  [['run', 'nothing.py'], /nothing\.py does not exist/],
  [['run', '.'], /\. is no file/],
  [['run', 'notes.txt'], /what notes\.txt is, its name does not say: \.py/],
  [['unknown'], /unknown command 'unknown'/],
])('nogil %j is refused with 1', async (args, message) => {
  file('notes.txt', 'print(1)');
  const { code, stdout, stderr } = await nogil(args, at);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(message);
});

it.each([[], ['run'], ['python'], ['python', 'install'], ['pip'], ['doctor']])(
  'nogil %s --help explains it',
  async (...command) => {
    const { code, stdout } = await nogil([...command, '--help'], at);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: ${['nogil', ...command].join(' ')} `));
  },
);
