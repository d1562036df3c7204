/** Runs the same census on a build of Python with the GIL. */
import { listPythons, type PythonInstallation } from '@nogil/python';
import { runChild } from './child-process.js';
import type { CensusReport } from './report.js';
import type { Timing } from './timing.js';

/** How the GIL build did, or why there is nothing to say. */
export type GilComparison =
  | {
      readonly compared: true;
      readonly executable: string;
      readonly version: string;
      readonly timings: readonly Timing[];
    }
  | { readonly compared: false; readonly reason: string };

/** What to compare with. */
export interface ComparisonRequest {
  /** The version of the Python that ran, `3.14.5`. */
  readonly version: string;
  readonly root: string;
  readonly workers: readonly number[];
  readonly rounds: number;
}

/**
 * Chooses the GIL build closest to a version: the same minor version if there is one, else the newest.
 *
 * @param installations - the usable Pythons
 * @param version - the version to be close to
 */
export function chooseGilBuild(
  installations: readonly PythonInstallation[],
  version: string,
): PythonInstallation | null {
  const [major, minor] = version.split('.').map(Number);
  const isSame = ({ version: v }: PythonInstallation): boolean =>
    v.major === major && v.minor === minor;
  const candidates = installations.filter(
    ({ freeThreaded, debug, sanitizer }) => !freeThreaded && !debug && sanitizer === null,
  );
  candidates.sort(
    ({ version: a }, { version: b }) => b.major - a.major || b.minor - a.minor || b.micro - a.micro,
  );
  return candidates.find(isSame) ?? candidates[0] ?? null;
}

/**
 * Starts this program again, in a process of its own, with the GIL build that is found.
 *
 * @param request - what to measure, and how
 * @returns the times; a failure of the other process is a reason, not an error
 */
export async function compareWithGil(request: ComparisonRequest): Promise<GilComparison> {
  const usable = listPythons().flatMap((report) => (report.usable ? [report.installation] : []));
  const build = chooseGilBuild(usable, request.version);
  if (!build) {
    return {
      compared: false,
      reason: 'no usable Python with the GIL is installed (see: npx nogil python list)',
    };
  }
  const program = process.argv[1];
  if (program === undefined) return { compared: false, reason: 'this program has no file name' };
  const args = ['--json', '--no-compare', '--no-chart', '--path', request.root];
  args.push('--workers', request.workers.join(','), '--rounds', String(request.rounds));
  try {
    const output = await runChild({
      command: process.execPath,
      args: [...process.execArgv, program, ...args],
      env: { ...process.env, NOGIL_PYTHON: build.executable },
    });
    const report = JSON.parse(output) as CensusReport;
    if (report.python.freeThreaded) {
      return { compared: false, reason: `${build.executable} was asked for, another Python ran` };
    }
    return {
      compared: true,
      executable: build.executable,
      version: report.python.version,
      timings: report.timings,
    };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { compared: false, reason: `the census failed on ${build.executable}: ${detail}` };
  }
}
