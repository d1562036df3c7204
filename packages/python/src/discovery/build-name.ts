/**
 * Reads version and build from a file or folder name (`python3.14t`, `3.14.0t`,
 * `cpython-3.14.5+freethreaded-linux-x86_64-gnu`), to decide which candidate of a folder to ask first.
 * Only the order depends on it: what a Python is, it says itself.
 */

/** What a name suggests. */
export interface BuildName {
  /** Major, minor, micro as far as named. */
  readonly numbers: readonly number[];
  readonly cpython: boolean;
  readonly freeThreaded: boolean;
  readonly debug: boolean;
  readonly final: boolean;
}

/** Reads a name; one without a version gets empty `numbers`. */
export function readBuildName(name: string): BuildName {
  const match = /(\d+)(?:\.(\d+))?(?:\.(\d+))?(a\d+|b\d+|rc\d+|-dev)?(t)?(d)?/.exec(name);
  const digits = match === null ? [] : [match[1], match[2], match[3]];
  return {
    numbers: digits.filter((part): part is string => part !== undefined).map(Number),
    cpython:
      !/pypy|graal|jython|ironpython|stackless|anaconda|miniconda|miniforge|mambaforge/i.test(name),
    freeThreaded: match?.[5] !== undefined || name.includes('+freethreaded'),
    debug: match?.[6] !== undefined || /\+(freethreaded\+)?debug|-debug/.test(name),
    final: match?.[4] === undefined,
  };
}

/**
 * Sorts names best first: CPython before others, finished releases before previews, newer before
 * older, free-threaded before GIL, release before debug; names without a version last.
 */
export function compareBuildNames(left: string, right: string): number {
  const a = readBuildName(left);
  const b = readBuildName(right);
  const versions = [0, 1, 2].map((index) => (b.numbers[index] ?? -1) - (a.numbers[index] ?? -1));
  return (
    Number(b.cpython) - Number(a.cpython) ||
    Number(b.final) - Number(a.final) ||
    (versions.find((difference) => difference !== 0) ?? 0) ||
    Number(b.freeThreaded) - Number(a.freeThreaded) ||
    Number(a.debug) - Number(b.debug) ||
    left.localeCompare(right)
  );
}
