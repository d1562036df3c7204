/**
 * Builds CPython from its source archive: extract, configure, make, install into a staging folder.
 * Each finished step is recorded in `state.json` beside the tree, written after the step, so that a
 * killed build continues where it stopped and never trusts a step that did not end.
 */
import fs from 'node:fs';
import path from 'node:path';
import { NogilError } from '@nogil/abi';
import type { Environment } from '../platform.js';
import type { InstallProgress } from '../progress/events.js';
import type { BuildTools } from './build-requirements.js';
import { runCommand, type BuildLog } from './command.js';
import { extractSource } from './extract.js';
import type { VariantFacts } from './variant.js';

/** What one build works with. */
export interface BuildRequest {
  readonly facts: VariantFacts;
  readonly archive: string;
  /** SHA-256 of the archive: a tree from another archive is not continued. */
  readonly checksum: string;
  /** A folder of this variant alone, for the source tree and its state. */
  readonly folder: string;
  /** Where the Python will live; baked into `sysconfig`. */
  readonly prefix: string;
  /** `make install` writes below this folder. */
  readonly staging: string;
  readonly tools: BuildTools;
  readonly jobs: number;
  readonly env: Environment;
  readonly log: BuildLog;
  readonly signal: AbortSignal;
  readonly progress: InstallProgress;
}

/** What the steps so far left behind. */
interface BuildState {
  readonly checksum: string;
  /** The configure command that finished, word by word. */
  readonly configured?: readonly string[];
}

const stateName = 'state.json';

/** Whether an earlier run left a tree that {@link buildPython} would continue. */
export function hasUnfinishedBuild(folder: string, checksum: string): boolean {
  return readState(folder)?.checksum === checksum;
}

/**
 * Builds one variant, continuing an earlier run if there is one.
 *
 * @param request - what to build and where
 * @returns the prefix inside the staging folder
 * @throws CommandFailed from configure or make; the abort reason; the file system's error
 */
export async function buildPython(request: BuildRequest): Promise<string> {
  requirePlainPath(request.folder);
  requirePlainPath(request.prefix);
  await extract(request);
  await configure(request);
  await compile(request);
  return install(request);
}

async function extract({
  archive,
  checksum,
  folder,
  progress,
  signal,
}: BuildRequest): Promise<void> {
  if (hasUnfinishedBuild(folder, checksum)) {
    progress.begin('extract', `continuing the unfinished build in ${folder}`);
    progress.skip(1);
    return;
  }
  progress.begin('extract', 'unpacking the source archive');
  await fs.promises.rm(folder, { recursive: true, force: true });
  const source = path.join(folder, 'source');
  await fs.promises.mkdir(source, { recursive: true });
  await extractSource(
    archive,
    source,
    (fraction) => {
      progress.advance(fraction);
    },
    signal,
  );
  writeState(folder, { checksum });
}

async function configure(request: BuildRequest): Promise<void> {
  const { folder, checksum, progress, log, signal } = request;
  const args = configureArguments(request, process.platform);
  const before = readState(folder)?.configured;
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(args)) {
    progress.begin('configure', 'already configured');
    progress.skip(1);
    return;
  }
  progress.begin('configure', `configuring (${request.facts.configure.join(' ') || 'GIL build'})`);
  let lines = 0;
  await runCommand(
    {
      program: './configure',
      args,
      cwd: path.join(folder, 'source'),
      env: buildEnvironment(request.env),
      signal,
      onLine: () => {
        lines += 1;
        progress.advance(lines / configureLines);
      },
    },
    log,
  );
  writeState(folder, { checksum, configured: args });
}

/** Lines configure prints, give or take: it only moves the bar. */
const configureLines = 813;

/**
 * The configure command line of a variant.
 *
 * @param request - variant, prefix and tools
 * @param platform - decides how a program finds its library
 * @returns the arguments, none of which goes through a shell
 */
