import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { freeThreadedPython, testPythons } from './pythons.js';
import { runProgram } from './run-program.js';

interface Notice {
  readonly module: string;
  readonly file: string | null;
  readonly thread: string;
  readonly time: number;
}

interface Answer {
  readonly before: boolean;
  readonly after: boolean;
  readonly by: Notice | null;
  readonly heard: readonly Notice[];
  /** On the channel `nogil:gil-enabled`. */
  readonly published: readonly Notice[];
  readonly inWorkers: readonly Notice[];
  readonly warnings: readonly { readonly code?: string; readonly message: string }[];
  /** repr() of what the code gave. */
  readonly value: string;
  readonly started: number;
  readonly ended: number;
}

const python = freeThreadedPython();
let folder: string;

const fileOf = (name: string) => join(folder, `${name}.so`);

/** Compiles extensions/extension.c; see there for the kinds. */
function compile(name: string, kind: 1 | 2 | 3 | 4): void {
  const source = join(import.meta.dirname, 'extensions/extension.c');
  const options = ['-shared', '-fPIC', `-I${python.include}`, `-DNAME=${name}`, `-DKIND=${kind}`];
  if (process.platform === 'darwin') options.push('-undefined', 'dynamic_lookup');
  execFileSync(process.env.CC ?? 'cc', [...options, source, '-o', fileOf(name)]);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nogil-gil-'));
  compile('one_phase', 1);
  compile('two_phases', 2);
  compile('declared_safe', 3);
  for (let i = 0; i < 8; i++) compile(`safe_${i}`, 3);
  compile('raises', 4);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(code: string, options: object = {}, environment: NodeJS.ProcessEnv = {}): Answer {
  return runProgram<Answer>('gil', python, { folder, code, ...options }, environment).answer;
}

describe('importing an extension module', () => {
  it.each(['one_phase', 'two_phases'])(
    'that needs the GIL turns it on and is named: %s',
    (name) => {
      const { before, after, by, heard, published, warnings, started, ended } = run(
        `import ${name}`,
      );
      expect(before).toBe(false);
      expect(after).toBe(true);
      expect(by).toMatchObject({ module: name, file: fileOf(name) });
      expect(heard).toEqual([by]);
      expect(published).toEqual([by]);
      expect(by?.time).toBeGreaterThanOrEqual(started);
      expect(by?.time).toBeLessThanOrEqual(ended);
      expect(warnings).toEqual([]);
    },
  );

  it('that declares itself safe changes nothing', () => {
    const { after, by, heard, published } = run('import declared_safe');
    expect({ after, by, heard, published }).toEqual({
      after: false,
      by: null,
      heard: [],
      published: [],
    });
  });

  it('names the thread that imported, whichever that is', () => {
    const { by, value } = run(`
import threading
def load():
    global ident
    ident = threading.get_ident()
    import one_phase
thread = threading.Thread(target=load)
thread.start()
thread.join()
ident`);
    expect(by).toMatchObject({ module: 'one_phase', thread: value });
  });

  it('while eight threads run and import safe ones, names the one that did it', () => {
    const { by, heard } = run(`
import importlib, threading
start = threading.Barrier(17)
done = threading.Event()
def compute():
    start.wait()
    while not done.is_set():
        sum(range(1000))
def load(name):
    start.wait()
    importlib.import_module(name)
workers = [threading.Thread(target=compute) for _ in range(8)]
loaders = [threading.Thread(target=load, args=(n,))
           for n in [*('safe_%d' % i for i in range(8)), 'two_phases']]
for t in workers + loaders: t.start()
for t in loaders: t.join()
done.set()
for t in workers: t.join()`);
    expect(by).toMatchObject({ module: 'two_phases', file: fileOf('two_phases') });
    expect(heard).toEqual([by]);
  });

  it('is told to every worker that listens', () => {
    const { by, inWorkers } = run('import one_phase', { workers: 3 });
    expect(inWorkers).toEqual([by, by, by]);
  });

  it('ends no wait of a thread whose listeners throw, and reports each of their errors', () => {
    const { answer } = runProgram<object>('gil-while-waiting', python, { folder });
    expect(answer).toEqual({ value: "'answer'", uncaught: ['first', 'second'] });
  });

  it('warns once for the process when nobody listens', () => {
    const { by, published, warnings } = run('import one_phase; import two_phases', {
      listen: false,
    });
    expect(published).toEqual([by]); // which is no listening
    expect(by).toMatchObject({ module: 'one_phase' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ code: 'NOGIL_GIL_ENABLED' });
    expect(warnings[0]?.message).toContain(fileOf('one_phase'));
  });

  it('is noticed also when warnings are errors and the import fails', () => {
    const { after, by, value } = run(`
import warnings
warnings.simplefilter('error')
try:
    import one_phase
    answer = 'imported'
except RuntimeWarning as error:
    answer = type(error).__name__
answer`);
    expect({ after, value }).toEqual({ after: true, value: "'RuntimeWarning'" });
    expect(by).toMatchObject({ module: 'one_phase' });
  });

  it('that raises, raises the same, and its traceback shows nothing of ours', () => {
    const { after, by, value } = run(`
import traceback
try:
    import raises
except ValueError as error:
    text = ''.join(traceback.format_exception(error))
text`);
    expect({ after, by }).toEqual({ after: false, by: null });
    expect(value).toContain('ValueError: refused by the module');
    expect(value).not.toContain('nogil>');
    expect(value.match(/File /g)).toHaveLength(1); // <nogil:1>, the program's own line
  });

  it('does not turn it on with PYTHON_GIL=0', () => {
    const { after, by } = run('import one_phase', {}, { PYTHON_GIL: '0' });
    expect({ after, by }).toEqual({ after: false, by: null });
  });

  it('is not blamed for a GIL that PYTHON_GIL=1 asked for', () => {
    const { before, after, by } = run('import one_phase', {}, { PYTHON_GIL: '1' });
    expect({ before, after, by }).toEqual({ before: true, after: true, by: null });
  });
});

describe('a build with a GIL', () => {
  const others = testPythons().filter(({ freeThreaded }) => !freeThreaded);
  it.each(others.map((other) => [other.name, other] as const))('%s says so', (_name, other) => {
    const { answer } = runProgram<Answer>('gil', other, { folder, code: 'import json' });
    expect(answer).toMatchObject({ before: true, after: true, by: null, heard: [] });
  });
});
