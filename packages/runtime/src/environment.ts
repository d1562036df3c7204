import { fileURLToPath } from 'node:url';
import { isMainThread, threadId } from 'node:worker_threads';

import { type Core, loadCore, NogilError, statusError, watchGil } from '@nogil/abi';
import { NG_OPERATION_COLLECT, NG_OPERATION_RELEASE, NG_STATUS_OK } from '@nogil/abi/constants';
import { beforeExit, checkExitSettings, guardExit, ReleaseQueue } from '@nogil/finalizer-guard';
import { handleTracking } from '@nogil/handles';

import { version } from '../package.json';
import type { Completions } from './concurrency/completion.js';
import type { Codecs } from './conversion/codecs.js';
import type { TreeWriter } from './conversion/tree-writer.js';
import { channels } from './diagnostics/channels.js';
import { readUncaughtErrors } from './errors/uncaught.js';
import { type Arena, openArena } from './frame/arena.js';
import { describeRunning } from './info.js';
import { isInteractiveSession, setInteractive } from './interactive.js';
import { listen } from './javascript/host.js';
import type { JsObjects } from './javascript/objects.js';
import type { ScopeMembers } from './lifetime/scope-members.js';
import type { Unawaited } from './lifetime/unawaited.js';
import type { MethodFunction } from './proxy/functions.js';
import { HolderTable } from './proxy/identity.js';
import type { PythonObject } from './proxy/python-object.js';
import type { PlainKey } from './proxy/plain-key.js';
import { learnShape } from './proxy/shape.js';
import { type StartOptions, startPython } from './start.js';

/**
 * This JS thread's share of the runtime.
 *
 * Owner: the thread; nothing in it is shared with another. Two copies of this package on one thread share
 * it through `globalThis`: two environments there would mean two thread states on one OS thread, and
 * proxies of one copy that the other does not know.
 */
export interface Environment {
  readonly core: Core;
  readonly arena: Arena;
  readonly releases: ReleaseQueue;
  /** Handles of interned attribute names. Numbers: a second copy of this package has its own classes. */
  readonly names: Map<string, number>;
  /** Handles of functions of the core's own Python code. */
  readonly support: Map<string, number>;
  /** Writers that no conversion uses now. A getter that calls Python needs one of its own. */
  readonly writers: TreeWriter[];
  /** How values of special types cross; made when one might. */
  codecs: Codecs | undefined;
  /** JavaScript objects that Python refers to; made when the first one crosses. */
  objects: JsObjects | undefined;
  /** Promises that Python settles; made with the first one. */
  completions: Completions | undefined;
  /** Coroutines that nobody has awaited; made with the first one. */
  unawaited: Unawaited | undefined;
  readonly proxies: HolderTable<PythonObject>;
  readonly functions: HolderTable<MethodFunction>;
  /** Keys that are attributes and nothing else. */
  readonly plainKeys: Map<string, PlainKey>;
  /** The innermost `python.scope` that is open. */
  scope: ScopeMembers | undefined;
}

/** Changes with the shape of {@link Environment}. */
const SHAPE = 10;

/** The copy of this package that opened this thread's environment. */
interface Copy {
  readonly shape: number;
  readonly version: string;
  readonly file: string;
}

const key = Symbol.for(`nogil/environment/${SHAPE}`);
const copy = Symbol.for('nogil/copy');
const realm = globalThis as { [key]?: Environment; [copy]?: Copy | undefined };

/** Copies of one shape share the environment; another would make a second thread state on this OS thread. */
function claimThread(): void {
  const here: Copy = { shape: SHAPE, version, file: fileURLToPath(import.meta.url) };
  const { shape, version: other, file } = (realm[copy] ??= here);
  if (shape === SHAPE) return;
  throw new NogilError(
    'CORE_UNUSABLE',
    `two versions of nogil use Python in this thread: ${other} (${file}) and ${version} (${here.file}). ` +
      'Install one version: see `npm ls nogil`',
  );
}

/**
 * This thread's environment; the first use starts Python, or joins the one that runs.
 *
 * @param options - as `python.start` got them, for what is decided when the environment is made
 * @throws NogilError as `python.start`
 */
export function environment(options?: StartOptions): Environment {
  return realm[key] ?? openEnvironment(options);
}

/** The environment if there is one: for what must not start Python. */
export function existingEnvironment(): Environment | undefined {
  return realm[key];
}

function openEnvironment(options: StartOptions = {}): Environment {
  claimThread();
  checkExitSettings(); // now: an environment that is not guarded must not be found a second time
  const core = loadCore();
  startPython(core, {});
  const { status, arena: memory } = core.open();
  if (status !== NG_STATUS_OK) throw statusError(status);
  watchGil(core);
  const arena = openArena(core, memory);
  const made: Environment = {
    core,
    arena,
    releases: releaseQueue(core, arena, () => made.unawaited),
    names: new Map(),
    support: new Map(),
    writers: [],
    codecs: undefined,
    objects: undefined,
    completions: undefined,
    unawaited: undefined,
    proxies: new HolderTable(),
    functions: new HolderTable(),
    plainKeys: new Map(),
    scope: undefined,
  };
  realm[key] = made;
  listen(made);
  learnShape(made, 'coroutine_type');
  readUncaughtErrors();
  announceEnd(core);
  // Whoever says what it is to be sets it; python.start() does so.
  if (options.interactive === undefined && options.signals !== false && isInteractiveSession()) {
    setInteractive(core, true);
  }
  guardExit(options.signals === undefined ? {} : { signals: options.signals });
  if (channels.start.hasSubscribers) {
    channels.start.publish({ threadId, python: describeRunning(made) });
  }
  return made;
}

function announceEnd(core: Core): void {
  if (!isMainThread) return; // where a worker ends, Python goes on
  beforeExit(() => {
    if (!channels.shutdown.hasSubscribers || core.describe().status !== NG_STATUS_OK) return;
    channels.shutdown.publish({ reason: 'exit', finalized: undefined });
  });
}

function releaseQueue(
  core: Core,
  arena: Arena,
  unawaited: () => Unawaited | undefined,
): ReleaseQueue {
  return new ReleaseQueue({
    release: (handles, collected) => {
      const dropped = unawaited()?.dropping(handles);
      releaseBatch(arena, handles, collected ? NG_OPERATION_COLLECT : NG_OPERATION_RELEASE);
      dropped?.();
    },
    adjustMemory: (bytes) => {
      core.adjustMemory(bytes);
    },
  });
}

// Bound here: through the import it would be looked up each time.
const tracking = handleTracking;

function releaseBatch(arena: Arena, handles: readonly number[], operation: number): void {
  if (tracking.active) for (const handle of handles) tracking.released(handle);
  const frame = arena.claim(handles.length);
  try {
    for (let i = 0; i < handles.length; i++) {
      arena.writeHandle(arena.argument(frame, i), handles[i] as number);
    }
    // The only failure there is: the gate is closed, and the objects go with the process.
    arena.invoke(frame, operation, handles.length, 0);
  } finally {
    arena.give(frame);
  }
}
