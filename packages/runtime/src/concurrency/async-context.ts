import { AsyncLocalStorage } from 'node:async_hooks';

import { captureSite, type Site } from '../errors/stack.js';

/**
 * Runs a function in the asynchronous context in which this was made, so that its `AsyncLocalStorage`s have the stores
 * they had there. Python has it in a contextvar of the task that JavaScript began (native/src/python/aio.py).
 */
export interface AsyncContext {
  <Result>(body: () => Result): Result;
  /** An `AbortSignal` of this thread's, and what aborts it: for `nogil.abort_signal()`. */
  readonly abortable: () => readonly [signal: AbortSignal, abort: () => void];
}

/** Where something asynchronous began. */
export interface Origin {
  /** In the source: the stack of an error shows it. */
  readonly site: Site;
  readonly enter: AsyncContext;
}

function abortable(): readonly [AbortSignal, () => void] {
  const controller = new AbortController();
  return [
    controller.signal,
    () => {
      controller.abort(new DOMException('the Python task was cancelled', 'AbortError'));
    },
  ];
}

/**
 * Where the caller is.
 *
 * @param below - the innermost function that the stack of an error does not show; must be running
 */
export function captureOrigin(below: (...values: never[]) => unknown): Origin {
  const enter: AsyncContext = Object.assign(AsyncLocalStorage.snapshot(), { abortable });
  return { site: captureSite(below), enter };
}
