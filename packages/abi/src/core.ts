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
  /** Cells of the handle table. */
  readonly slots: number;
}
