/** pip in a project's environment: one operation after another, what it changed, and what to know about that. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NogilError } from '@nogil/abi';
import { searchContext } from '../discovery/find.js';
import { bringPip } from '../environment/make.js';
import {
  exclusively,
  projectEnvironment,
  type ProjectEnvironment,
} from '../environment/project-environment.js';
import { projectFolder } from '../environment/project.js';
import type { PythonInstallation } from '../installation.js';
import type { LockOptions, PipOptions, PipResult, SyncOptions } from '../pip.js';
import type { Environment } from '../platform.js';
import { added, takeInventory, type Inventory } from './inventory.js';
import { lockedNames } from './lock-file.js';
import { background, failed, type PipRunner } from './runner.js';
import { extensionWarnings, type PipWarning } from './warnings.js';

/** The first pip that writes and installs from `pylock.toml`. */
const LOCKING_PIP = [26, 1] as const;

/** One use of pip, while nobody else changes the environment. */
interface Session {
  readonly python: PythonInstallation;
  readonly before: Inventory;
  readonly cwd: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly run: (args: readonly string[], runner?: PipRunner) => Promise<string>;
}

/** See `runPip`. */
export function run(args: readonly string[], options: PipOptions): Promise<PipResult> {
  return inEnvironment(options, (session) => session.run(args));
}

/** See `lockPackages`. */
export async function lock(options: LockOptions): Promise<PipResult & { readonly file: string }> {
  let file = '';
  const result = await inEnvironment(options, async (session) => {
    file = lockFile(session, options.file);
    requireLocking(session);
    // Beside it: pip names local files relative to it.
    const unfinished = path.join(path.dirname(file), `pylock.unfinished-${process.pid}.toml`);
    const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'nogil-lock-'));
    try {
      const frozen = path.join(scratch, 'requirements.txt');
      // Its output is for us, wherever that of the rest goes.
      fs.writeFileSync(frozen, await session.run(['freeze'], background()));
      const what = ['--no-deps', '--requirement', frozen, '--output', unfinished];
      const output = await session.run(['lock', ...what, ...(options.args ?? [])]);
      fs.renameSync(unfinished, file);
      return output;
    } finally {
      fs.rmSync(unfinished, { force: true });
      fs.rmSync(scratch, { recursive: true, force: true });
    }
  });
  return { ...result, file };
}

/** See `syncPackages`. */
export function sync(options: SyncOptions): Promise<PipResult> {
  return inEnvironment(options, async (session) => {
    const file = lockFile(session, options.file);
    const wanted = lockedNames(file);
    requireLocking(session);
    const install = ['install', '--no-deps', '--requirement', file, ...(options.args ?? [])];
    let output = wanted.size === 0 ? '' : await session.run(install);
    const { packages } = await takeInventory(session.python, session.env);
    const surplus = packages
      .map(({ name }) => name)
      .filter((name) => !wanted.has(name) && !isSeed(session.python, name));
    if (surplus.length > 0) output += await session.run(['uninstall', '--yes', ...surplus]);
    return output;
  });
}

/** What `venv` itself puts into an environment. */
function isSeed({ version }: PythonInstallation, name: string): boolean {
  return name === 'pip' || (version.minor < 12 && ['setuptools', 'wheel'].includes(name));
}

/** The lock belongs to the environment: it lies beside its `.venv`. */
function lockFile({ python, cwd }: Session, given: string | undefined): string {
  if (given !== undefined) return path.resolve(cwd, given);
  const inProject = path.basename(python.prefix) === '.venv';
  return path.join(inProject ? path.dirname(python.prefix) : projectFolder(cwd), 'pylock.toml');
}

function requireLocking({ python, before }: Session): void {
  const [major = 0, minor = 0] = (before.pip ?? '').split('.').map(Number);
  if (major > LOCKING_PIP[0] || (major === LOCKING_PIP[0] && minor >= LOCKING_PIP[1])) return;
  throw new NogilError(
    'PIP_FAILED',
    `pip ${before.pip ?? ''} in ${python.prefix} is older than ${LOCKING_PIP.join('.')}, the first that writes and ` +
      'reads pylock.toml. Next step: npx nogil pip install --upgrade pip',
  );
}

async function inEnvironment(
  options: PipOptions,
  body: (session: Session) => Promise<string>,
): Promise<PipResult> {
  const { env, cwd } = searchContext(options);
  const found = await projectEnvironment(options, options.signal);
  const { python } = found;
  if (found.made) options.onEnvironment?.(python);
  return exclusively(python.prefix, env, options.signal, async (signal) => {
    const before = await stock(python, env, signal);
    const runner = options.runner ?? background(options.onOutput);
    // pip itself refuses a base then, also one that `--python` names.
    const settings = { ...env, PIP_REQUIRE_VIRTUALENV: '1' };
    const session: Session = {
      python,
      before,
      cwd,
      env,
      signal,
      run: (args, own = runner) => own({ python, args, cwd, env: settings, signal }),
    };
    const output = await body(session);
    return { ...(await outcome(found, before, env)), output };
  });
}

async function stock(
  python: PythonInstallation,
  env: Environment,
  signal: AbortSignal,
): Promise<Inventory> {
  const inventory = await takeInventory(python, env);
  if (inventory.pip !== null) return inventory;
  await bringPip(python, env, signal);
  const again = await takeInventory(python, env);
  if (again.pip === null) throw failed(python, [], 'is not there, though ensurepip said it was');
  return again;
}

async function outcome(
  { python, bypassed }: ProjectEnvironment,
  before: Inventory,
  env: Environment,
): Promise<Omit<PipResult, 'output'>> {
  const after = await takeInventory(python, env);
  const installed = added(before, after);
  const warnings: PipWarning[] = await extensionWarnings(python, installed, env);
  if (bypassed !== undefined) warnings.push({ code: 'ENVIRONMENT_BYPASSED', message: bypassed });
  return { environment: python, installed, removed: added(after, before), warnings };
}
