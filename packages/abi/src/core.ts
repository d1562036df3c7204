/**
 * What the core's Node-API door offers (native/src/napi.c and its parts). Nothing here checks its arguments
 * beyond their types: the packages above are its only callers.
 */
export interface Core {
  readonly abiVersion: number;
  /** Starts Python, or joins the one that runs. Blocks while another thread is starting it. */
  start(library: string, executable: string, deepBind: boolean): CoreAnswer;
  /** What runs; only `status` when nothing does. */
  describe(): CoreDescription;
  /** Makes this thread's environment, or finds it. The arena is the memory its frames lie in. */
  open(): { readonly status: number; readonly arena: ArrayBuffer };
  /** Carries out the frame whose offset stands in the arena's first word. */
  invoke(): void;
  stageText(text: string): number;
  stageBytes(bytes: Uint8Array): number;
  takeText(block: number, wide: boolean): string;
  takeBytes(block: number): ArrayBuffer;
  dropBlock(block: number): void;
  /** Closes the gate and ends Python within `boundMs`; a status. */
  shutdown(boundMs: number): number;
  /** Ends the process with `exitCode` after `boundMs`, unless it ends before. */
  armWatchdog(exitCode: number, boundMs: number): void;
  /** Tells the garbage collector that its objects hold `bytes` more, or fewer, outside its heap. */
  adjustMemory(bytes: number): void;
  statistics(): CoreStatistics;
  /** Runs code in `__main__`; the value is a handle. */
  run(source: string): CoreResult<number>;
  /** `repr()` of the object behind a handle. */
  repr(handle: number): CoreResult<string>;
  /** Calls an object with positional arguments, all of them handles; the value is a handle. */
  call(callable: number, handles: readonly number[]): CoreResult<number>;
  /** Releases a handle of this thread's; a status. */
  release(handle: number): number;
  /** Finds or makes the process's gate of that name, and a pass of this thread's for it. */
  gateOpen(name: string): { readonly status: number; readonly gate: number };
  /** Whether this thread is inside now. Does not nest. */
  gateEnter(gate: number): boolean;
  gateLeave(gate: number): void;
  /** Closes it, waiting up to `boundMs`; how many were given up, or -1 in a forked child. */
  gateClose(gate: number, boundMs: number): number;
  gateStatistics(gate: number): CoreGateStatistics;
  /** The figures of the gate that guards Python. */
  pythonGateStatistics(): CoreGateStatistics;
  /** Ends Python within `boundMs` before a signal ends the process; 0 stops it. A status. */
  guardSignals(boundMs: number): number;
  /** Says how Python's calls reach this realm's functions: once. `call` answers a handle or nothing. */
  setFunctionHost(
    call: (
      number: number,
      names: readonly string[] | undefined,
      ...handles: number[]
    ) => number | null | undefined,
    drop: (number: number) => void,
  ): void;
  /** A Python callable for function `number`; the value is a handle. */
  emitFunction(number: number, name: string, parameters: string | undefined): CoreResult<number>;
  /** Takes the creation lock; Infinity waits for ever. A status. */
  lockCreation(timeoutMs: number): number;
  /** Gives back what one `lockCreation` took. A status. */
  unlockCreation(): number;
  /** A Python type; the first `methods` of its attributes are methods. The value is a handle. */
  emitType(
    name: string,
    metaclass: number,
    bases: readonly number[],
    names: readonly string[],
    handles: readonly number[],
    methods: number,
  ): CoreResult<number> & { readonly name?: string };
  emitStatistics(): CoreEmitStatistics;
  /** Says how this realm learns that a mutex it waits for became its own: once, before all others. */
  setMutexHost(granted: (ticket: number, abandoned: boolean) => void): void;
  /** Takes a mutex, waiting; Infinity waits for ever. The value is a ticket. */
  takeMutex(name: string, timeoutMs: number): CoreResult<number> & { readonly abandoned: number };
  /** Takes a mutex, or joins its queue. The value is a ticket. */
  takeMutexLater(
    name: string,
  ): CoreResult<number> & { readonly granted: number; readonly abandoned: number };
  /** Releases a mutex, or leaves its queue; a status. */
  dropMutex(ticket: number): number;
  /** Keeps the event loop alive while `count` is not 0. */
  awaitMutexes(count: number): void;
  /** What the interpreter says of its build; the value is JSON. */
  abiBuild(): CoreResult<string>;
  /** What the interpreter says of a type; the value is JSON. */
  abiType(handle: number): CoreResult<string> & { readonly flags: number };
  /** What a type has in a slot; 0 for nothing. */
  abiSlot(handle: number, slot: string): CoreResult<bigint>;
  /** Where the object behind a handle is. */
  abiAddress(handle: number): CoreResult<bigint>;
  /** The references to the object behind a handle. */
  abiRefcount(handle: number): CoreCounts;
  /** Whether the GIL is on now, and which import turned it on for good. */
  gil(): { readonly status: number; readonly enabled: number } & Partial<CoreGilNotice>;
  /** Calls `listener` on this thread when an import turns the GIL on; a status. */
  watchGil(listener: (notice: CoreGilNotice) => void): number;
  /** Counts those in the process who listen for themselves. */
  addGilListeners(change: number): void;
  /** 1 for the one in the process who should warn, where nobody listens. */
  claimGilWarning(): number;
}

