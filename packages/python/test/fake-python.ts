/** Stand-ins for Pythons: shell scripts that answer as a real one would, and libraries of a header each. */
import path from 'node:path';
import { probeMarker } from '../src/discovery/probe-program.js';
import { writeFile } from './temporary-folder.js';

/** What a stand-in says about itself; the rest is that of a healthy 3.14t. */
export interface FakeFacts {
  readonly version?: readonly [number, number, number];
  readonly implementation?: string;
  readonly pointerBits?: number;
  readonly freeThreaded?: boolean;
  readonly abiflags?: string;
  readonly debug?: boolean;
  readonly sanitizer?: 'thread' | 'address';
  /** The prefix of the environment, when it is not the folder itself. */
  readonly prefix?: string;
  /** What the library's header says; null: there is no library. */
  readonly libraryArch?: string | null;
  readonly libraryName?: string;
  readonly noise?: string;
}

const elfMachines: Readonly<Record<string, number>> = { x64: 62, arm64: 183, s390x: 22, ia32: 3 };

/** The 64 bytes of an ELF header for one processor. */
export function elfHeader(arch: string, word: 1 | 2 = 2, order: 1 | 2 = 1): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('\x7fELF', 0, 'latin1');
  bytes[4] = word;
  bytes[5] = order;
  const machine = elfMachines[arch] ?? 0;
  if (order === 1) {
    bytes.writeUInt16LE(machine, 18);
  } else {
    bytes.writeUInt16BE(machine, 18);
  }
  return bytes;
}

/** The answer of a stand-in, with `@HERE@` for its prefix. */
export function fakeAnswer(facts: FakeFacts): string {
  const [major, minor, micro] = facts.version ?? [3, 14, 5];
  const freeThreaded = facts.freeThreaded ?? true;
  const debug = facts.debug ?? false;
  const flags = (freeThreaded ? 't' : '') + (debug ? 'd' : '');
  const name = facts.libraryName ?? `libpython${major}.${minor}${flags}.so.1.0`;
  const prefix = facts.prefix ?? '@HERE@';
  const details = {
    executable: '@HERE@/bin/python3',
    base_executable: '@HERE@/bin/python3',
    gil_disabled: freeThreaded,
    abiflags: facts.abiflags ?? flags,
    debug,
    sanitizer: facts.sanitizer ?? null,
    machine: 'x86_64',
    prefix,
    base_prefix: '@HERE@',
    exec_prefix: prefix,
    base_exec_prefix: '@HERE@',
    stdlib: `@HERE@/lib/python${major}.${minor}`,
    platstdlib: `@HERE@/lib/python${major}.${minor}`,
    site_packages: [],
    cache_tag: `cpython-${major}${minor}`,
    soabi: null,
    builtin_extensions: [],
    library: {
      loaded: facts.libraryArch === null ? null : `@HERE@/lib/${name}`,
      libdir: null,
      ldlibrary: null,
      instsoname: null,
      multiarch: null,
      libpl: null,
      framework_prefix: null,
    },
  };
  return JSON.stringify({
    version: [major, minor, micro, 'final', 0],
    implementation: facts.implementation ?? 'cpython',
    pointer_bits: facts.pointerBits ?? 64,
    ...(major >= 3 ? { details } : {}),
  });
}

/** Makes an executable shell script. */
export function script(file: string, body: string): string {
  return writeFile(file, `#!/bin/sh\n${body}\n`, 0o755);
}

/** Makes a prefix with a program and, unless told otherwise, a library; returns the program. */
export function fakePython(prefix: string, facts: FakeFacts = {}): string {
  const answer = fakeAnswer(facts).replaceAll('@HERE@', prefix);
  const arch = facts.libraryArch === undefined ? process.arch : facts.libraryArch;
  if (arch !== null) {
    const library = /"loaded":"([^"]+)"/.exec(answer)?.[1];
    writeFile(library ?? path.join(prefix, 'lib', 'libpython'), elfHeader(arch));
  }
  const noise = facts.noise === undefined ? '' : `echo '${facts.noise}'\n`;
  return script(
    path.join(prefix, 'bin', 'python3'),
    `echo asked >> '${prefix}/asked'\n${noise}cat <<'END'\n${probeMarker}${answer}\nEND`,
  );
}
