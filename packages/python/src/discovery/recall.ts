/**
 * Answers of candidates, kept in files between processes: asking one takes longer than all the rest of a search. What
 * could change an answer is its stamp; an answer with another stamp is none.
 */
import fs from 'node:fs';
import path from 'node:path';
import { version } from '../../package.json';
import { readBinaryHeader } from '../binary-header.js';
import { cacheLayout } from '../cache-directory.js';
import type { SearchContext } from './assess.js';
import { parseProbeAnswer, type ProbeAnswer } from './probe-answer.js';

/** What decides which files a program is made of, and where its user's packages are; `-E` ignores the rest. */
const VARIABLES = [
  'HOME',
  'USERPROFILE',
  'APPDATA',
  'LD_LIBRARY_PATH',
  'LD_PRELOAD',
  'DYLD_LIBRARY_PATH',
  'DYLD_FRAMEWORK_PATH',
  'DYLD_INSERT_LIBRARIES',
];

/** File systems take no longer names. */
const LONGEST_NAME = 255;

/**
 * Everything that an answer depends on, before the candidate is asked.
 *
 * @returns undefined for what must be asked each time: a script (a shim of pyenv's goes by the folder it is run in), or
 *   a file that cannot be read
 */
export function stampOf(context: SearchContext, file: string): string | undefined {
  try {
    if (readBinaryHeader(file) === undefined) return undefined;
    const real = fs.realpathSync(file);
    const { dev, ino, size, mtimeMs, ctimeMs } = fs.statSync(real);
    const folder = path.dirname(file);
    const settings = [folder, path.dirname(folder)].map((each) =>
      textOf(path.join(each, 'pyvenv.cfg')),
    );
    const variables = VARIABLES.map((name) => context.env[name] ?? null);
    return JSON.stringify([version, real, dev, ino, size, mtimeMs, ctimeMs, settings, variables]);
  } catch {
    return undefined; // asking says what is wrong with it
  }
}

/**
 * What the candidate answered when it had this stamp.
 *
 * @returns undefined when it must be asked
 */
export function recall(
  context: SearchContext,
  file: string,
  stamp: string,
): ProbeAnswer | undefined {
  const place = placeOf(context, file);
  const text = place === undefined ? undefined : ownText(place);
  const kept = text === undefined ? undefined : parseKept(text);
  if (kept?.stamp !== stamp) return undefined;
  const answer = parseProbeAnswer(kept.answer);
  return answer !== undefined && isWorthKeeping(answer) ? answer : undefined;
}

/** Keeps an answer. That it cannot be kept is nobody's problem: the candidate is asked again. */
export function keep(
  context: SearchContext,
  file: string,
  stamp: string,
  answer: ProbeAnswer,
): void {
  const place = placeOf(context, file);
  if (place === undefined || !isWorthKeeping(answer)) return;
  // Renamed when it is whole: another process may read at any time.
  const part = `${place}.${process.pid}.${performance.now()}`;
  try {
    fs.mkdirSync(path.dirname(place), { recursive: true, mode: 0o700 });
    fs.writeFileSync(part, JSON.stringify({ stamp, answer: JSON.stringify(answer) }), {
      mode: 0o600,
      flag: 'wx',
    });
    fs.renameSync(part, place);
  } catch {
    removeIfPossible(part);
  }
}

function removeIfPossible(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // Where it could not be written, it may not be removable either.
  }
}

/**
 * Older Pythons end the process when they cannot be initialised, for a library that somebody removed, say: each of them
 * shows in a process of its own that it can be.
 */
function isWorthKeeping(answer: ProbeAnswer): boolean {
  const [major, minor] = answer.version;
  const { details } = answer;
  return (
    major === 3 &&
    minor >= 14 &&
    details !== undefined &&
    fs.existsSync(path.join(details.stdlib, 'os.py'))
  );
}

function placeOf(context: SearchContext, file: string): string | undefined {
  const name = `${encodeURIComponent(file)}.json`;
  return name.length > LONGEST_NAME
    ? undefined
    : path.join(cacheLayout(context.cacheDirectory).answers, name);
}

/** The text of a file that nobody but this user, or one who may do anything, can have written: it names a library. */
function ownText(file: string): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(file, 'r');
    const { uid, mode } = fs.fstatSync(descriptor);
    const me = process.geteuid?.();
    const isOwn = me === undefined || ((uid === me || uid === 0) && (mode & 0o022) === 0);
    return isOwn ? fs.readFileSync(descriptor, 'utf8') : undefined;
  } catch {
    return undefined; // there is none, or none that can be read
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

function parseKept(text: string): { stamp: string; answer: string } | undefined {
  try {
    const kept = JSON.parse(text) as { stamp?: unknown; answer?: unknown } | null;
    return typeof kept?.stamp === 'string' && typeof kept.answer === 'string'
      ? { stamp: kept.stamp, answer: kept.answer }
      : undefined;
  } catch {
    return undefined;
  }
}

function textOf(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
