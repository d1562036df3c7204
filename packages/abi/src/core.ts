/**
 * What the core's Node-API door offers (native/src/module_napi.c). Nothing here checks its arguments
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
  /** Releases a handle of this thread's; a status. */
  release(handle: number): number;
  /** A second handle to the same object; a negative answer is a status, negated. */
  duplicateHandle(handle: number): number;
  /** A token for a handle's object, for an `NG_SHARE_…`; as {@link Core.duplicateHandle}. */
  shareHandle(handle: number, lifetime: number): number;
  /** A handle to a token's object; as {@link Core.duplicateHandle}. */
  openToken(token: number): number;
  /** Opens a token and releases it; as {@link Core.duplicateHandle}. */
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
