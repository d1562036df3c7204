import { loadCore, NogilError } from '@nogil/abi';
import {
  NG_OPERATION_CALL,
  NG_OPERATION_IMPORT,
  NG_OPERATION_REPR,
  NG_STATUS_BUSY,
} from '@nogil/abi/constants';
import { checkExitBound } from '@nogil/finalizer-guard';

import { allocate, makeBytes } from './buffers/memory.js';
import { extend } from './classes/extend.js';
import { asyncio } from './concurrency/aio.js';
import { callback, setPatience } from './concurrency/callback.js';
import { call, callAsync, interrupt } from './concurrency/functions.js';
import { checkPoolSize, parallel, setPoolSize } from './concurrency/parallel.js';
import { open, share, unshare } from './concurrency/share.js';
import { type Codec, codecsOf } from './conversion/codecs.js';
import { toJs, toPy } from './conversion/explicit.js';
import type { ToJsOptions, ToPyOptions } from './conversion/options.js';
import { nogil } from './conversion/policy.js';
import { Conversion, destroyed } from './conversion/to-python.js';
import { channels } from './diagnostics/channels.js';
import { inspect } from './diagnostics/inspect.js';
import { checkDiagnostics, setDiagnostics } from './diagnostics/switch.js';
import { ByReference, ForcedFloat, ForcedInt, Handle } from './frame/crossing.js';
import { environment, existingEnvironment } from './environment.js';
import { errorClasses } from './errors/registry.js';
import { makeModule, type ModuleOptions } from './evaluation/module.js';
import { mainNamespace, type RunOptions, runSource } from './evaluation/run.js';
import { describeRunning, type PythonInfo } from './info.js';
import { checkInteractive, setInteractive } from './interactive.js';
import { invoke } from './invoke.js';
import { registerModule, unregisterModule } from './javascript/register.js';
import { leaks } from './lifetime/leaks.js';
import { scope } from './lifetime/scope.js';
import { off, on } from './lifetime/unraisable.js';
import { pip } from './pip.js';
import { protocolFunctions } from './protocol/functions.js';
import { type StartOptions, startPython } from './start.js';
import { cellOf } from './proxy/handle-cell.js';
import { flushStreams, stderr, stdin, stdout } from './streams/redirect.js';
import { supportFunction } from './support.js';
import type { PyAny, PyProxy } from './types.js';

/** How to end Python. */
export interface ShutdownOptions {
  /** How long it may take, in milliseconds: 1 to 600 000. */
  readonly timeout?: number;
}

const LONGEST_SHUTDOWN_MS = 600_000;

