import { NogilError } from './error.js';
import {
  NG_CAPABILITY_DATA,
  NG_CAPABILITY_FREE_THREADED_ONLY,
  NG_CAPABILITY_FUNCTION,
  NG_CAPABILITY_OPTIONAL_DATA,
} from './generated/constants.js';
import { gil } from './gil.js';
import { readCapabilities, readLayout } from './leaf.js';
import { openCore, valueOf } from './objects.js';

/** Where the parts of an object's head are: asked of the interpreter by experiment. All in bytes. */
export interface HeadLayout {
  /** `object.__basicsize__`. */
  readonly headSize: number;
  readonly typeOffset: number;
  /** Of the reference count; on free-threaded builds, of what the owner counts. */
  readonly countOffset: number;
  /** 4 or 8. */
  readonly countWidth: number;
  /** Null on builds with a GIL. */
  readonly freeThreaded: {
    readonly ownerOffset: number;
    readonly sharedOffset: number;
    /** Bits below the shared count. */
    readonly sharedShift: number;
    /** The byte and the bit that mark deferred counting; null where the build does not show them. */
    readonly deferred: { readonly offset: number; readonly mask: number } | null;
  } | null;
}

/** What this Python is. */
export interface Build {
  /** `3.14.5`. */
  readonly version: string;
  /** `alpha`, `beta`, `candidate` or `final`. */
  readonly releaseLevel: string;
  /** `cpython`. */
  readonly implementation: string;
  /** Whether the build can run without the GIL: `Py_GIL_DISABLED`. */
  readonly freeThreaded: boolean;
  /** Whether the GIL is on at this moment. */
  readonly gilEnabled: boolean;
  /** Whether it was configured `--with-pydebug`. */
  readonly debug: boolean;
  /** `sys.abiflags`; empty on Windows. */
  readonly abiFlags: string;
  /** The tag of extension modules: `cpython-314t-x86_64-linux-gnu`. */
  readonly soabi: string;
  readonly compiler: string;
  /** `sysconfig.get_platform()`. */
  readonly platform: string;
  /** Bytes of a pointer. */
  readonly pointerSize: number;
  readonly littleEndian: boolean;
  /** Null when it did not add up; `refcount` then says why. */
  readonly layout: HeadLayout | null;
}

type BuildFacts = Omit<Build, 'layout' | 'gilEnabled'>;

/** Null where it was not learnt: Python runs all the same. */
function headLayout(): HeadLayout | null {
  let fields;
  try {
    fields = readLayout();
  } catch (error) {
    if (error instanceof NogilError && error.code === 'UNSUPPORTED_BUILD') return null;
    throw error;
  }
  const { headSize, typeOffset, countOffset, countWidth } = fields;
  const { freeThreaded, ownerOffset, sharedOffset, sharedShift } = fields;
  const { deferredOffset: offset, deferredMask: mask } = fields;
  const deferred = mask === 0 ? null : { offset, mask };
  const parts = { ownerOffset, sharedOffset, sharedShift, deferred };
  return {
    headSize,
    typeOffset,
    countOffset,
    countWidth,
    freeThreaded: freeThreaded ? parts : null,
  };
}

/**
 * Describes the Python that runs in this process.
 *
 * @throws NogilError as {@link openCore}
 * @remarks Any JS thread. Runs Python code.
 */
export function describeBuild(): Build {
  const facts = JSON.parse(valueOf(openCore().abiBuild())) as BuildFacts;
  return { ...facts, gilEnabled: gil().enabled, layout: headLayout() };
}

/** One entry of CPython's C API, as this build has it. */
export interface Capability {
  readonly name: string;
  /** Whether every Python that nogil runs on must have it. */
  readonly required: boolean;
  readonly kind: 'function' | 'data';
  /** Whether this build exports it. */
  readonly present: boolean;
  /** The first version that has it; null: every supported one, or only some. */
  readonly since: string | null;
  /** Whether only free-threaded builds have it. */
  readonly freeThreadedOnly: boolean;
  /** Absent, and the core does the same with older entries. */
  readonly standsIn: boolean;
}

/** The oldest Python that nogil runs on, as Py_Version. */
const OLDEST = 0x030a0000;

function versionOf(hex: number): string {
  return `${hex >>> 24}.${(hex >>> 16) & 0xff}`;
}

/**
 * What the core uses of CPython's C API, and which of it this build has.
 *
 * @returns by name
 * @throws NogilError as {@link openCore}
 * @remarks Any JS thread.
 */
export function capabilities(): ReadonlyMap<string, Capability> {
  openCore(); // before Python runs, nothing is known to be there
  return new Map(
    readCapabilities().map(({ name, kind, first, present, standsIn }) => {
      const freeThreadedOnly = first === NG_CAPABILITY_FREE_THREADED_ONLY;
      const isData = kind === NG_CAPABILITY_DATA || kind === NG_CAPABILITY_OPTIONAL_DATA;
      const capability: Capability = {
        name,
        required: kind === NG_CAPABILITY_FUNCTION || kind === NG_CAPABILITY_DATA,
        kind: isData ? 'data' : 'function',
        present,
        since: freeThreadedOnly || first <= OLDEST ? null : versionOf(first),
        freeThreadedOnly,
        standsIn,
      };
      return [name, capability] as const;
    }),
  );
}
