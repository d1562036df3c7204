/**
 * What the core's Node-API door offers (native/src/napi.c and its parts). Nothing here checks its arguments
 * beyond their types: the packages above are its only callers.
 */
export interface Core {
  readonly abiVersion: number;
  /** Another core, which this process had loaded before; then this one offers nothing else. Undefined: it is the first. */
  readonly earlier: string | undefined;
  /**
   * Starts Python, or joins the one that runs. Blocks while another thread is starting it.
   *
   * @param codeFolder - where the core's compiled Python code is kept between starts; empty: nowhere
   */
  start(library: string, executable: string, deepBind: boolean, codeFolder: string): CoreAnswer;
  /** What runs; only `status` when nothing does. */
  describe(): CoreDescription;
  /** Makes this thread's environment, or finds it. The arena is the memory its frames lie in. */
  open(): { readonly status: number; readonly arena: ArrayBuffer };
  /** The address of the C function behind {@link Core.invoke}, and of this realm's state, which is its argument. */
  readonly carryOut: number;
  readonly state: number;
  /** Carries out the frame whose offset stands in the arena's first word. Once there is an arena. */
  invoke: () => void;
  /** The number of a block with the text as UTF-16; of ASCII, one byte a character, less than 0. */
  stageText(text: string): number;
  stageBytes(bytes: Uint8Array): number;
  takeText(block: number, wide: boolean): string;
  takeBytes(block: number): ArrayBuffer;
  dropBlock(block: number): void;
  /** Closes the gate and ends Python within `boundMs`; a status. */
  shutdown(boundMs: number): number;
  /** How long the process may take to end, in milliseconds. */
  exitBound(): number;
  /** Sets it; with `onlyFirst` only where nobody has yet. */
  setExitBound(milliseconds: number, onlyFirst: boolean): void;
  /** Ends Python as the process is about to end with `code`, and sees to it that it does; a status. */
  exit(code: number): number;
  /** After {@link exit}: the process is to end with another code. */
  exitWith(code: number): void;
  /** Tells the garbage collector that its objects hold `bytes` more, or fewer, outside its heap. */
  adjustMemory(bytes: number): void;
  statistics(): CoreStatistics;
  /** Runs code in `__main__`; the value is a handle. */
  run(source: string): CoreResult<number>;
  /** `repr()` of the object behind a handle. */
  repr(handle: number): CoreResult<string>;
  /** Calls an object with positional arguments, all of them handles; the value is a handle. */
  call(callable: number, handles: readonly number[]): CoreResult<number>;
  /** Releases the handle at `NG_ARENA_NAME`, where it leaves a status, negated. Once there is an arena. */
  release: () => void;
  /** A second handle to the object of the one at `NG_ARENA_NAME`, where it leaves that or a status, negated; as `release`. */
  duplicateHandle: () => void;
  /** As {@link Core.carryOut}, of the C functions behind these two. */
  readonly carryOutRelease: number;
  readonly carryOutDuplicate: number;
  /** A token for a handle's object, for an `NG_SHARE_…`; a negative answer is a status, negated. */
  shareHandle(handle: number, lifetime: number): number;
  /** A handle to a token's object; as {@link Core.shareHandle}. */
  openToken(token: number): number;
  /** Opens a token and releases it; as {@link Core.shareHandle}. */
  takeToken(token: number): number;
  /** Ends a token; a status. */
  releaseToken(token: number): number;
  /** Releases the live ones among these, ended by an `NG_HANDLE_END_…`; how many, or -status. */
  releaseHandles(handles: Float64Array, end: number): number;
  /** The number that tells this process's tokens from another's: the first proposal made. */
  tokenProcess(proposal: number): number;
  /** What is known of any number. */
  describeHandle(handleOrToken: number): CoreHandleHistory;
  /** This thread's live handles. */
  listHandles(): number[];
  /** The name of an object's type, with its module; runs no code of the object's. */
  handleTypeName(handle: number): CoreResult<string>;
  handleStatistics(): CoreHandleStatistics;
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
  /** Whether Python ends, within the exit bound, before a signal ends the process. A status. */
  guardSignals(on: boolean): number;
  endStatistics(): CoreEndStatistics;
  /** Names this thread, once it is open, for {@link interruptThread}. */
  nameThread(number: number): void;
  /** Raises KeyboardInterrupt in what a terminated thread runs; how many environments it had inside. */
  interruptThread(number: number): number;
  /**
   * Whether Ctrl-C interrupts what Python runs on this thread, and nothing else then. For the main thread alone; a
   * status.
   */
  setInteractive(on: boolean): number;
  /** Says how Python's calls reach this realm's functions: once. `call` answers a handle or nothing. */
  setFunctionHost(
    call: (
      number: number,
      names: readonly string[] | undefined,
      ...handles: number[]
    ) => number | null | undefined,
    drop: (number: number) => void,
  ): void;
  /**
   * Says how Python reaches this realm's objects: once. `call` finds its frame where the arena's first word
   * says, leaves value or exception in the frame's result, and OK or PYTHON_ERROR in its status.
   */
  setObjectHost(call: () => void, drop: (number: number) => void): void;
  /** Lets Python ask this realm for what belongs to no object: `setObjectHost` came before. Answers a status. */
  openJavaScript(): number;
  /** Makes the Python types of JavaScript objects ready, before the first one crosses. */
  openObjects(): CoreResult<number>;
  /** Whether `drop` will be called for an object's number. */
  isObjectLive(number: number): boolean;
  /** The memory of an export, not copied; null where the host takes no memory but its own. */
  openExport(number: number): ArrayBuffer | null;
  /** Lets Python have the memory of an export back; a status. */
  releaseExport(number: number): number;
  /** Copies the items of an export, in C order; `to` is as long as they are. */
  copyExport(number: number, to: Uint8Array): CoreResult<number>;
  /** For hosts without `ArrayBuffer.prototype.transfer`; others may end the process. */
  detach(buffer: ArrayBuffer): void;
  bufferStatistics(): CoreBufferStatistics;
  /**
   * A Python object over memory: a handle, or why there is none. `holder` keeps the memory, and is what Python gives
   * back; `kind` and `mode`: `NG_MEMORY_…`; `source`: the export that the memory is of, or 0.
   */
  createMemory(
    bytes: Uint8Array,
    holder: object,
    kind: number,
    mode: number,
    source: number,
  ): number | CoreResult<number>;
  /** What was passed to Python as memory number `number`. */
  memoryValue(number: number): object;
  /** Memory of the core's own; null where the host takes no memory but its own. */
  allocateMemory(bytes: number): ArrayBuffer | SharedArrayBuffer | null;
  /** Whether memory of this realm can outlive it. For Node only. */
  measureKeeping(): boolean;
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
  /** The value that is published for a type and still true, or 0. `scope`: `NG_TYPE_CACHE_…`. */
  typeCacheFind(type: number, scope: number): number;
  /** The same, or a creation, which waits for the creation lock. */
  typeCacheBegin(type: number, scope: number): CoreTypeCacheAnswer;
  /** Shows a half-built value to what the innermost creation calls; a status. */
  typeCacheOffer(token: number, value: number): number;
  /** Completes the innermost creation; a status. */
  typeCachePublish(token: number, value: number): number;
  /** Undoes a creation and those begun after it; a status. */
  typeCacheAbandon(token: number): number;
  /** The Python type of this thread's JavaScript class with that number, or a creation of it. */
  typeCacheBeginClass(classNumber: number): CoreTypeCacheAnswer;
  typeCacheOfferType(token: number, type: number): number;
  typeCachePublishType(token: number, type: number): number;
  typeCacheForgetClass(classNumber: number): void;
  /** A value of this thread's whose entry is gone, each once; 0 when there is none. */
  typeCacheDropped(): number;
  typeCacheStatistics(): CoreTypeCacheStatistics;
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

/** `ng_handle_history` of nogil.h, and the number of the environment that asked. */
export interface CoreHandleHistory {
  /** `NG_HANDLE_KIND_…` */
  readonly kind: number;
  /** `NG_HANDLE_STATE_…` */
  readonly state: number;
  /** `NG_HANDLE_END_…` */
  readonly end: number;
  readonly slot: number;
  readonly generation: number;
  readonly currentGeneration: number;
  readonly owner: number;
  readonly lastOwner: number;
  readonly endedBy: number;
  readonly here: number;
}

/** Figures of the handle table, each a moment's view. */
export interface CoreHandleStatistics {
  /** Handles of living JS threads. */
  readonly live: number;
  /** The sum of each living thread's highest number of handles. */
  readonly peak: number;
  /** Live tokens. */
  readonly shared: number;
  /** The most tokens there were at a time. */
  readonly sharedPeak: number;
  /** Handles given up on purpose, because their thread ended after Python began to finalize. */
  readonly leaked: number;
  /** Memory of the table, in bytes. */
  readonly bytes: number;
  /** Each living thread's share, by the number of its environment. */
  readonly environments: readonly {
    readonly environment: number;
    readonly live: number;
    readonly peak: number;
  }[];
}

/** As `ng_buffer_statistics` in nogil.h; each a moment's view. */
export interface CoreBufferStatistics {
  /** Of Python's memory, not released. */
  readonly exports: number;
  /** Of JavaScript's memory, known to Python. */
  readonly memories: number;
  /** Bytes of the core's own memory. */
  readonly allocated: number;
  /** Memories that outlived their thread, and stay until the process ends. */
  readonly kept: number;
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

/** How Python's end went; each a moment's view. */
export interface CoreEndStatistics {
  /** An `NG_GATE_…`. */
  readonly state: number;
  /** 1 when Python was finalized. */
  readonly finalized: number;
  /** Exceptions that threads inside Python were sent. */
  readonly interrupts: number;
  /** Threads that were inside when the bound was over. */
  readonly threadsLeft: number;
  /** Environments that ended too late to free their thread state. */
  readonly statesLeaked: number;
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

/** `outcome` and `value`: see `ng_type_cache_outcome` in nogil.h. */
export interface CoreTypeCacheAnswer extends CoreResult<number> {
  readonly outcome: number;
  readonly token: number;
}

/** As `ng_type_cache_statistics` in nogil.h. */
export interface CoreTypeCacheStatistics {
  readonly entries: number;
  readonly classes: number;
  readonly created: number;
  readonly abandoned: number;
  readonly changes: number;
  readonly deaths: number;
  readonly capacity: number;
  readonly method: number;
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
  /** Cells of the handle table that have memory now. */
  readonly slots: number;
}