/** The import that turned the GIL on. */
export interface CoreGilNotice {
  readonly module: string;
  /** Empty when it came from none. */
  readonly file: string;
  readonly thread: bigint;
  readonly time: number;
}

/** As `ng_counts` in nogil.h. */
export interface CoreCounts {
  readonly status: number;
  readonly count: bigint;
  readonly owner: bigint;
  readonly shared: bigint;
  readonly local: number;
  /** `NG_COUNTS_…`. */
  readonly flags: number;
}

/** As `ng_lock_statistics` in nogil.h. */
export interface CoreLockStatistics {
  /** Held now. */
  readonly held: number;
  /** Waiting now. */
  readonly waiting: number;
  /** Taken since the process began. */
  readonly acquired: number;
  /** How many of those had to wait, or gave up waiting. */
  readonly contended: number;
  /** How many ended with their holder's thread. */
  readonly abandoned: number;
}

/** As `ng_emit_statistics` in nogil.h. */
export interface CoreEmitStatistics {
  /** The one creation lock. */
  readonly creation: CoreLockStatistics;
  /** All named mutexes together. */
  readonly mutexes: CoreLockStatistics;
  /** Unique names given out to types. */
  readonly names: number;
  /** Signatures that functions have been emitted with. */
  readonly dispatchers: number;
}

/** Figures of a gate, each a moment's view. */
export interface CoreGateStatistics {
  /** An `NG_GATE_…`. */
  readonly state: number;
  /** Threads that hold a pass. */
  readonly passes: number;
  /** Threads that are inside, or will come back inside. */
  readonly inside: number;
  /** Times that somebody got in, ever. */
  readonly entered: number;
  /** Times that somebody came too late. */
  readonly refused: number;
  /** Threads that were still inside when the bound for closing was over. */
  readonly leaked: number;
}

/** `value` means something when `status` is OK, `message` when it is not. */
export interface CoreResult<Value> extends CoreAnswer {
  readonly value: Value;
}

export interface CoreAnswer {
  readonly status: number;
  readonly message: string;
}

export interface CoreDescription {
  readonly status: number;
  readonly library?: string;
  readonly executable?: string;
  readonly version?: string;
  readonly versionHex?: number;
  readonly headSize?: number;
  readonly freeThreaded?: number;
  readonly deepBind?: number;
}

/** Figures of the whole process, each a moment's view. */
export interface CoreStatistics {
  /** JS threads that have used Python and still live. */
  readonly environments: number;
  /** Python objects held by JavaScript. */
  readonly handlesLive: number;
  /** The sum of each living environment's highest number of handles. */
  readonly handlesPeak: number;
  /** Handles given up on purpose, because their thread ended after Python began to finalize. */
  readonly handlesLeaked: number;
  /** Cells of the handle table. */
  readonly slots: number;
}
