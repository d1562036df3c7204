import type { Exception } from './exception.js';

/** A JavaScript stack, as text once it is read. */
export interface Site {
  readonly stack?: string;
}

/** How many frames of the runtime's own lie above and between the user's, where two calls nest: they are not
 * shown, and must not use up the limit. */
const OWN_FRAMES = 16;
/** The most frames of one language that are shown in a row. */
const LONGEST_RUN = 100;
const FRAME = /^\s*at /;
const PLACE = /(?:\(|at (?:async )?)([^()]*[^():]):(\d+):\d+\)?$/;
/** The frame in which JavaScript calls Python: what stands further out called Python, too. */
const CROSSING = /\barenaInvoke\b/;

/**
 * Takes a stack trace, which is formatted when it is read.
 *
 * @param below - the innermost function that is not shown; must be running
 */
export function captureSite(
  below: ((...values: never[]) => unknown) | (new (...values: never[]) => unknown),
): Site {
  const site = {};
  const limit = Error.stackTraceLimit;
  if (!(limit > 0)) return site;
  Reflect.set(Error, 'stackTraceLimit', limit + OWN_FRAMES);
  Error.captureStackTrace(site, below);
  Reflect.set(Error, 'stackTraceLimit', limit);
  return site;
}

/** Where this package's own code is, as stack traces tell it: a folder, or the one file that it was bundled into. */
const ownPlace = ((): string | undefined => {
  const { stack } = new Error();
  const place = /(?:\(|at )((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):\d+:\d+\)?$/m.exec(
    stack ?? '',
  )?.[1];
  if (place === undefined) return undefined;
  // Unbundled, this file is src/errors/stack.ts.
  return /^(.*[\\/])errors[\\/]stack\.[a-z]+$/.exec(place)?.[1] ?? place;
})();

function isOwn(line: string): boolean {
  return ownPlace !== undefined && line.includes(ownPlace);
}

/** Where a program was. */
export interface SourcePlace {
  /** A path or a URL, as the engine tells it. */
  readonly file: string;
  readonly line: number;
  /** The frames from there outwards, one a line. */
  readonly stack: string;
}

/** The user's innermost place in a site; `undefined` where the engine tells none. */
export function usersPlace({ stack }: Site): SourcePlace | undefined {
  const lines = typeof stack === 'string' ? stack.split('\n') : [];
  const frames = lines.filter((line) => FRAME.test(line) && !isOwn(line));
  // What comes before the first place is the engine's: Bun shows the traps of a Proxy as `at unknown`.
  const first = frames.findIndex((frame) => PLACE.test(frame));
  const [, file, line] = PLACE.exec(frames[first] ?? '') ?? [];
  if (file === undefined) return undefined;
  return { file, line: Number(line), stack: frames.slice(first).join('\n') };
}

function shortened(lines: readonly string[]): readonly string[] {
  if (lines.length <= LONGEST_RUN) return lines;
  const half = LONGEST_RUN / 2;
  const left = lines.length - LONGEST_RUN;
  return [...lines.slice(0, half), `    ... ${left} more`, ...lines.slice(-half)];
}

/** Python's frames, cut where the exception went through JavaScript; the innermost part first. */
function parts(frames: readonly string[], marks: readonly number[]): (readonly string[])[] {
  const cut: (readonly string[])[] = [];
  let start = 0;
  for (const mark of [...marks, frames.length]) {
    cut.push(shortened(frames.slice(start, mark)));
    start = Math.max(start, mark);
  }
  return cut;
}

/** The frames of both languages, the innermost first. */
function interleave(
  javascript: readonly string[],
  python: readonly (readonly string[])[],
): string[] {
  const lines: string[] = [...(python[0] ?? [])];
  let part = 1;
  let crossed = false;
  for (const line of javascript) {
    if (isOwn(line)) {
      if (CROSSING.test(line) && !crossed) {
        crossed = true;
        lines.push(...(python[part++] ?? []));
      }
    } else {
      crossed = false;
      lines.push(line);
    }
  }
  // Further out than the trace of JavaScript's goes.
  for (; part < python.length; part++) lines.push(...(python[part] ?? []));
  return lines;
}

/**
 * The stack of an error: name and message, notes, then the frames of both languages, the innermost first.
 *
 * @param marks - how many of Python's frames the exception had each time it went from JavaScript into Python
 */
export function stackText(
  error: Error,
  exception: Exception,
  site: Site | undefined,
  marks: readonly number[],
): string {
  const told = exception.text('exception_frames').split('\n');
  const end = told.indexOf('');
  const frames = (end < 0 ? told : told.slice(0, end)).filter((line) => line !== '');
  const notes = end < 0 ? [] : told.slice(end + 1);
  const trace: unknown = site?.stack;
  const javascript =
    typeof trace === 'string' ? trace.split('\n').filter((line) => FRAME.test(line)) : [];
  const { message } = error;
  const heading = message === '' ? error.name : `${error.name}: ${message}`;
  return [heading, ...notes, ...interleave(javascript, parts(frames, marks))].join('\n');
}
