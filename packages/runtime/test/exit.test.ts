import type { ChildProcess } from 'node:child_process';

import { expect, it } from 'vitest';

import { ends, entry, NOTHING_LOST } from './ending-program.js';

const kill =
  (signal: NodeJS.Signals) =>
  (child: ChildProcess): void => {
    child.kill(signal);
  };
const IDLE = 'setInterval(() => {}, 1000); ready();';

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends Python, and then the process, by that signal',
  async (signal) => {
    expect(await ends(IDLE, kill(signal))).toMatchObject({ signal, stdout: NOTHING_LOST });
  },
);

it('a signal interrupts Python code that computes', async () => {
  const outcome = await ends(`python.run('ready()\\nwhile True: pass');`, kill('SIGTERM'));
  expect(outcome).toMatchObject({ signal: 'SIGTERM', stdout: NOTHING_LOST });
});

it('an exit code that the interrupted program chooses does not hide the signal', async () => {
  const program = `try { python.run('ready()\\nwhile True: pass'); } catch { process.exit(9); }`;
  const outcome = await ends(program, kill('SIGINT'));
  expect(outcome).toMatchObject({ signal: 'SIGINT', stdout: NOTHING_LOST });
});

it('a signal does not wait for a thread that sleeps in C', async () => {
  const outcome = await ends(`python.run('ready()\\ntime.sleep(1000)');`, kill('SIGTERM'));
  expect(outcome).toMatchObject({ signal: 'SIGTERM', stdout: NOTHING_LOST });
});

it('a second signal ends the process sooner than Python would have had to', async () => {
  let first = 0;
  const outcome = await ends(
    `python.run('atexit.register(lambda: time.sleep(1000))'); ${IDLE}`,
    (child) => {
      first = performance.now();
      child.kill('SIGTERM');
      // Later than one Ctrl-C that arrives twice: through the terminal and through npm.
      setTimeout(() => child.kill('SIGTERM'), 300);
    },
  );
  expect(outcome.signal).toBe('SIGTERM');
  expect(performance.now() - first).toBeLessThan(2000); // what Python has after a signal
});

it('a listener of the program takes the signal', async () => {
  const outcome = await ends(
    `process.on('SIGTERM', () => process.exit(3)); ${IDLE}`,
    kill('SIGTERM'),
  );
  expect(outcome).toMatchObject({ code: 3, signal: null, stdout: NOTHING_LOST });
});

it('when the last listener is gone, the signal ends Python again', async () => {
  const program = `
    const listener = () => {};
    process.on('SIGTERM', listener);
    process.off('SIGTERM', listener);
    ${IDLE}`;
  const outcome = await ends(program, kill('SIGTERM'));
  expect(outcome).toMatchObject({ signal: 'SIGTERM', stdout: NOTHING_LOST });
});

it('NOGIL_SIGNALS=0 leaves the signals alone', async () => {
  const outcome = await ends(IDLE, kill('SIGTERM'), { NOGIL_SIGNALS: '0' });
  expect(outcome).toMatchObject({ signal: 'SIGTERM', stdout: 'buffered\n' });
});

it('NOGIL_SIGNALS of another value is an error', async () => {
  const outcome = await ends('', undefined, { NOGIL_SIGNALS: 'no' });
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain('NOGIL_SIGNALS is "no"; it is 0 or 1');
});

it('a forked child of Python dies of a signal as any other', async () => {
  const program = `
    console.log(String(python.run(\`
import multiprocessing
process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(1000,))
process.start()
process.terminate()
process.join()
process.exitcode
\`)));`;
  const outcome = await ends(program);
  expect(outcome.stdout).toContain('-15\n');
  expect(outcome).toMatchObject({ code: 0 });
});

it('listeners for exit may use Python, and the code they set counts', async () => {
  const program = `
    process.on('exit', () => {
      python.run('sys.stdout.write("exit listener\\\\n")');
      process.exitCode = 4;
    });`;
  expect(await ends(program)).toMatchObject({
    code: 4,
    stdout: 'buffered\nexit listener\natexit\n',
  });
});

/** Python's end waits for such a worker for a part of its bound. What is left is plenty, also on a busy machine. */
const PATIENT = { NOGIL_EXIT_BOUND: '6000' };

/** A worker that sleeps in C for ever: Node would join it for as long. */
const BUSY_WORKER = `
  const source = "import { python } from " + ${JSON.stringify(JSON.stringify(entry))} + ";" +
    "python.run('import time; asleep = True; time.sleep(1000)');";
  new Worker(new URL('data:text/javascript,' + encodeURIComponent(source)));
  while (python.eval('"asleep" in globals()') !== true) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
`;

it('a watchdog ends a process that would wait for a worker, with its exit code', async () => {
  const outcome = await ends(`${BUSY_WORKER} process.exit(5);`, undefined, PATIENT);
  expect(outcome).toMatchObject({ code: 5, stdout: NOTHING_LOST });
});

it('the watchdog sees an exit code that a listener sets at the last moment', async () => {
  const program = `
    ${BUSY_WORKER}
    process.on('exit', () => { process.exitCode = 6; });
    process.exit(5);`;
  expect(await ends(program, undefined, PATIENT)).toMatchObject({ code: 6, stdout: NOTHING_LOST });
});

it('an uncaught error ends Python, and the process with its code', async () => {
  const program = `${BUSY_WORKER} throw new Error('nobody catches this');`;
  const outcome = await ends(program, undefined, PATIENT);
  expect(outcome).toMatchObject({ code: 1, stdout: NOTHING_LOST });
  expect(outcome.stderr).toContain('nobody catches this');
});