/** Python in this process. Importing it does nothing; the first use starts Python. */
export const python = {
  ...protocolFunctions,

  extend,
  callback,

  scope,
  leaks,
  inspect,
  on,
  off,

  stdin,
  stdout,
  stderr,

  /**
   * Starts Python, or joins the one that runs; every other use does so by itself, with defaults. Call it
   * first to say which Python, or to have the cost at a time of your choosing.
   *
   * @param options - which Python: an executable, or a version to look for
   * @returns what runs
   * @throws NogilError `PYTHON_NOT_FOUND`, `PYTHON_REFUSED` (each with everything looked at and what to
   *   do), `PYTHON_MISMATCH` when another Python runs in this process already, `PYTHON_START_FAILED`,
   *   `PYTHON_SHUT_DOWN`, `CORE_NOT_FOUND`, `CORE_UNUSABLE`, `INVALID_ARGUMENT`
   * @remarks Any JS thread. A process has one Python: the first thread to use it decides which.
   */
  start(options: StartOptions = {}): PythonInfo {
    if (options.threads !== undefined) checkPoolSize(options.threads);
    if (options.exitBound !== undefined) checkExitBound(options.exitBound, 'exitBound');
    if (options.diagnostics !== undefined) checkDiagnostics(options.diagnostics);
    if (options.interactive !== undefined) checkInteractive(options.interactive);
    startPython(loadCore(), options);
    const here = environment(options);
    if (options.interactive !== undefined) setInteractive(here.core, options.interactive);
    if (options.exitBound !== undefined) here.core.setExitBound(options.exitBound, false);
    if (options.callbackTimeout !== undefined) setPatience(options.callbackTimeout);
    if (options.threads !== undefined) setPoolSize(here, options.threads);
    if (options.diagnostics !== undefined) setDiagnostics(here, options.diagnostics);
    return describeRunning(here);
  },

  /**
   * What runs: version, paths, free-threaded or not. Starts Python if nothing runs yet.
   *
   * @remarks Any JS thread.
   */
  info(): PythonInfo {
    return describeRunning(environment());
  },

  /**
   * Imports a module, as `importlib.import_module` does: `python.import('os.path')` is `os.path`.
   *
   * @typeParam Shape - what you use of it: `python.import<{ sqrt(x: number): number }>('math')`. Nothing checks
   *   that the module is like that
   * @param name - the module's full name
   * @throws PythonError `ModuleNotFoundError` and whatever the module raises
   * @remarks Any JS thread.
   */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows, nobody else does
  import<Shape = PyAny>(name: string): Shape {
    if (typeof name !== 'string') {
      throw new NogilError('INVALID_ARGUMENT', `a module's name is a string, not ${typeof name}`);
    }
    const here = environment();
    return invoke(here, NG_OPERATION_IMPORT, name, []) as Shape;
  },

  /**
   * Makes a module of a text or a file, without the folders that `import` looks through. Below a package, it may
   * import relatively. Where its code raises, all is as it was before.
   *
   * @param name - its full name; of a package that is there, when it has a dot
   * @param options - what it is made of, and whether `import` finds it from now on
   * @returns the module
   * @throws PythonError what its code raises, `ModuleNotFoundError` for a package that is not there; NogilError
   *   `INVALID_ARGUMENT`
   * @remarks Any JS thread.
   */
  module(name: string, options: ModuleOptions): PyAny {
    return makeModule(name, options);
  },

  /**
   * The namespace of `__main__`, where `run` and `eval` work unless told otherwise. All threads share it.
   *
   * @remarks Any JS thread. Reading it starts Python.
   */
  get globals(): PyProxy {
    return mainNamespace();
  },

  registerModule,
  unregisterModule,

  /**
   * Runs Python code.
   *
   * @param source - any number of statements; `await` only in async functions
   * @param options - file name for tracebacks, namespaces
   * @returns the value of the last statement if that is an expression, else `null`
   * @throws PythonError what it raises; a `SyntaxError` before anything has run. NogilError `INVALID_ARGUMENT`
   * @remarks Any JS thread.
   */
  run(source: string, options: RunOptions = {}): PyAny {
    return runSource('run', source, options);
  },

  /**
   * The value of one Python expression.
   *
   * @param source - an expression
   * @param options - file name for tracebacks, namespaces
   * @throws PythonError what it raises; a `SyntaxError` for statements. NogilError `INVALID_ARGUMENT`
   * @remarks Any JS thread.
   */
  eval(source: string, options: RunOptions = {}): PyAny {
    return runSource('evaluate', source, options);
  },

  call,
  callAsync,
  interrupt,
  parallel,
  asyncio,

  pip,

  share,
  open,
  unshare,

  /**
   * An attribute that must be there: `proxy.name` is `undefined` when there is none, this throws.
   *
   * @throws PythonError `AttributeError`
   * @remarks The object's own JS thread.
   */
  getattr(object: PyProxy, name: string): PyAny {
    const here = environment();
    return invoke(here, NG_OPERATION_CALL, supportFunction(here, 'get_attribute'), [object, name]);
  },

  /** Python's `builtins` module: `python.builtins.dict`, `python.builtins.KeyError`. */
  get builtins(): PyProxy {
    return invoke(environment(), NG_OPERATION_IMPORT, 'builtins', []) as PyProxy;
  },

  /**
   * Python's `repr()` of any value that can cross.
   *
   * @remarks The value's own JS thread.
   */
  repr(value: unknown): string {
    const here = environment();
    const conversion = new Conversion(here);
    try {
      return invoke(here, NG_OPERATION_REPR, conversion.ready(value), []) as string;
    } finally {
      conversion.done();
    }
  },

  /**
   * The classes of Python's exceptions: `error instanceof python.errors.KeyError`, `python.errors.of(type)`,
   * `throw new python.errors.ValueError('…')`.
   *
   * @remarks Any JS thread, with classes of its own. Reading a class starts Python.
   */
  errors: errorClasses,

  /**
   * Makes a number a `float` in Python, where an integer would become an `int`.
   *
   * @param value - any number
   */
  float(value: number): unknown {
    return new ForcedFloat(value);
  },

  /**
   * A Python `bytes` object with these bytes: a typed array that is passed as it is becomes a buffer that
   * shares its memory.
   *
   * @param value - what to copy
   * @throws NogilError `INVALID_ARGUMENT`
   * @remarks Any JS thread.
   */
  bytes(value: ArrayBufferLike | ArrayBufferView): PyProxy {
    return makeBytes(environment(), value);
  },

  /**
   * Memory that both languages may use for as long as they like: zeroed, not on either heap, gone with the last
   * one that refers to it. Views on it reach Python without a copy; Python's threads and other workers may use
   * it at the same time.
   *
   * @param bytes - its size
   * @returns a `SharedArrayBuffer`, which can be posted to workers, where the host can make one over foreign
   *   memory (Node 24 and newer, Bun), else an `ArrayBuffer`, which workers get through Python
   * @throws NogilError `INVALID_ARGUMENT`, `OUT_OF_MEMORY`
   * @remarks Any JS thread.
   */
  alloc(bytes: number): ArrayBuffer | SharedArrayBuffer {
    return allocate(environment(), bytes);
  },

  /**
   * Makes a number an `int` in Python: a number beyond 2^53 would become a `float`.
   *
   * @param value - a whole number
   * @throws NogilError `UNSUPPORTED_VALUE` for a fraction, NaN or an infinity
   */
  int(value: number | bigint): unknown {
    if (typeof value !== 'bigint' && !Number.isInteger(value)) {
      throw new NogilError(
        'UNSUPPORTED_VALUE',
        `${String(value)} is no whole number; round it first`,
      );
    }
    return new ForcedInt(BigInt(value));
  },

  /**
   * Passes an object by reference where it would be copied: Python sees the array, Map, Set or plain object itself.
   *
   * @param value - any object
   * @throws NogilError `INVALID_ARGUMENT` for what is no object
   */
  ref(value: object): unknown {
    if ((typeof value !== 'object' && typeof value !== 'function') || (value as unknown) === null) {
      throw new NogilError('INVALID_ARGUMENT', `python.ref takes an object, not a ${typeof value}`);
    }
    return new ByReference(value);
  },

  /**
   * A JavaScript value like a Python object: lists and tuples become arrays, dicts Maps (or what
   * `dictConverter` says), sets Sets, bytes a Uint8Array, all of them copies, with cycles and what is shared kept.
   * What a codec knows is converted by it; the rest stays a proxy.
   *
   * @param value - a proxy; anything else is the answer as it is
   * @throws NogilError `UNSUPPORTED_VALUE` where something would be lost
   * @remarks The object's own JS thread.
   */
  toJs(value: unknown, options: ToJsOptions = {}): PyAny {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    const cell = isObject ? cellOf(value) : undefined;
    if (cell === undefined) return value;
    if (cell.handle === 0) throw destroyed();
    return toJs(environment(), new Handle(cell.handle), options, nogil);
  },

  /**
   * A Python object like a JavaScript value, as Python would get it as an argument.
   *
   * @param value - anything that can cross
   * @returns a proxy; for a scalar what it is in JavaScript
   * @throws NogilError `UNSUPPORTED_VALUE` where something would be lost
   * @remarks Any JS thread.
   */
  toPy(value: unknown, options: ToPyOptions = {}): PyAny {
    return toPy(environment(), value, options, nogil);
  },

  /** How values of special types cross, on this JS thread. */
  codecs: {
    /**
     * Adds a codec. It is asked before those with a lower priority and, among equals, before those that were
     * registered earlier, so also before all that are built in. What it throws is what the conversion throws.
     *
     * @param codec - see {@link Codec}
     * @returns takes it away again; also at the end of a `using` block
     * @throws NogilError `INVALID_ARGUMENT`
     * @remarks This JS thread only.
     */
    register(codec: Codec): Disposable & (() => void) {
      return codecsOf(environment()).register(codec);
    },
  },

  /**
   * Ends Python: `atexit` callbacks run and buffered output is written. This happens by itself when the
   * process exits; call it only to have it earlier. Afterwards every use is a `NogilError`
   * `PYTHON_SHUT_DOWN`, and Python cannot be started again.
   *
   * @param options - how long it may take; without it, as long as the process may take to end, which is
   *   `exitBound` of {@link start}. Threads that are inside Python are interrupted after a tenth of a second.
   * @returns whether Python was finalized; `false` when something in it would not end in time, and it was
   *   left running
   * @throws NogilError `INVALID_ARGUMENT`
   * @remarks Any JS thread.
   */
  shutdown(options: ShutdownOptions = {}): boolean {
    const core = existingEnvironment()?.core ?? loadCore();
    const { timeout = core.exitBound() } = options;
    if (!(timeout >= 1 && timeout <= LONGEST_SHUTDOWN_MS)) {
      throw new NogilError(
        'INVALID_ARGUMENT',
        `timeout is ${timeout}; it is milliseconds, from 1 to ${LONGEST_SHUTDOWN_MS}`,
      );
    }
    flushStreams();
    const finalized = core.shutdown(Math.trunc(timeout)) !== NG_STATUS_BUSY;
    channels.shutdown.publish({ reason: 'shutdown', finalized });
    return finalized;
  },
};
