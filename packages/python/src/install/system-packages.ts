/**
 * Gets missing build requirements from the system's package manager where nogil may do so (as root on
 * Debian and Ubuntu), and otherwise says the exact command.
 */
import fs from 'node:fs';
import path from 'node:path';
import { NogilError } from '@nogil/abi';
import type { Environment } from '../platform.js';
import type { InstallProgress } from '../progress/events.js';
import {
  checkTools,
  completeTools,
  onPath,
  type BuildTools,
  type PackageNames,
  type Requirement,
  type ToolReport,
} from './build-requirements.js';
import { CommandFailed, runCommand, type BuildLog } from './command.js';
import { withLock } from './lock.js';
import type { VariantFacts } from './variant.js';

/** What {@link provideTools} works with. */
export interface ProvideRequest {
  readonly facts: VariantFacts;
  readonly env: Environment;
  /** A folder for test programs, of this installation alone. */
  readonly folder: string;
  /** Lock file for package managers, shared by all variants. */
  readonly lock: string;
  readonly log: BuildLog;
  readonly signal: AbortSignal;
  readonly progress: InstallProgress;
  readonly osRelease: string;
  /** Whether this process may install system packages. */
  readonly isRoot: boolean;
}

/** The tools, and which modules the Python will lack. */
export interface ProvidedTools {
  readonly tools: BuildTools;
  readonly notes: readonly string[];
}

/**
 * Makes sure everything a build needs is there.
 *
 * @param request - the variant and where to work
 * @returns the tools, with a note per optional library that is missing
 * @throws NogilError `INSTALL_TOOLS_MISSING` with what is missing and the command that installs it
 */
export async function provideTools(request: ProvideRequest): Promise<ProvidedTools> {
  const { facts, env, folder, progress } = request;
  let report = await checkTools(facts, env, folder);
  let failure: CommandFailed | undefined;
  if (report.missing.length > 0 && mayUseApt(request)) {
    failure = await withLock(
      request.lock,
      {
        signal: request.signal,
        onWait: () => {
          progress.say('waiting for another installer to finish installing system packages');
        },
      },
      () => aptInstall(request, report.missing),
    );
    report = await checkTools(facts, env, folder);
  }
  const tools = completeTools(report, env);
  const required = report.missing.filter((requirement) => requirement.required);
  if (tools === undefined || required.length > 0) {
    throw toolsMissing(request, report, failure);
  }
  const notes = report.missing.map(
    ({ name, modules }) =>
      `built without ${modules.join(', ')}: the headers of ${name} are missing`,
  );
  for (const note of notes) {
    progress.say(`warning: ${note}`);
  }
  return { tools, notes };
}

type Manager = keyof PackageNames;

function managerOf(osRelease: string): Manager | undefined {
  if (process.platform === 'darwin') {
    return 'brew';
  }
  const text = fs.existsSync(osRelease) ? fs.readFileSync(osRelease, 'utf8') : '';
  const words = [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  );
  if (words.includes('debian') || words.includes('ubuntu')) {
    return 'apt';
  }
  return words.includes('fedora') || words.includes('rhel') ? 'dnf' : undefined;
}

function mayUseApt({ env, osRelease, isRoot }: ProvideRequest): boolean {
  return isRoot && managerOf(osRelease) === 'apt' && onPath(env, 'apt-get') !== undefined;
}

function packages(manager: Manager, requirements: readonly Requirement[]): string[] {
  return [...new Set(requirements.map((requirement) => requirement.packages[manager]))];
}

/** Returns the last failure instead of throwing it: what is still missing decides whether it matters. */
async function aptInstall(
  request: ProvideRequest,
  missing: readonly Requirement[],
): Promise<CommandFailed | undefined> {
  const all = packages('apt', missing);
  const necessary = packages(
    'apt',
    missing.filter((requirement) => requirement.required),
  );
  const install = (names: readonly string[]): readonly string[] => [
    'install',
    '-y',
    '--no-install-recommends',
    ...names,
  ];
  request.progress.say(`installing with apt-get: ${all.join(' ')}`);
  const first = await apt(request, install(all));
  if (first === undefined) {
    return undefined;
  }
  // Package lists are absent in fresh containers, and old ones name files that are gone.
  request.progress.say('updating the package lists with apt-get');
  await apt(request, ['update']);
  const second = await apt(request, install(all));
  if (second === undefined || necessary.length === 0) {
    return second;
  }
  // One optional package this release does not know must not cost the necessary ones.
  return apt(request, install(necessary));
}

async function apt(
  request: ProvideRequest,
  args: readonly string[],
): Promise<CommandFailed | undefined> {
  try {
    await runCommand(
      {
        program: 'apt-get',
        args: ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2', ...args],
        cwd: path.parse(process.cwd()).root,
        env: { ...request.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
        signal: request.signal,
      },
      request.log,
    );
    return undefined;
  } catch (error) {
    if (error instanceof CommandFailed) {
      return error;
    }
    throw error;
  }
}

function toolsMissing(
  request: ProvideRequest,
  report: ToolReport,
  failure: CommandFailed | undefined,
): NogilError {
  const required = report.missing.filter((requirement) => requirement.required);
  const names = required.map((requirement) => requirement.name).join(', ');
  const tried =
    failure === undefined
      ? ''
      : ` apt-get was tried and failed; the end of its output:\n${request.log.tail()}\n`;
  return new NogilError(
    'INSTALL_TOOLS_MISSING',
    `CPython cannot be built here, these are missing: ${names}.${tried} ` +
      `${installCommand(managerOf(request.osRelease), report.missing)} ` +
      'Then run the same command again.',
    failure === undefined ? {} : { cause: failure },
  );
}

/** The sentence with the exact command, for every package manager where the system is not known. */
function installCommand(manager: Manager | undefined, missing: readonly Requirement[]): string {
  const commands: Readonly<Record<Manager, string>> = {
    apt: `sudo apt-get update && sudo apt-get install -y ${packages('apt', missing).join(' ')}`,
    dnf: `sudo dnf install -y ${packages('dnf', missing).join(' ')}`,
    brew: `brew install ${packages('brew', missing)
      .filter((name) => !name.includes(' '))
      .join(' ')}`,
  };
  if (manager === undefined) {
    return (
      `Install them, for example with \`${commands.apt}\` (Debian, Ubuntu), ` +
      `\`${commands.dnf}\` (Fedora, RHEL) or \`${commands.brew}\` (macOS).`
    );
  }
  const xcode =
    manager === 'brew' && missing.some(({ packages: { brew } }) => brew.includes('xcode-select'))
      ? 'xcode-select --install; '
      : '';
  return `Run: ${xcode}${commands[manager]}`;
}
