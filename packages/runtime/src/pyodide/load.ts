import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { NogilError } from '@nogil/abi';
import {
  NG_OPERATION_BOOTSTRAP,
  NG_OPERATION_CALL_FOR_HANDLE,
  NG_OPERATION_CALL,
} from '@nogil/abi/constants';

import { pyodide as policy } from '../conversion/policy.js';
import { type Environment, environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { operate, readHandle, readNumber } from '../frame/operate.js';
import { objectsOf } from '../javascript/host.js';
import { supportFunction } from '../support.js';
import { absent, ask } from './calls.js';
import { AsJavaScript, Crossed } from './crossed.js';
import { ffi } from './ffi.js';
import { checkInterrupt } from './interrupt.js';
import { serve } from './host.js';
import { unavailable, withoutGetters } from './unavailable.js';
import { objectFor } from './proxy.js';
import { root } from './root.js';
import { settings } from './settings.js';
import { stateOf } from './state.js';
import { type InputHandlers, type OutputHandlers, PyodideStreams } from './streams.js';
import { makeGlobals } from './globals.js';
import { processFormat } from './buffer.js';

export const version = '314.0.7';

/** What `loadPyodide` takes; what else Pyodide takes is ignored. */
export interface LoadOptions {
  readonly jsglobals?: object;
  readonly env?: Readonly<Record<string, string | number>>;
  readonly args?: readonly string[];
  readonly convertNullToNone?: boolean;
  readonly toJsLiteralMap?: boolean;
  readonly pyproxyToStringRepr?: boolean;
  readonly stdin?: () => unknown;
  readonly stdout?: (text: string) => void;
  readonly stderr?: (text: string) => void;
  readonly packages?: string | readonly string[];
  readonly [other: string]: unknown;
}

/** What `runPython` takes. */
export interface RunOptions {
  readonly globals?: unknown;
  readonly locals?: unknown;
  readonly filename?: string;
}

/** Where the Python files of this entry are: beside what is built, or beside the sources. */
function pythonFolder(): string {
  const found = [join(__dirname, 'python'), join(__dirname, 'pyodide', 'python')].find((folder) =>
    existsSync(join(folder, '_pyodide_core.py')),
  );
  if (found === undefined) {
    throw new NogilError(
      'INTERNAL',
      'the Python files of nogil/pyodide are missing from the package',
    );
  }
  return found;
}

const started = new WeakSet<Environment>();

const starter = `
import sys, types
def start(nogil, folder, root):
    made = sys.modules.get("_pyodide_start")
    if made is None:
        made = types.ModuleType("_pyodide_start")
        made.nogil = nogil
        made.folder = folder
        sys.modules["_pyodide_start"] = made
        made.root = root
    from importlib.machinery import PathFinder
    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name in ("pyodide", "_pyodide", "_pyodide_core", "micropip"):
                return PathFinder.find_spec(name, [folder])
            return None
    if not getattr(made, "found", False):
        made.found = True
        sys.meta_path.append(Finder)
    def js_type(flags):
        import _pyodide_core
        return _pyodide_core.js_type(flags)
    if not hasattr(nogil, "pyodide_js_type"):
        nogil.pyodide_js_type = js_type
`;

function start(here: Environment): void {
  if (started.has(here)) return;
  started.add(here);
  policy.rules = { object: objectFor, serve };
  objectsOf(here);
  const module = operate(here, NG_OPERATION_BOOTSTRAP, [], readHandle);
  const crossed = new Crossed(here);
  try {
    const run = supportFunction(here, 'run');
    const source = `${starter}\nstart`;
    const made = operate(
      here,
      NG_OPERATION_CALL_FOR_HANDLE,
      [run, source, null, null, null, true],
      readHandle,
    );
    // The class of the root needs the core, and the core asks for the root by name: it comes later.
    operate(
      here,
      NG_OPERATION_CALL,
      [new Handle(made), new Handle(module), pythonFolder(), null],
      readNumber,
    );
    here.releases.now([made]);
    const boot = supportFunction(here, 'run');
    const text = `
import sys, threading
def later(root):
    sys.modules["_pyodide_start"].root.of_thread.real = root
class Root:
    def __init__(self):
        self.of_thread = threading.local()
    def __operate__(self, *values):
        return self.of_thread.real.__operate__(*values)
if sys.modules["_pyodide_start"].root is None:
    sys.modules["_pyodide_start"].root = Root()
import _pyodide_core
_pyodide_core.install()
later`;
    const later = operate(
      here,
      NG_OPERATION_CALL_FOR_HANDLE,
      [boot, text, null, null, null, true],
      readHandle,
    );
    operate(
      here,
      NG_OPERATION_CALL,
      [new Handle(later), crossed.of(new AsJavaScript(root))],
      readNumber,
    );
    here.releases.now([later]);
  } finally {
    crossed.done();
    here.releases.now([module]);
  }
}

/** The object that `loadPyodide` answers with. */
export type Pyodide = ReturnType<typeof makeApi>;

type Module = Readonly<Record<string, (...values: unknown[]) => unknown>>;

function makeApi(options: LoadOptions, own: boolean) {
  const importModule = (name: string): Module => ask('import_module', name) as Module;
  const base = importModule('_pyodide._base');
  const code = importModule('pyodide.code');
  const pyFfi = importModule('pyodide.ffi');
  const python = importModule('pyodide');
  const hook = importModule('_pyodide._importhook');
  const streams = new PyodideStreams();
  const globals = makeGlobals(ask('main_globals', own) as object);

  const evaluate = (
    name: string,
    source: string,
    { globals: given, locals, filename }: RunOptions,
  ): unknown => {
    const keywords: Record<string, unknown> = { globals: given ?? globals };
    if (locals !== undefined) keywords.locals = locals;
    if (filename !== undefined) keywords.filename = filename;
    const run = code[name] as unknown as { callKwargs(...values: unknown[]): unknown };
    const value = run.callKwargs(source, keywords);
    const state = own ? stateOf(value) : undefined;
    // To the first, a proxy of the second is an object of JavaScript's.
    if (state !== undefined) state.roundtrip = true;
    return value;
  };

  const api = {
    version,
    ffi,
    globals,
    pyodide_py: python,
    runPython(source: string, options: RunOptions = {}): unknown {
      return evaluate('eval_code', source, options);
    },
    runPythonAsync(source: string, options: RunOptions = {}): Promise<unknown> {
      return inPromise(() => evaluate('eval_code_async', source, options));
    },
    pyimport(name: string): unknown {
      return base.pyimport_impl?.(name);
    },
    toPy(
      value: unknown,
      { depth = -1, defaultConverter }: { depth?: number; defaultConverter?: unknown } = {},
    ): unknown {
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
        return value;
      if (stateOf(value) !== undefined) return value;
      const made = ask('to_py', new AsJavaScript(value), depth, defaultConverter, true);
      return made;
    },
    registerJsModule(name: unknown, module: unknown): void {
      hook.register_js_module?.(name, module);
    },
    unregisterJsModule(name: unknown): void {
      hook.unregister_js_module?.(name);
    },
    setInterruptBuffer(buffer: Record<number, number> | undefined): void {
      settings.interrupt = buffer;
    },
    checkInterrupt,
    setDebug(debug: boolean): boolean {
      const before = settings.debug;
      settings.debug = debug;
      return before;
    },
    isPyProxy(value: unknown): boolean {
      return stateOf(value) !== undefined;
    },
    loadPackage(names: unknown): Promise<unknown> {
      return inPromise(() => {
        const list = typeof names === 'string' ? [names] : Array.from(names as Iterable<string>);
        ask('install_packages', list);
        return [];
      });
    },
    loadPackagesFromImports(source: string): Promise<unknown> {
      return inPromise(() => {
        ask('install_imports', source);
        return [];
      });
    },
    loadedPackages: {} as Record<string, string>,
    setStdin(handlers?: InputHandlers): void {
      streams.setInput(handlers);
    },
    setStdout(handlers?: OutputHandlers): void {
      streams.setOutput('stdout', handlers);
    },
    setStderr(handlers?: OutputHandlers): void {
      streams.setOutput('stderr', handlers);
    },
    ...withoutGetters(),
    _module: { processBufferFormatString: processFormat } as Record<string, unknown>,
    _api: {} as Record<string, unknown>,
  };
  api._api = {
    version,
    pyodide_code: code,
    pyodide_ffi: pyFfi,
    pyodide_py: python,
    pyodide_base: base,
    tests: {},
    pyVersionTuple: ask('version_numbers'),
    setPyProxyToStringMethod(useRepr: boolean): void {
      settings.proxiesShowRepr = useRepr;
    },
    pyproxyIsAlive: (proxy: unknown): boolean => stateOf(proxy)?.shared.handle !== 0,
    isPromise(value: unknown): boolean {
      try {
        return typeof (value as { then?: unknown } | null)?.then === 'function' &&
          stateOf(value) === undefined
          ? true
          : value instanceof (ffi.PyAwaitable as never);
      } catch {
        return false; // a getter threw
      }
    },
    getTypeTag: (value: unknown): string => Object.prototype.toString.call(value),
    scheduleCallback: (callback: () => void, delay: number): void => {
      if (delay <= 2) setImmediate(callback);
      else setTimeout(callback, delay);
    },
    saveState: (): unknown => ask('save_state'),
    restoreState: (state: unknown): void => {
      ask('restore_state', state);
    },
  };
  for (const name of ['FS', 'PATH', 'canvas'] as const) {
    Object.defineProperty(api, name, {
      get: () => unavailable[name],
      configurable: true,
      enumerable: false,
    });
  }
  return api;
}

/** What `work` answers or throws, as a promise. */
function inPromise(work: () => unknown): Promise<unknown> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

let loads = 0;

/**
 * Starts Python, or joins the one that runs, and answers with Pyodide's API on it.
 *
 * Python has one interpreter in a process: what is loaded a second time has globals of its own, and shares all else.
 *
 * @throws NogilError as `python.start`
 * @remarks Any JS thread; the API belongs to the one that loaded it.
 */
export async function loadPyodide(options: LoadOptions = {}): Promise<Pyodide> {
  await Promise.resolve();
  const { env, jsglobals } = options;
  for (const [name, value] of Object.entries(env ?? {})) process.env[name] ??= String(value);
  const here = environment();
  start(here);
  settings.nullIsNone = options.convertNullToNone === true;
  settings.literalMaps = options.toJsLiteralMap === true;
  settings.proxiesShowRepr = options.pyproxyToStringRepr === true;
  loads += 1;
  const api = makeApi(options, loads > 1);
  ask(
    'set_up',
    new AsJavaScript(jsglobals ?? globalThis),
    new AsJavaScript(api),
    env === undefined ? undefined : new AsJavaScript(env),
  );
  if (options.stdin !== undefined) api.setStdin({ stdin: options.stdin });
  if (options.stdout !== undefined) api.setStdout({ batched: options.stdout });
  if (options.stderr !== undefined) api.setStderr({ batched: options.stderr });
  if (options.packages !== undefined) await api.loadPackage(options.packages);
  return api;
}

export { absent };
