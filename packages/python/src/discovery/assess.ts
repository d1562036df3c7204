/**
 * Judges one candidate: asks it, then applies the support policy. This is the one place that says which
 * Pythons nogil supports.
 */
import fs from 'node:fs';
import path from 'node:path';
import type {
  CandidateReport,
  CandidateSource,
  PythonDescription,
  PythonVersion,
  Refusal,
} from '../installation.js';
import type { Environment, Host } from '../platform.js';
import { buildText, matchesRequest, type VersionRequest } from '../version-request.js';
import { installAdvice } from './advice.js';
import { probe, type ProbeResult } from './probe.js';
import type { ProbeAnswer, ProbeDetails } from './probe-answer.js';
import { forget, keep, recall, stampOf } from './recall.js';
import { findSharedLibrary } from './shared-library.js';

/** What a search knows: who asks, for what, from where. */
export interface SearchContext {
  readonly host: Host;
  readonly env: Environment;
  readonly cwd: string;
  readonly executable: string | undefined;
  readonly request: VersionRequest | undefined;
  readonly cacheDirectory: string;
  /** How long one candidate may take to answer, in milliseconds. */
  readonly timeout: number;
  /** Whether an answer that a candidate gave before will do. */
  readonly recalls: boolean;
}

/** Sources that name one Python the user means; the others are scanned. */
export const namedSources: readonly CandidateSource[] = [
  'option',
  'NOGIL_PYTHON',
  'VIRTUAL_ENV',
  '.venv',
];

const installCommand = 'npx nogil python install';

/**
 * Asks a candidate and judges its answer.
 *
 * @param context - the search it belongs to
 * @param source - where it was found
 * @param file - absolute path of the program
 * @returns a report without aliases
 */
export function assess(
  context: SearchContext,
  source: CandidateSource,
  file: string,
): CandidateReport {
  const base = { source, path: file, aliases: [] };
  const { answer, refusal } = ask(context, file);
  if (answer === undefined) {
    return { ...base, usable: false, refusal };
  }
  const early = refuseKind(answer);
  const details = answer.details;
  if (details === undefined || early !== undefined) {
    const description =
      details === undefined ? {} : { description: describe(answer, details, source, file) };
    const fallback = { reason: 'did not describe itself', remedy: `Use \`${installCommand}\`.` };
    return { ...base, usable: false, refusal: early ?? fallback, ...description };
  }
  const description = describe(answer, details, source, file);
  const late = refuseBuild(context, description);
  if (late !== undefined) {
    return { ...base, usable: false, refusal: late, description };
  }
  const library = findSharedLibrary(context.host, description, details);
  return library.libpython === undefined
    ? { ...base, usable: false, refusal: library.refusal, description }
    : {
        ...base,
        usable: true,
        installation: { ...description, libpython: library.libpython },
      };
}

function ask(context: SearchContext, file: string): ProbeResult {
  const stamp = stampOf(context, file);
  const before = stamp === undefined || !context.recalls ? undefined : recall(context, file, stamp);
  if (before !== undefined) return { answer: before };
  const result = probe(context.host, file, context.env, context.cwd, context.timeout);
  if (stamp !== undefined) {
    if (result.answer === undefined) forget(context, file);
    else keep(context, file, stamp, result.answer);
  }
  return result;
}

/** Refusals every Python, however old or foreign, can answer for. */
function refuseKind(answer: ProbeAnswer): Refusal | undefined {
  const version = versionOf(answer);
  if (answer.implementation !== 'cpython') {
    const name = answer.implementation === 'pypy' ? 'PyPy' : answer.implementation;
    return {
      reason: `is ${name} ${version.text}; nogil loads CPython only`,
      remedy: `Use CPython 3.10 or newer; \`${installCommand}\` installs 3.14t.`,
    };
  }
  if (version.major < 3 || (version.major === 3 && version.minor < 10)) {
    return {
      reason: `is CPython ${version.text}, older than 3.10`,
      remedy: `Use CPython 3.10 or newer; \`${installCommand}\` installs 3.14t.`,
    };
  }
  if (answer.pointer_bits !== 64) {
    return {
      reason: `is a ${answer.pointer_bits}-bit build of CPython ${version.text}`,
      remedy: `Use a 64-bit Python; \`${installCommand}\` installs one.`,
    };
  }
  return undefined;
}

/** Refusals that depend on the build and on what was asked for. */
function refuseBuild(context: SearchContext, python: PythonDescription): Refusal | undefined {
  const { request } = context;
  if (request !== undefined && !matchesRequest(request, python)) {
    return {
      reason: `is ${buildText(python)}, and ${request.text} was asked for`,
      remedy: namedSources.includes(python.source)
        ? `Name a Python ${request.text} there, or ask for ${buildText(python)}.`
        : installAdvice(request),
    };
  }
  if (python.freeThreaded && python.version.minor === 13) {
    return {
      reason: `is CPython ${python.version.text}t, which does not export Py_REFCNT`,
      remedy: `Use 3.14t, the first free-threaded release that can be embedded: \`${installCommand}\`.`,
    };
  }
  const unasked = request === undefined && !namedSources.includes(python.source);
  if (unasked && (python.debug || python.sanitizer !== null)) {
    return {
      reason: `is a ${python.debug ? 'debug' : 'sanitizer'} build, used only when asked for`,
      remedy: `Ask for it by version (${buildText(python)}) or name its program in NOGIL_PYTHON.`,
    };
  }
  const undecodable = [python.executable, python.prefix].find((file) =>
    /\p{Surrogate}/u.test(file),
  );
  if (undecodable !== undefined) {
    return {
      reason: 'lies in a folder whose name is not valid UTF-8',
      remedy: 'Move it, or rename the folder.',
    };
  }
  return undefined;
}

function versionOf(answer: ProbeAnswer): PythonVersion {
  const [major, minor, micro, releaselevel, serial] = answer.version;
  const letters: Readonly<Record<string, string>> = { alpha: 'a', beta: 'b', candidate: 'rc' };
  const letter = letters[releaselevel];
  const suffix = letter === undefined ? '' : `${letter}${serial}`;
  const text = `${major}.${minor}.${micro}${suffix}`;
  return { major, minor, micro, releaselevel, serial, text };
}

function describe(
  answer: ProbeAnswer,
  details: ProbeDetails,
  source: CandidateSource,
  file: string,
): PythonDescription {
  const isVirtualEnvironment = details.prefix !== details.base_prefix;
  // Python leaves sys.executable empty when it cannot tell.
  const executable = details.executable === '' ? file : details.executable;
  return {
    executable,
    baseExecutable: isVirtualEnvironment
      ? baseExecutable(executable, details.base_executable)
      : executable,
    version: versionOf(answer),
    implementation: answer.implementation,
    freeThreaded: details.gil_disabled,
    debug: details.debug,
    sanitizer: details.sanitizer,
    pointerBits: answer.pointer_bits,
    machine: details.machine,
    prefix: details.prefix,
    basePrefix: details.base_prefix,
    execPrefix: details.exec_prefix,
    baseExecPrefix: details.base_exec_prefix,
    stdlib: details.stdlib,
    platstdlib: details.platstdlib,
    sitePackages: details.site_packages,
    isVirtualEnvironment,
    cacheTag: details.cache_tag,
    soabi: details.soabi,
    builtinExtensions: details.builtin_extensions,
    source,
  };
}

/** `sys._base_executable` may name a program that was never there (an environment made with copies). */
function baseExecutable(executable: string, claimed: string): string {
  return claimed !== executable && path.isAbsolute(claimed) && fs.existsSync(claimed)
    ? claimed
    : fs.realpathSync(executable);
}
