/**
 * The search itself: walks the places, stops at the first usable Python, and says why there is none.
 * What a refused candidate means is decided here: a Python the user named is never replaced by another.
 */
import os from 'node:os';
import path from 'node:path';
import { NogilError } from '@nogil/abi';
import { cacheDirectory } from '../cache-directory.js';
import type {
  CandidateReport,
  CandidateSource,
  PythonInstallation,
  RefusedCandidate,
} from '../installation.js';
import { buildText, parseVersionRequest } from '../version-request.js';
import { installAdvice } from './advice.js';
import { assess, namedSources, type SearchContext } from './assess.js';
import { places } from './places.js';
import { candidateKey, probeTimeout } from './probe.js';

/** What to look for, and where from. */
export interface FindOptions {
  /**
   * Use this Python and no other: the path of the program, relative to `cwd`. A folder is refused, with
   * the name of the program inside it.
   */
  readonly executable?: string;
  /** Accept this version and build only: `3.14t`, `3.14`, `3.12.1`, `3.14d`, `3.14t-tsan`. */
  readonly version?: string;
  /** Where to start looking for `.venv`; the working directory by default. */
  readonly cwd?: string;
  /** Environment variables to go by; `process.env` by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Whether an answer that a candidate gave before will do, where nothing that it depends on has changed since; false when
   * left out. It is kept of CPython 3.14 and newer, in the cache directory, and may be wrong where a file was removed that
   * Python needs: then ask again without.
   */
  readonly recall?: boolean;
}

/**
 * Finds the Python to use: `executable`, `NOGIL_PYTHON`, `VIRTUAL_ENV`, the nearest `.venv`, the
 * embedded package, Pythons installed by nogil, then `PATH`, pyenv, uv and conda; within one folder
 * newer before older and free-threaded before GIL. Candidates are started one after another (once each,
 * at most ten seconds) until one is usable.
 *
 * A Python that was named (by the option, `NOGIL_PYTHON`, `VIRTUAL_ENV` or a `.venv` folder) and is
 * refused is an error; another one is never taken instead.
 *
 * Blocks while candidates answer. May be called on any JavaScript thread.
 *
 * @param options - what to look for
 * @returns the first usable Python
 * @throws NogilError `PYTHON_REFUSED` when a named Python cannot be used, with reason and remedy;
 *   `PYTHON_NOT_FOUND` when there is none, with every place looked at; `INVALID_ARGUMENT` for a
 *   version that is none
 */
export function findPython(options: FindOptions = {}): PythonInstallation {
  const context = searchContext(options);
  const looked: string[] = [];
  for (const { report, source, absence } of search(context)) {
    if (report === undefined) {
      looked.push(`  ${source}: ${absence}`);
    } else if (report.usable) {
      return report.installation;
    } else if (namedSources.includes(report.source)) {
      throw refused(report);
    } else {
      looked.push(`  ${report.source}: ${report.path} ${report.refusal.reason}`);
    }
  }
  const wanted = context.request?.text ?? '3.10 or newer, with a shared library';
  throw new NogilError(
    'PYTHON_NOT_FOUND',
    `no usable Python (${wanted}) was found. Looked at:\n${looked.join('\n')}\n` +
      `Next step: ${installAdvice(context.request)}`,
  );
}

/**
 * Looks at every candidate, in the order {@link findPython} would, and reports each once; further ways
 * to the same Python are its `aliases`.
 *
 * Blocks while candidates answer (about 50 ms each). May be called on any JavaScript thread.
 *
 * @param options - what to look for; with `version`, other versions are reported as refused
 * @returns the reports, best candidate first
 * @throws NogilError `INVALID_ARGUMENT` for a version that is none
 */
export function listPythons(options: FindOptions = {}): CandidateReport[] {
  const reports: CandidateReport[] = [];
  const known = new Map<string, number>();
  for (const { report } of search(searchContext(options))) {
    if (report === undefined) {
      continue;
    }
    const key = identity(report);
    const index = known.get(key);
    const first = index === undefined ? undefined : reports[index];
    if (index === undefined || first === undefined) {
      known.set(key, reports.length);
      reports.push(report);
    } else if (first.path !== report.path || first.source !== report.source) {
      const alias = { source: report.source, path: report.path };
      reports[index] = { ...first, aliases: [...first.aliases, alias] };
    }
  }
  return reports;
}

/** Two ways to one Python: the same prefix and build, however many names its program has. */
function identity(report: CandidateReport): string {
  const python = report.usable ? report.installation : report.description;
  return python === undefined
    ? candidateKey(report.path)
    : [python.prefix, python.implementation, buildText(python)].join('\0');
}

interface Finding {
  readonly source: CandidateSource;
  readonly report?: CandidateReport;
  readonly absence: string;
}

function* search(context: SearchContext): Generator<Finding, void, void> {
  const asked = new Map<string, CandidateReport>();
  for (const { source, files, absence } of places(context)) {
    if (files.length === 0) {
      yield { source, absence };
    }
    for (const file of files) {
      const key = candidateKey(file);
      const before = asked.get(key);
      // A named Python is asked anew: the rules for it are not those for a Python met by chance.
      const report =
        before === undefined || namedSources.includes(source)
          ? assess(context, source, file)
          : { ...before, source, path: file };
      asked.set(key, report);
      yield { source, report, absence };
    }
  }
}

function refused(report: RefusedCandidate): NogilError {
  const chosen: Partial<Record<CandidateSource, string>> = {
    option: 'the given executable',
    NOGIL_PYTHON: 'NOGIL_PYTHON',
    VIRTUAL_ENV: 'the active virtual environment (VIRTUAL_ENV)',
    '.venv': 'the nearest .venv',
  };
  return new NogilError(
    'PYTHON_REFUSED',
    `${chosen[report.source] ?? report.source} cannot be used: ${report.path} ` +
      `${report.refusal.reason}. ${report.refusal.remedy}`,
  );
}

/** The search that options describe. */
export function searchContext(options: FindOptions): SearchContext {
  const env = options.env ?? process.env;
  return {
    host: {
      platform: process.platform,
      arch: process.arch,
      home: env.HOME ?? os.homedir(),
    },
    env,
    cwd: path.resolve(options.cwd ?? process.cwd()),
    executable: options.executable,
    request: options.version === undefined ? undefined : parseVersionRequest(options.version),
    cacheDirectory: cacheDirectory(env),
    timeout: probeTimeout,
    recalls: options.recall === true,
  };
}
