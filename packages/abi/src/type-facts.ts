import { NogilError } from './error.js';
import { NG_STATUS_OK } from './generated/constants.js';
import { openCore, valueOf } from './objects.js';
import { statusError } from './status-error.js';
import { checkedName } from './text.js';

/** Flags of a type that programs ask for most. Source: object.h of CPython; they are the stable ABI's. */
const HEAP_TYPE = 2 ** 9;
const BASE_TYPE = 2 ** 10;
const HAS_GC = 2 ** 14;
const IS_ABSTRACT = 2 ** 20;
const IMMUTABLE_TYPE = 2 ** 8;

/** What the structure of a type says. Sizes and offsets are bytes. */
export interface TypeFacts {
  readonly name: string;
  readonly qualifiedName: string | null;
  /** Null where the class has put something there that is no text. */
  readonly module: string | null;
  /** `PyType_GetFlags`, whole. */
  readonly flags: number;
  /** Bytes of an instance, head included. */
  readonly basicSize: number;
  /** Bytes of each further item, for types whose instances differ in size; else 0. */
  readonly itemSize: number;
  /** Of the instance's `__dict__`; 0: it has none, -1 and less: CPython keeps it elsewhere. */
  readonly dictOffset: number;
  /** Of the list of weak references; 0: it has none. */
  readonly weakrefOffset: number;
  /** Made at run time, not written in C as a static structure. */
  readonly heapType: boolean;
  /** Whether it may be derived from. */
  readonly baseType: boolean;
  readonly immutable: boolean;
  readonly abstract: boolean;
  /** Whether the garbage collector looks at instances. */
  readonly collected: boolean;
}

type Structure = Pick<
  TypeFacts,
  'name' | 'qualifiedName' | 'module' | 'basicSize' | 'itemSize' | 'dictOffset' | 'weakrefOffset'
>;

/**
 * Describes a type, as its structure in C says; no metaclass has a say in it.
 *
 * @param handle - of a type, of this thread
 * @throws NogilError `INVALID_ARGUMENT` for an object that is no type, `STALE_HANDLE`, `FOREIGN_HANDLE`, and as
 *   {@link openCore}
 */
export function typeFacts(handle: number): TypeFacts {
  const answer = openCore().abiType(handle);
  const structure = JSON.parse(valueOf(answer)) as Structure;
  const { flags } = answer;
  const has = (flag: number) => Math.floor(flags / flag) % 2 === 1;
  return {
    ...structure,
    flags,
    heapType: has(HEAP_TYPE),
    baseType: has(BASE_TYPE),
    immutable: has(IMMUTABLE_TYPE),
    abstract: has(IS_ABSTRACT),
    collected: has(HAS_GC),
  };
}

/**
 * What a type has in one of its slots, by `PyType_GetSlot`.
 *
 * @param handle - of a type, of this thread
 * @param slot - as in CPython's `typeslots.h`, without `Py_`: `tp_call`, `nb_add`, `tp_doc`
 * @returns an address, null when the slot is empty. What it points at lives as long as the type
 * @throws NogilError `INVALID_ARGUMENT` for an object that is no type and for a slot that there is not,
 *   `UNSUPPORTED_BUILD` for one that this version of Python does not tell, and as {@link typeFacts}
 */
export function slotOf(handle: number, slot: string): number | null {
  const { status, message, value } = openCore().abiSlot(
    handle,
    checkedName('the name of a slot', slot),
  );
  if (status !== NG_STATUS_OK) throw statusError(status, message);
  if (value === 0n) return null;
  const address = Number(value);
  if (Number.isSafeInteger(address)) return address;
  throw new NogilError(
    'UNSUPPORTED_BUILD',
    `${slot} is at 0x${value.toString(16)}: no number of JavaScript's holds that exactly`,
  );
}
