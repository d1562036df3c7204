/**
 * A source archive that "builds" in a moment: its configure, compile and install scripts leave traces,
 * wait when told to, and install a stand-in Python. With it, everything about an installation except
 * CPython itself is tested for real.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { probeMarker } from '../src/discovery/probe-program.js';
import type { InstallHost } from '../src/install/install.js';
import { elfHeader, fakeAnswer, script, type FakeFacts } from './fake-python.js';
import { writeFile } from './temporary-folder.js';
import { packXz } from './xz-archive.js';

/** A machine for one installation: archive, tools, cache, and a folder where the build leaves traces. */
export interface FakeMachine {
  readonly host: InstallHost;
  readonly env: Record<string, string>;
  readonly folder: string;
  readonly cache: string;
  /** The lines the build scripts left, such as `configure` and `compile`. */
  readonly traces: () => string[];
}

/** What verification would print for a healthy Python. */
const findings = (facts: FakeFacts): string =>
  JSON.stringify({
    missing: { curses: 'No module named _curses' },
    gil: facts.freeThreaded === false,
    disabled: facts.freeThreaded !== false,
    debug: false,
    prefix: '@HERE@',
    same: true,
    refcnt: true,
  });

/** A Python that answers from wherever it lies, both when asked and when verified. */
export function movablePython(facts: FakeFacts): string {
  return [
    'here=$(cd "$(dirname "$0")/.." && pwd -P)',
    'case "$1" in',
    `-I) sed "s|@HERE@|$here|g" <<'END'\n${findings(facts)}\nEND\n;;`,
    `*) sed "s|@HERE@|$here|g" <<'END'\n${probeMarker}${fakeAnswer(facts)}\nEND\n;;`,
    'esac',
  ].join('\n');
}

/** Makes a machine below a folder. `compile` is shell code that stands for the compiler's work. */
export async function fakeMachine(
  folder: string,
  facts: FakeFacts = {},
  compile = 'echo "cc -c a.c -o a.o"; : > a.o',
): Promise<FakeMachine> {
  const traces = path.join(folder, 'traces');
  const trace = (word: string): string => `echo ${word} >> '${traces}'`;
  const source = path.join(folder, 'source', 'Python-9.9.9');
  const library = /"loaded":"@HERE@\/([^"]+)"/.exec(fakeAnswer(facts))?.[1] ?? 'lib/libpython.so';
  script(
    path.join(source, 'configure'),
    `${trace('configure')}\nfor word in "$@"; do case "$word" in --prefix=*) echo "\${word#--prefix=}" > prefix;; esac; done`,
  );
  writeFile(path.join(source, 'compile.sh'), `${trace('compile')}\n${compile}\n`);
  writeFile(path.join(source, 'library'), elfHeader(process.arch));
  script(path.join(source, 'python'), movablePython(facts));
  writeFile(path.join(source, 'pip'), '#!/build/place/bin/python3.14t\nimport pip\n', 0o755);
  writeFile(
    path.join(source, 'install.sh'),
    `set -e\n${trace('install')}\nto="$1$(cat prefix)"\nmkdir -p "$to/bin" "$to/lib/pkgconfig"\n` +
      `cp python "$to/bin/python3"\ncp pip "$to/bin/pip3"\ncp library "$to/${library}"\n` +
      'echo "prefix=$(cat prefix)" > "$to/lib/pkgconfig/python3.pc"\n: > "$to/lib/libpython3.14t.a"\n',
  );
  writeFile(path.join(source, 'Lib', 'test', 'big.py'), 'unneeded');
  const release = {
    version: '9.9.9',
    fileName: 'Python-9.9.9.tar.xz',
    debianName: 'python9.9_9.9.9.orig.tar.xz',
    url: 'http://127.0.0.1:1/Python-9.9.9.tar.xz',
    debianPath: 'pool/python9.9',
  };
  const archive = path.join(folder, 'archives', release.fileName);
  await packXz(path.dirname(source), archive);
  const bytes = fs.readFileSync(archive);
  const tools = path.join(folder, 'tools');
  script(path.join(tools, 'cc'), 'exit 0');
  script(
    path.join(tools, 'make'),
    'case "$1" in install) exec sh ./install.sh "${2#DESTDIR=}";; *) exec sh ./compile.sh;; esac',
  );
  const cache = path.join(folder, 'cache');
  return {
    folder,
    cache,
    host: {
      freeBytes: () => Promise.resolve(1e12),
      release: {
        ...release,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        bytes: bytes.length,
      },
      aptFolder: path.join(folder, 'apt'),
      osRelease: writeFile(path.join(folder, 'os-release'), 'ID=debian\n'),
      isRoot: false,
      staleAfter: 2000,
    },
    env: {
      HOME: folder,
      NOGIL_HOME: cache,
      NOGIL_SOURCE_CACHE: path.dirname(archive),
      PATH: `${tools}:/usr/bin:/bin`,
    },
    traces: () => (fs.existsSync(traces) ? fs.readFileSync(traces, 'utf8').trim().split('\n') : []),
  };
}