export function configureArguments(
  request: Pick<BuildRequest, 'facts' | 'prefix' | 'tools' | 'env'>,
  platform: NodeJS.Platform,
): string[] {
  const { facts, prefix, tools, env } = request;
  // Relative to the program, so the folder can be moved. Make and the shell each take one level of
  // quoting off: $ORIGIN has to survive both. The absolute path is for copies of the program, such as
  // `python -m venv --copies` makes.
  const origin = platform === 'darwin' ? '@loader_path' : '\\$$ORIGIN';
  const cflags = [env.CFLAGS ?? '', facts.cflags].join(' ').trim();
  return [
    `--prefix=${prefix}`,
    '--enable-shared',
    '--with-ensurepip=install',
    ...facts.configure,
    ...tools.configure,
    `CC=${tools.compiler.join(' ')}`,
    ...(tools.cppflags === '' ? [] : [`CPPFLAGS=${tools.cppflags}`]),
    ...(cflags === '' ? [] : [`CFLAGS=${cflags}`]),
    `LDFLAGS=${`${tools.ldflags} -Wl,-rpath,${origin}/../lib -Wl,-rpath,${prefix}/lib`.trim()}`,
  ];
}

async function compile(request: BuildRequest): Promise<void> {
  const { facts, folder, tools, jobs, progress, log, signal } = request;
  const source = path.join(folder, 'source');
  let done = countObjects(source);
  progress.begin('compile', `compiling with ${jobs} jobs`);
  progress.skip(done / facts.compileSteps);
  await runCommand(
    {
      program: tools.make,
      args: [`-j${jobs}`],
      cwd: source,
      env: buildEnvironment(request.env),
      signal,
      onLine: (line) => {
        if (isCompileStep(line)) {
          done += 1;
          progress.advance(done / facts.compileSteps);
        }
      },
    },
    log,
  );
}

/** A compiler's command line that makes an object file. */
function isCompileStep(line: string): boolean {
  return / -c .*\.c\b/.test(line) && line.includes('.o');
}

function countObjects(folder: string): number {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.o')).length;
}

async function install(request: BuildRequest): Promise<string> {
  const { folder, prefix, staging, tools, progress, log, signal } = request;
  progress.begin('install', 'installing and compiling the standard library to bytecode');
  await fs.promises.rm(staging, { recursive: true, force: true });
  await fs.promises.mkdir(staging, { recursive: true });
  let lines = 0;
  await runCommand(
    {
      program: tools.make,
      // One job: the install targets of CPython race for folders when run in parallel.
      args: ['install', `DESTDIR=${staging}`],
      cwd: path.join(folder, 'source'),
      env: buildEnvironment(request.env),
      signal,
      onLine: () => {
        lines += 1;
        progress.advance(lines / installLines);
      },
    },
    log,
  );
  return path.join(staging, path.relative(path.parse(prefix).root, prefix));
}

/** Lines `make install` prints, give or take. */
const installLines = 1960;

/** The caller's environment without what would change the build or what the built Python does. */
export function buildEnvironment(env: Environment): Environment {
  const ignored =
    /^(PYTHON.*|_PYTHON.*|__PYVENV_LAUNCHER__|VIRTUAL_ENV|CONDA_PREFIX|PIP_.*|MAKEFLAGS|MFLAGS|MAKELEVEL|DESTDIR|LC_.*|LANG|CC|CPPFLAGS|CFLAGS|LDFLAGS)$/;
  const kept = Object.entries(env).filter(([name]) => !ignored.test(name));
  // Under ThreadSanitizer the fresh interpreter runs build steps; its reports must not fail them.
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    TSAN_OPTIONS: 'report_bugs=0:exitcode=0',
  };
}

/** CPython's makefiles do not quote paths. */
function requirePlainPath(folder: string): void {
  if (/[\s'"\\$#:*?&;<>|()`!]/.test(folder)) {
    throw new NogilError(
      'INSTALL_FAILED',
      `CPython cannot be built in ${folder}: its makefiles allow no blanks and none of '"\\$#:*?&;<>|()\`! ` +
        'in a path. Set NOGIL_HOME to a folder without them.',
    );
  }
}

function readState(folder: string): BuildState | undefined {
  const file = path.join(folder, stateName);
  return fs.existsSync(file)
    ? (JSON.parse(fs.readFileSync(file, 'utf8')) as BuildState)
    : undefined;
}

/** Renamed into place: a state file is either the old one or the new one, never half of it. */
function writeState(folder: string, state: BuildState): void {
  const file = path.join(folder, stateName);
  fs.writeFileSync(`${file}.new`, JSON.stringify(state));
  fs.renameSync(`${file}.new`, file);
}
