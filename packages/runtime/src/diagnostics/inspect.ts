import { gil, type GilState } from '@nogil/abi';
import { NG_OPERATION_CALL, NG_OPERATION_NAMES } from '@nogil/abi/constants';
import { describeHandle, handleStatistics } from '@nogil/handles';

import { environment, type Environment } from '../environment.js';
import { invoke } from '../invoke.js';
import { supportFunction } from '../support.js';

/** What a JS thread that uses Python does. */
export interface EnvironmentState {
  /** Its number, as it stands in errors: "environment 2", "JS thread 2". Never used again. */
  readonly number: number;
  /** The `threadId` of the JS thread; 0: the main thread. */
  readonly threadId: number;
  /** Whether it is the one that asks. */
  readonly here: boolean;
  /**
   * `javascript`: outside Python. `python`: inside a call, which may compute, sleep or wait there. `callback`: it runs
   * JavaScript that Python called, or serves calls while it waits.
   */
  readonly state: 'javascript' | 'python' | 'callback';
  /** What it asked the core for: `call`, `import`, `get attribute`; `undefined` where it asks for nothing. */
  readonly operation: string | undefined;
  /** Live handles: Python objects that its JavaScript holds. */
  readonly handles: number;
  /** The most it ever had at a time. */
  readonly handlesPeak: number;
  /** Calls and notices of other threads that wait for its event loop. */
  readonly queued: number;
  /** Of the thread that asks, what its handles are; nobody else knows. */
  readonly held: HeldHandles | undefined;
}

/** What the handles of a JS thread are. */
export interface HeldHandles {
  /** Proxies that somebody may still use, those of both policies. A handle of one that was collected is in `others` until it is released. */
  readonly proxies: number;
  /** Names of attributes, kept for the next time. */
  readonly names: number;
  /** Functions of nogil's own. */
  readonly functions: number;
  /** What is left: bound methods, errors, calls that are under way, and proxies that wait for their release. */
  readonly others: number;
  /** The other way round: JavaScript objects that Python holds. */
  readonly objects: number;
}

/** A thread that has run Python code, or does. */
export interface PythonThread {
  /** `threading.get_ident()` */
  readonly id: number;
  /** The system's number, as `top -H` and debuggers show it; `undefined` where it is not known. */
  readonly nativeId: number | undefined;
  /** The name that Python or the system has for it; `undefined` where neither told. */
  readonly name: string | undefined;
  /** `undefined` for threads that Python has no `threading.Thread` of. */
  readonly daemon: boolean | undefined;
  /**
   * `environment`: a JS thread. `pool`: of `python.parallel`. `core`: Python's main thread, which the core keeps.
   * `python`: a `threading.Thread`. `foreign`: any other, made in C.
   */
  readonly owner: 'environment' | 'pool' | 'core' | 'python' | 'foreign';
  /** The number of its environment, where it has one. */
  readonly environment: number | undefined;
  /** Whether it is inside Python; `undefined` where only Python knows: of `python` and `foreign` threads, and in callbacks. */
  readonly inside: boolean | undefined;
  /** The innermost Python function it is in, `file:line name`; `undefined` where it is in none. */
  readonly at: string | undefined;
  /** What it waits for inside the core: `callback into environment 2`, `mutex "cache"`. `undefined`: for nothing there. */
  readonly waitsFor: string | undefined;
}

/** The threads of `python.parallel` and `callAsync`. */
export interface PoolState {
  /** How many there may be. */
  readonly size: number;
  /** How many there are: they are made when they are needed. */
  readonly threads: number;
  /** How many of them have a job. */
  readonly busy: number;
  /** Jobs that no thread has taken yet. */
  readonly queued: number;
}

/** Python's garbage collector. */
export interface CollectorState {
  /** `gc.isenabled()` */
  readonly enabled: boolean;
  /** `gc.get_stats()`, the youngest generation first. */
  readonly generations: readonly {
    readonly collections: number;
    readonly collected: number;
    readonly uncollectable: number;
  }[];
  /**
   * How long collections took since somebody called `python.start({ diagnostics: true })`, in milliseconds; before that
   * `undefined`. On a free-threaded build all threads stand still for a part of that time, at most.
   */
  readonly times:
    { readonly count: number; readonly total: number; readonly longest: number } | undefined;
}

