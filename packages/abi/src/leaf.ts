import { CString, dlopen } from 'bun-ffi-compat';

import { NogilError } from './error.js';
import {
  NG_ABI_LAYOUT_SIZE,
  NG_CAPABILITY_ENTRY_FIRST,
  NG_CAPABILITY_ENTRY_KIND,
  NG_CAPABILITY_ENTRY_PRESENT,
  NG_CAPABILITY_ENTRY_SIZE,
  NG_CAPABILITY_ENTRY_STANDS_IN,
  NG_MESSAGE_SIZE,
  NG_STATUS_OK,
} from './generated/constants.js';
import { coreFile } from './load.js';
import { statusError } from './status-error.js';

/** Which of the core's functions may be called through FFI: they read tables and run no Python. */
const functions = {
  ng_abi_layout_read: { args: ['ptr', 'ptr'], returns: 'u32' },
  ng_capability_at: { args: ['u32', 'ptr'], returns: 'i32' },
} as const;

type Symbols = ReturnType<typeof dlopen<typeof functions>>['symbols'];

let opened: Symbols | undefined;

function leaf(): Symbols {
  opened ??= dlopen(coreFile(), functions).symbols;
  return opened;
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** As `ng_capability_entry` in nogil.h. */
export interface CapabilityEntry {
  readonly name: string;
  readonly kind: number;
  readonly first: number;
  readonly present: boolean;
  readonly standsIn: boolean;
}

/** Every entry of the core's table of the C API. */
export function readCapabilities(): CapabilityEntry[] {
  const { ng_capability_at: at } = leaf();
  const memory = new DataView(new ArrayBuffer(NG_CAPABILITY_ENTRY_SIZE));
  const u32 = (offset: number) => memory.getUint32(offset, littleEndian);
  const entries: CapabilityEntry[] = [];
  while (at(entries.length, memory) === 1) {
    entries.push({
      name: CString(memory.getBigUint64(0, littleEndian)),
      kind: u32(NG_CAPABILITY_ENTRY_KIND),
      first: u32(NG_CAPABILITY_ENTRY_FIRST),
      present: u32(NG_CAPABILITY_ENTRY_PRESENT) !== 0,
      standsIn: u32(NG_CAPABILITY_ENTRY_STANDS_IN) !== 0,
    });
  }
  return entries;
}

/** As `ng_abi_layout` in nogil.h. */
export interface LayoutFields {
  readonly headSize: number;
  readonly typeOffset: number;
  readonly countOffset: number;
  readonly countWidth: number;
  readonly freeThreaded: boolean;
  readonly ownerOffset: number;
  readonly sharedOffset: number;
  readonly sharedShift: number;
  readonly deferredOffset: number;
  readonly deferredMask: number;
}

/**
 * The layout of an object's head.
 *
 * @throws NogilError `UNSUPPORTED_BUILD` with what did not add up, `PYTHON_NOT_STARTED`
 */
export function readLayout(): LayoutFields {
  const fields = new Uint32Array(NG_ABI_LAYOUT_SIZE / 4);
  const message = Buffer.alloc(NG_MESSAGE_SIZE);
  const status = leaf().ng_abi_layout_read(fields, message);
  if (status !== NG_STATUS_OK) {
    throw statusError(status, message.toString('utf8', 0, message.indexOf(0)));
  }
  const [headSize, typeOffset, countOffset, countWidth, , , freeThreaded, ownerOffset] = fields;
  const [sharedOffset, sharedShift, deferredOffset, deferredMask] = fields.subarray(8);
  const present = (value: number | undefined): number => {
    if (value === undefined) throw new NogilError('INTERNAL', 'ng_abi_layout is cut short');
    return value;
  };
  return {
    headSize: present(headSize),
    typeOffset: present(typeOffset),
    countOffset: present(countOffset),
    countWidth: present(countWidth),
    freeThreaded: present(freeThreaded) !== 0,
    ownerOffset: present(ownerOffset),
    sharedOffset: present(sharedOffset),
    sharedShift: present(sharedShift),
    deferredOffset: present(deferredOffset),
    deferredMask: present(deferredMask),
  };
}
