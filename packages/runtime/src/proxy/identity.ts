import type { Environment } from '../environment.js';
import type { PythonObject } from './python-object.js';

/** A handle begins with its slot's number, and that with a chunk's: as handles.c puts them together. */
const INDEX_MASK = 2 ** 27 - 1;
const CHUNK_BITS = 12;
const POSITION_MASK = 2 ** CHUNK_BITS - 1;

/**
 * The proxies of a thread that the core knows, by the slots of their handles. Weak: a proxy nobody uses is
 * collected, and then the next crossing of its object makes another.
 *
 * Nothing takes an entry out. One whose slot is used again is overwritten; until then it leads to a handler that
 * says of itself which handle it has. So there is at most one for each slot there ever was, and releasing a
 * handle costs nothing here.
 */
export type ProxyTable = (WeakRef<PythonObject>[] | undefined)[];

/** The proxy with that handle answers for its object from now on. */
export function rememberProxy({ proxies }: Environment, object: PythonObject): void {
  const index = (object.handle >>> 0) & INDEX_MASK;
  const chunk = index >>> CHUNK_BITS;
  // A collected handler is not found any more, though its handle is live until the queue comes to it.
  (proxies[chunk] ??= [])[index & POSITION_MASK] = new WeakRef(object);
}

/** What has that handle; `undefined` when it was collected, and its handle waits to be released. */
export function rememberedProxy(
  { proxies }: Environment,
  handle: number,
): PythonObject | undefined {
  const index = (handle >>> 0) & INDEX_MASK;
  const object = proxies[index >>> CHUNK_BITS]?.[index & POSITION_MASK]?.deref();
  return object?.handle === handle ? object : undefined;
}