/** Python in this process at one moment. Plain data: it can be posted, and written as JSON. */
export interface Inspection {
  /** When, as `Date.now()`. */
  readonly time: number;
  readonly environments: readonly EnvironmentState[];
  readonly threads: readonly PythonThread[];
  readonly pool: PoolState;
  readonly gil: {
    /** Whether the build can be without it. */
    readonly freeThreaded: boolean;
    /** Whether it is on at this moment. */
    readonly enabled: boolean;
    /** The import that turned it on for good; `undefined` where none did. `time` is as `Date.now()`. */
    readonly enabledBy:
      | { readonly module: string; readonly file: string | undefined; readonly time: number }
      | undefined;
  };
  readonly collector: CollectorState;
  /** Tokens of `python.share` that are not ended. */
  readonly tokens: number;
  /** Handles that were given up on purpose, as Python had begun to end. */
  readonly leakedHandles: number;
}

type Environments = [
  number: number,
  thread: number,
  presence: number,
  operation: number,
  ident: number,
  native: number,
  handles: number,
  peak: number,
  queued: number,
];

interface Told {
  readonly environments: readonly Environments[];
  readonly pool: { size: number; threads: number; busy: number; queued: number };
  readonly threads: readonly {
    readonly id: number;
    readonly owner: PythonThread['owner'];
    readonly name: string | null;
    readonly nativeId?: number | null;
    readonly daemon?: boolean;
    readonly environment?: number;
    readonly inside?: boolean | null;
    readonly at?: string | null;
    readonly waits?: [kind: number, other: number, name: string];
  }[];
  readonly collector: Omit<CollectorState, 'times'> & { times: CollectorState['times'] | null };
}

/** As environment.h has them. */
const INSIDE = 1;

function stateOf(presence: number): EnvironmentState['state'] {
  if (presence === 0) return 'javascript';
  return (presence & INSIDE) === 0 ? 'callback' : 'python';
}

/** `ng_wait_kind` of native/src/waits.h. */
function waitText([kind, other, name]: [number, number, string]): string {
  if (kind === 1) return `callback into environment ${other}`;
  if (kind === 3) return `mutex ${JSON.stringify(name)}`;
  return other === 0 ? 'the creation lock' : `the creation lock, held by environment ${other}`;
}

function held(here: Environment, live: number): HeldHandles {
  const proxies = here.proxies.count();
  const names = here.names.size;
  const functions = here.support.size;
  const others = Math.max(0, live - proxies - names - functions);
  return { proxies, names, functions, others, objects: here.objects?.held().length ?? 0 };
}

function describeGil(state: GilState, freeThreaded: boolean): Inspection['gil'] {
  const { enabled, enabledBy } = state;
  return {
    freeThreaded,
    enabled,
    enabledBy:
      enabledBy === null
        ? undefined
        : {
            module: enabledBy.module,
            file: enabledBy.file ?? undefined,
            time: enabledBy.time.getTime(),
          },
  };
}

/**
 * What Python does in this process at this moment: its threads and where they are, the JS threads that use it, the pool,
 * the GIL, the garbage collector. For people and for dashboards; on a free-threaded build it stops all threads of Python
 * for a moment, some tens of microseconds and more with many threads. What is not known is `undefined`.
 *
 * @returns a copy; its parts are of moments shortly after each other
 * @throws NogilError `PYTHON_SHUT_DOWN`, and as `python.start`
 * @remarks Any JS thread. Starts Python.
 */
export function inspect(): Inspection {
  const here = environment();
  const text = invoke(here, NG_OPERATION_CALL, supportFunction(here, 'inspection'), []) as string;
  const told = JSON.parse(text) as Told;
  const { shared, leaked } = handleStatistics();
  const number = describeHandle(0).here;
  return {
    time: Date.now(),
    environments: told.environments
      .map(([own, threadId, presence, operation, , , handles, handlesPeak, queued]) => ({
        number: own,
        threadId,
        here: own === number,
        state: stateOf(presence),
        operation: operation === 0 ? undefined : NG_OPERATION_NAMES[operation],
        handles,
        handlesPeak,
        queued,
        held: own === number ? held(here, handles) : undefined,
      }))
      .sort((one, other) => one.number - other.number),
    threads: told.threads.map((thread) => ({
      id: thread.id,
      nativeId: thread.nativeId ?? undefined,
      name: thread.name ?? undefined,
      daemon: thread.daemon,
      owner: thread.owner,
      environment: thread.environment,
      inside: thread.inside ?? undefined,
      at: thread.at ?? undefined,
      waitsFor: thread.waits === undefined ? undefined : waitText(thread.waits),
    })),
    pool: {
      size: told.pool.size,
      threads: told.pool.threads,
      busy: told.pool.busy,
      queued: told.pool.queued,
    },
    gil: describeGil(gil(), here.core.describe().freeThreaded === 1),
    collector: { ...told.collector, times: told.collector.times ?? undefined },
    tokens: shared,
    leakedHandles: leaked,
  };
}
