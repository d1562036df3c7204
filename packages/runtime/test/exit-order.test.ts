import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { ends, endsFromScratch, entry, NOTHING_LOST } from './ending-program.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nogil-exit-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const file = (): string => join(folder, 'file');
const inFile = (): Promise<string> => readFile(file(), 'utf8');

it('what a file holds is written, though JavaScript refers to it', async () => {
  const outcome = await ends(`
    globalThis.file = python.builtins.open(${JSON.stringify(file())}, 'w');
    file.write('not closed');`);
  expect(outcome).toMatchObject({ code: 0, stdout: NOTHING_LOST, stderr: '' });
  expect(await inFile()).toBe('not closed');
});

it('what files and log handlers hold is written, though a thread runs on', async () => {
  const outcome = await ends(`python.run(\`
import logging.handlers, threading
file = open(${JSON.stringify(file())}, 'w')
file.write('not closed')
records = logging.handlers.MemoryHandler(1000, target=logging.StreamHandler(sys.stdout))
logging.getLogger().addHandler(records)
logging.getLogger().warning('logged')
threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
\`);`);
  expect(outcome).toMatchObject({ code: 0, stdout: 'buffered\nlogged\natexit\n', stderr: '' });
  expect(await inFile()).toBe('not closed');
});

it('a file that cannot be written keeps no other from being written', async () => {
  const outcome = await ends(`python.run(\`
import io
class Refuses(io.RawIOBase):
    def writable(self): return True
    def flush(self): raise RuntimeError('refused')
    def close(self): pass
class Unequal(type):
    def __eq__(self, other): raise RuntimeError('cannot be compared')
class Odd(metaclass=Unequal): pass
odd = [Odd()]
odd[0].self = odd
before, file, after = Refuses(), open(${JSON.stringify(file())}, 'w'), Refuses()
file.write('not closed')
gone = open(os.devnull, 'w')
gone.detach()
\`);`);
  expect(outcome).toMatchObject({ code: 0, stdout: NOTHING_LOST });
  expect(await inFile()).toBe('not closed');
});

it('an executor finishes what it was given, and Python is finalized', async () => {
  const outcome = await ends(`
    python.run(\`
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
def work(i):
    time.sleep(0.05)
    os.write(1, b'%d ' % i)
for i in range(3): pool.submit(work, i)
\`);
    process.stdout.write(String(python.shutdown({ timeout: 60_000 })) + ' ');`);
  expect(outcome).toMatchObject({ code: 0, stdout: 'buffered\n0 1 2 atexit\ntrue ', stderr: '' });
});

it('a thread that is no daemon comes to its end before atexit callbacks run', async () => {
  const outcome = await ends(`
    python.start({ exitBound: 60_000 });
    python.run(\`
import threading
def work():
    time.sleep(0.3)
    sys.stdout.write('worked\\\\n')
threading.Thread(target=work, daemon=False).start()
\`);`);
  expect(outcome).toMatchObject({ code: 0, stdout: 'buffered\nworked\natexit\n', stderr: '' });
});

it('an atexit callback that raises keeps no other from running', async () => {
  const outcome = await ends(`python.run(\`
def fail(): raise RuntimeError('in atexit')
atexit.register(fail)
\`);`);
  expect(outcome).toMatchObject({ code: 0, stdout: NOTHING_LOST });
  expect(outcome.stderr).toContain('RuntimeError: in atexit');
});

const SLOW_CALLBACK = `python.run(\`
def slow():
    time.sleep(3)
    os.write(1, b'slow ')
atexit.register(slow)
\`);`;

it('exitBound says how long atexit callbacks may take', async () => {
  const patient = await ends(`python.start({ exitBound: 60_000 }); ${SLOW_CALLBACK}`);
  expect(patient).toMatchObject({ code: 0, stdout: 'buffered\nslow atexit\n', stderr: '' });
  const impatient = await ends(
    `python.start({ exitBound: 100 }); ${SLOW_CALLBACK} process.exit(8);`,
  );
  expect(impatient).toMatchObject({ code: 8, signal: null });
  expect(impatient.stdout).not.toContain('slow');
});

it('NOGIL_EXIT_BOUND says it where the program does not', async () => {
  const patient = await ends(SLOW_CALLBACK, undefined, { NOGIL_EXIT_BOUND: '60000' });
  expect(patient).toMatchObject({ code: 0, stdout: 'buffered\nslow atexit\n' });
  const overruled = await ends(`python.start({ exitBound: 60_000 }); ${SLOW_CALLBACK}`, undefined, {
    NOGIL_EXIT_BOUND: '100',
  });
  expect(overruled).toMatchObject({ code: 0, stdout: 'buffered\nslow atexit\n' });
});

it('a worker leaves the exit bound as another thread set it', async () => {
  const source = `import { python } from ${JSON.stringify(entry)}; python.eval('1');`;
  const outcome = await ends(`
    python.start({ exitBound: 60_000 });
    ${SLOW_CALLBACK}
    new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(source)})));`);
  expect(outcome).toMatchObject({ code: 0, stdout: 'buffered\nslow atexit\n', stderr: '' });
});

it('an exit bound that is none is refused, however often', async () => {
  const program = `
    const refusals = [];
    for (const use of [() => python.start({ exitBound: 99 }), () => python.start({ exitBound: '1 s' })]) {
      try { use(); } catch (error) { refusals.push(error.message); }
    }
    process.stdout.write(refusals.join('|'));`;
  const { stdout } = await ends(program);
  expect(stdout).toContain(
    'exitBound is 99; it is a whole number of milliseconds from 100 to 600000',
  );
  expect(stdout).toContain('exitBound is 1 s; it is');
});

it.each(['soon', '-1', '50', '1e3'])('NOGIL_EXIT_BOUND=%s is an error each time', async (value) => {
  const program = `
    import { python } from ${JSON.stringify(entry)};
    for (let i = 0; i < 2; i++) {
      try { python.eval('1'); } catch (error) { process.stdout.write(error.code + ' ' + error.message + '|'); }
    }`;
  const { stdout } = await endsFromScratch(program, undefined, { NOGIL_EXIT_BOUND: value });
  expect(stdout).toMatch(/^(INVALID_ARGUMENT NOGIL_EXIT_BOUND is [^|]*\|){2}$/);
});
