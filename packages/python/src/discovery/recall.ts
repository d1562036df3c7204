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
import { removeOwn, readOwn, writeOwn } from './own-file.js';
import { parseProbeAnswer, type ProbeAnswer } from './probe-answer.js';

/** What decides which libraries a program loads, and where its user's packages are: all that `-E` leaves. */
const VARIABLES = [
  'HOME',
  'USERPROFILE',
  'APPDATA',
  'PYTHONUSERBASE',
  'LD_LIBRARY_PATH',
  'LD_PRELOAD',
  'DYLD_LIBRARY_PATH',
  'DYLD_FRAMEWORK_PATH',
  'DYLD_INSERT_LIBRARIES',
];

/** File systems take no longer names. */
const LONGEST_NAME = 255;

/**
 * Everything that an answer depends on, as far as it shows before the candidate is asked.
 *
 * @returns undefined for what must be asked each time: a script, or a file that cannot be read
 */
export function stampOf(context: SearchContext, file: string): string | undefined {
  try {
    if (readBinaryHeader(file) === undefined) return undefined;
    const folder = path.dirname(file);
    const settings = [folder, path.dirname(folder)].map((each) =>
      textOf(path.join(each, 'pyvenv.cfg')),
    );
    const variables = VARIABLES.map((name) => context.env[name] ?? null);
    const { arch } = context.host;
    return JSON.stringify([version, arch, identityOf(file), settings, variables]);
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
  const text = place === undefined ? undefined : readOwn(place);
  const kept = text === undefined ? undefined : parseKept(text);
  if (kept?.stamp !== stamp) return undefined;
  const answer = parseProbeAnswer(kept.answer);
  if (answer === undefined || !isWorthKeeping(file, answer)) return undefined;
  return partsOf(answer) === kept.parts ? answer : undefined;
}

/** Keeps an answer. That it cannot be kept is nobody's problem: the candidate is asked again. */
export function keep(
  context: SearchContext,
  file: string,
  stamp: string,
  answer: ProbeAnswer,
): void {
  const place = placeOf(context, file);
  if (place === undefined || !isWorthKeeping(file, answer)) return;
  const kept: Kept = { stamp, parts: partsOf(answer), answer: JSON.stringify(answer) };
  writeOwn(place, JSON.stringify(kept));
}

/** The candidate answers no more, or otherwise. */
export function forget(context: SearchContext, file: string): void {
  const place = placeOf(context, file);
  if (place !== undefined) removeOwn(place);
}

/** What is kept. */
interface Kept {
  readonly stamp: string;
  /** The files that the answer names. */
  readonly parts: string;
  readonly answer: string;
}

/**
 * Older Pythons end the process when they cannot be initialised, for a library that somebody removed, say: each of them
 * shows in a process of its own that it can be. And what answers for another program, as shims and launchers do, may
 * answer for yet another the next time.
 */
function isWorthKeeping(file: string, { version: [major, minor], details }: ProbeAnswer): boolean {
  if (major !== 3 || minor < 14 || details === undefined) return false;
  try {
    const answersForItself = fs.realpathSync(details.executable) === fs.realpathSync(file);
    return answersForItself && fs.existsSync(path.join(details.stdlib, 'os.py'));
  } catch {
    return false;
  }
}

/** A virtual environment's program may be a copy: then its base changes without it. */
function partsOf({ details }: ProbeAnswer): string {
  const files = [details?.base_executable, details?.library.loaded];
  return JSON.stringify(files.map((each) => (each == null ? null : identityOrNull(each))));
}

function identityOf(file: string): unknown {
  const real = fs.realpathSync(file);
  const { dev, ino, size, mtimeMs, ctimeMs } = fs.statSync(real);
  return [real, dev, ino, size, mtimeMs, ctimeMs];
}

function identityOrNull(file: string): unknown {
  try {
    return identityOf(file);
  } catch {
    return null;
  }
}

/** Where its answer is kept; undefined: nowhere. */
function placeOf(context: SearchContext, file: string): string | undefined {
  const name = `${version}-${encodeURIComponent(file)}.json`;
  const { answers } = cacheLayout(context.cacheDirectory);
  // Without a home it is relative: what lies in some working directory is nothing to go by.
  return name.length <= LONGEST_NAME && path.isAbsolute(answers)
    ? path.join(answers, name)
    : undefined;
}

function parseKept(text: string): Kept | undefined {
  try {
    const kept = JSON.parse(text) as Partial<Record<keyof Kept, unknown>> | null;
    const { stamp, parts, answer } = kept ?? {};
    return typeof stamp === 'string' && typeof parts === 'string' && typeof answer === 'string'
      ? { stamp, parts, answer }
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
