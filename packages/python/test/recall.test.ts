import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPython, listPythons, searchContext } from '../src/discovery/find.js';
import { parseProbeAnswer, type ProbeAnswer } from '../src/discovery/probe-answer.js';
import { keep, recall, stampOf } from '../src/discovery/recall.js';
import { elfHeader, fakeAnswer, type FakeFacts, fakePython } from './fake-python.js';
import { temporaryFolder, writeFile } from './temporary-folder.js';

const folder = temporaryFolder();
let made = 0;

interface Candidate {
  readonly prefix: string;
  /** A program that cannot be started: what finds it nevertheless did not ask it. */
  readonly file: string;
  readonly answer: ProbeAnswer;
  readonly env: Readonly<Record<string, string>>;
}

function candidate(facts: FakeFacts = {}): Candidate {
  const prefix = path.join(folder, `python-${made++}`);
  const file = fakePython(prefix, facts);
  writeFile(file, elfHeader(process.arch), 0o755);
  const [major, minor] = facts.version ?? [3, 14, 5];
  writeFile(path.join(prefix, `lib/python${major}.${minor}/os.py`), '');
  const answer = parseProbeAnswer(fakeAnswer(facts).replaceAll('@HERE@', prefix));
  if (answer === undefined) throw new Error('the stand-in answers nothing');
  return { prefix, file, answer, env: { NOGIL_HOME: path.join(prefix, 'home'), HOME: folder } };
}

function contextOf({ env }: Candidate): ReturnType<typeof searchContext> {
  return searchContext({ env, recall: true });
}

/** Keeps its answer, and says where. */
function remember(python: Candidate): string {
  const context = contextOf(python);
  const stamp = stampOf(context, python.file);
  if (stamp === undefined) throw new Error('the stand-in has no stamp');
  keep(context, python.file, stamp, python.answer);
  const answers = path.join(python.prefix, 'home', 'answers');
  return path.join(answers, fs.readdirSync(answers)[0] ?? '');
}

function recalled(python: Candidate, env = python.env): ProbeAnswer | undefined {
  const context = contextOf({ ...python, env });
  const stamp = stampOf(context, python.file);
  return stamp === undefined ? undefined : recall(context, python.file, stamp);
}

describe.skipIf(process.platform !== 'linux')('an answer that was given before', () => {
  test('is used without starting the program', () => {
    const python = candidate();
    const find = (recalls = true): unknown =>
      findPython({ executable: python.file, env: python.env, recall: recalls });
    expect(find).toThrow(/cannot be used/);
    remember(python);
    expect(find()).toMatchObject({ executable: python.file, prefix: python.prefix });
    // Asked all the same, it does not answer: that it once did is forgotten.
    expect(() => find(false)).toThrow(/cannot be used/);
    expect(find).toThrow(/cannot be used/);
  });

  test('is not enough for a list, which says how things are', () => {
    const python = candidate();
    remember(python);
    const [report] = listPythons({ executable: python.file, env: python.env });
    expect(report).toMatchObject({ path: python.file, usable: false });
  });

  test('is only for its own user to read, and hides nothing that is installed beside it', () => {
    const file = remember(candidate());
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    const home = path.dirname(path.dirname(file));
    const usual = path.join(folder, 'usual');
    fs.mkdirSync(usual);
    expect(fs.statSync(home).mode).toBe(fs.statSync(usual).mode);
  });

  test.each([
    [
      'another program is there',
      ({ file }) => {
        fs.appendFileSync(file, 'more');
      },
    ],
    [
      'its file is touched',
      ({ file }) => {
        fs.utimesSync(file, 1, 1);
      },
    ],
    [
      'a virtual environment is made of its folder',
      ({ prefix }) => {
        writeFile(path.join(prefix, 'pyvenv.cfg'), 'home = /usr/bin\n');
      },
    ],
    [
      'its standard library is gone',
      ({ prefix }) => {
        fs.rmSync(path.join(prefix, 'lib'), { recursive: true });
      },
    ],
    [
      'its library is another',
      ({ answer }) => {
        fs.appendFileSync(answer.details?.library.loaded ?? '', 'more');
      },
    ],
    [
      'its file is gone',
      ({ file }) => {
        fs.rmSync(file);
      },
    ],
  ] satisfies [string, (python: Candidate) => unknown][])('is none when %s', (_name, change) => {
    const python = candidate();
    remember(python);
    expect(recalled(python)).toEqual(python.answer);
    change(python);
    expect(recalled(python)).toBeUndefined();
  });

  test('is none when libraries come from elsewhere', () => {
    const python = candidate();
    remember(python);
    expect(recalled(python, { ...python.env, LD_LIBRARY_PATH: '/opt/lib' })).toBeUndefined();
  });

  test.each([
    [
      'others can write it',
      (file) => {
        fs.chmodSync(file, 0o666);
      },
    ],
    [
      'it is cut short',
      (file) => {
        fs.truncateSync(file, 100);
      },
    ],
    [
      'it is empty',
      (file) => {
        fs.truncateSync(file, 0);
      },
    ],
    [
      'another release wrote it',
      (file) => {
        const kept = JSON.parse(fs.readFileSync(file, 'utf8')) as { stamp: string };
        fs.writeFileSync(file, JSON.stringify({ ...kept, stamp: kept.stamp.replace('[', '[0,') }));
      },
    ],
    [
      'something in it is missing',
      (file) => {
        const kept = JSON.parse(fs.readFileSync(file, 'utf8')) as { answer: string };
        const answer = kept.answer.replace('"prefix"', '"other"');
        fs.writeFileSync(file, JSON.stringify({ ...kept, answer }));
      },
    ],
  ] satisfies [string, (file: string) => unknown][])('is none when %s', (_name, damage) => {
    const python = candidate();
    const file = remember(python);
    damage(file);
    expect(recalled(python)).toBeUndefined();
  });

  test('is none of a Python that ends the process when it cannot be initialised', () => {
    const python = candidate({ version: [3, 13, 1], freeThreaded: false });
    const context = contextOf(python);
    keep(context, python.file, stampOf(context, python.file) ?? '', python.answer);
    expect(fs.existsSync(path.join(python.prefix, 'home'))).toBe(false);
  });

  test('is none of what answers for another program, as a shim does', () => {
    const python = candidate();
    const shim = path.join(folder, 'shim', 'python3');
    writeFile(shim, elfHeader(process.arch), 0o755);
    const context = contextOf(python);
    keep(context, shim, stampOf(context, shim) ?? '', python.answer);
    expect(fs.existsSync(path.join(python.prefix, 'home'))).toBe(false);
  });

  test('is none of a script, which may answer differently each time', () => {
    const python = candidate();
    const script = fakePython(path.join(folder, 'script'));
    expect(stampOf(contextOf(python), script)).toBeUndefined();
  });

  test('that cannot be kept is asked for again', () => {
    const python = candidate();
    writeFile(path.join(python.prefix, 'home'), 'no folder');
    const context = contextOf(python);
    expect(() => {
      keep(context, python.file, stampOf(context, python.file) ?? '', python.answer);
    }).not.toThrow();
    expect(recalled(python)).toBeUndefined();
  });
});
