/**
 * What a build needs besides the source: a compiler, make, and headers. Each is tested by compiling and
 * linking a few lines, because a package list says what was installed, not what works.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { variable, type Environment } from '../platform.js';
import type { VariantFacts } from './variant.js';

/** Package names per package manager. */
export interface PackageNames {
  readonly apt: string;
  readonly dnf: string;
  readonly brew: string;
}

/** Something a build needs. */
export interface Requirement {
  readonly name: string;
  /** Without a required one there is no build; without another, `modules` are left out. */
  readonly required: boolean;
  readonly modules: readonly string[];
  readonly packages: PackageNames;
  /** A C program that needs it, and what to link. */
  readonly program: string;
  readonly libraries: readonly string[];
}

/** The tools found, and the flags they need to find the libraries. */
export interface BuildTools {
  /** `CC` split at blanks: `ccache gcc` is two words. */
  readonly compiler: readonly string[];
  readonly make: string;
  readonly cppflags: string;
  readonly ldflags: string;
  readonly configure: readonly string[];
}

/** What a check of the machine found. */
export interface ToolReport {
  readonly compiler: readonly string[] | undefined;
  readonly make: string | undefined;
  readonly missing: readonly Requirement[];
}

function library(
  name: string,
  modules: string[],
  packages: [apt: string, dnf: string, brew: string],
  code: string,
  libraries: string[],
  required = false,
): Requirement {
  const [apt, dnf, brew] = packages;
  return { name, required, modules, packages: { apt, dnf, brew }, program: code, libraries };
}

const call = (header: string, symbol: string): string =>
  `#include <${header}>\nint main(void) { return (void *)&${symbol} == (void *)main; }\n`;

/** The headers CPython's extension modules are built from. */
export const headerRequirements: readonly Requirement[] = [
  library(
    'OpenSSL 1.1.1 or newer',
    ['ssl', 'hashlib'],
    ['libssl-dev', 'openssl-devel', 'openssl@3'],
    '#include <openssl/opensslv.h>\n#if OPENSSL_VERSION_NUMBER < 0x10101000L\n#error too old\n#endif\n' +
      call('openssl/ssl.h', 'SSL_CTX_new'),
    ['-lssl', '-lcrypto'],
    true,
  ),
  library(
    'zlib',
    ['zlib'],
    ['zlib1g-dev', 'zlib-devel', 'zlib'],
    call('zlib.h', 'inflate'),
    ['-lz'],
    true,
  ),
  library(
    'libffi',
    ['ctypes'],
    ['libffi-dev', 'libffi-devel', 'libffi'],
    call('ffi.h', 'ffi_call'),
    ['-lffi'],
    true,
  ),
  library(
    'bzip2',
    ['bz2'],
    ['libbz2-dev', 'bzip2-devel', 'bzip2'],
    '#include <stdio.h>\n' + call('bzlib.h', 'BZ2_bzCompress'),
    ['-lbz2'],
  ),
  library('liblzma', ['lzma'], ['liblzma-dev', 'xz-devel', 'xz'], call('lzma.h', 'lzma_code'), [
    '-llzma',
  ]),
  library(
    'SQLite',
    ['sqlite3'],
    ['libsqlite3-dev', 'sqlite-devel', 'sqlite'],
    call('sqlite3.h', 'sqlite3_open'),
    ['-lsqlite3'],
  ),
  library(
    'Zstandard 1.4.5 or newer',
    ['compression.zstd'],
    ['libzstd-dev', 'libzstd-devel', 'zstd'],
    '#include <zstd.h>\n#if ZSTD_VERSION_NUMBER < 10405\n#error too old\n#endif\n' +
      call('zdict.h', 'ZDICT_trainFromBuffer'),
    ['-lzstd'],
  ),
  library(
    'readline',
    ['readline'],
    ['libreadline-dev', 'readline-devel', 'readline'],
    '#include <stdio.h>\n' + call('readline/readline.h', 'rl_initialize'),
    ['-lreadline'],
  ),
  library(
    'ncurses',
    ['curses'],
    ['libncurses-dev', 'ncurses-devel', 'ncurses'],
    call('curses.h', 'initscr'),
    ['-lncurses'],
  ),
  library(
    'libuuid',
    ['uuid (fast path)'],
    ['uuid-dev', 'libuuid-devel', 'util-linux'],
    call('uuid/uuid.h', 'uuid_generate_time'),
    process.platform === 'darwin' ? [] : ['-luuid'],
  ),
];

/** The compiler, as a requirement with a name for the message. */
export const compilerRequirement: Requirement = library(
  'a C compiler (CC, cc, gcc or clang)',
  [],
  ['build-essential', 'gcc', 'the Xcode command line tools (xcode-select --install)'],
  '#include <stdio.h>\nint main(void) { return 0; }\n',
  [],
  true,
);

/** make, likewise. */
export const makeRequirement: Requirement = library(
  'make',
  [],
  ['build-essential', 'make', 'the Xcode command line tools (xcode-select --install)'],
  '',
  [],
  true,
);

const sanitizerRequirement: Requirement = library(
  'a compiler with ThreadSanitizer (libtsan)',
  [],
  ['build-essential', 'libtsan', 'the Xcode command line tools (xcode-select --install)'],
  '#include <stdio.h>\nint main(void) { return 0; }\n',
  ['-fsanitize=thread'],
  true,
);

/**
 * Looks for everything a variant needs.
 *
 * @param facts - the variant
 * @param env - `CC`, `CPPFLAGS`, `LDFLAGS` and `PATH` are read
 * @param folder - where to compile the test programs; made if need be
 * @returns what was found, and what is missing
 */
export async function checkTools(
  facts: VariantFacts,
  env: Environment,
  folder: string,
): Promise<ToolReport> {
  const make = ['make', 'gmake']
    .map((name) => onPath(env, name))
    .find((file) => file !== undefined);
  const missing: Requirement[] = make === undefined ? [makeRequirement] : [];
  const compiler = findCompiler(env);
  if (compiler === undefined) {
    // Without it nothing else can be tested; the packages are asked for together.
    return { compiler, make, missing: [compilerRequirement, ...missing, ...headerRequirements] };
  }
  await fs.promises.mkdir(folder, { recursive: true });
  const tests = [
    compilerRequirement,
    ...headerRequirements,
    ...(facts.sanitizer === 'thread' ? [sanitizerRequirement] : []),
  ];
  for (const [index, requirement] of tests.entries()) {
    if (!(await compiles(requirement, compiler, env, path.join(folder, `test${index}`)))) {
      missing.push(requirement);
    }
  }
  await fs.promises.rm(folder, { recursive: true, force: true });
  return { compiler, make, missing };
}

/** Adds what the platform needs to find libraries: on macOS, Homebrew's folders. */
export function completeTools(report: ToolReport, env: Environment): BuildTools | undefined {
  if (report.compiler === undefined || report.make === undefined) {
    return undefined;
  }
  const brew = homebrewFlags(env);
  return {
    compiler: report.compiler,
    make: report.make,
    cppflags: [variable(env, 'CPPFLAGS') ?? '', brew.cppflags].join(' ').trim(),
    ldflags: [variable(env, 'LDFLAGS') ?? '', brew.ldflags].join(' ').trim(),
    configure: brew.configure,
  };
}

async function compiles(
  requirement: Requirement,
  compiler: readonly string[],
  env: Environment,
  stem: string,
): Promise<boolean> {
  const source = `${stem}.c`;
  await fs.promises.writeFile(source, requirement.program);
  const brew = homebrewFlags(env);
  const words = (name: string): string[] =>
    (variable(env, name) ?? '').split(/\s+/).filter(Boolean);
  const [program = 'cc', ...first] = compiler;
  const args = [
    ...first,
    ...words('CPPFLAGS'),
    ...brew.cppflags.split(' ').filter(Boolean),
    source,
    '-o',
    stem,
    ...words('LDFLAGS'),
    ...brew.ldflags.split(' ').filter(Boolean),
    ...requirement.libraries,
  ];
  try {
    await promisify(execFile)(program, args, { env: { ...env, LC_ALL: 'C' } });
    return true;
  } catch (error) {
    // Both a compiler error and a compiler that cannot be started mean: not usable.
    if (error instanceof Error) {
      return false;
    }
    throw error;
  }
}

function findCompiler(env: Environment): string[] | undefined {
  const chosen = variable(env, 'CC');
  if (chosen !== undefined) {
    const words = chosen.trim().split(/\s+/);
    return onPath(env, words[0] ?? '') === undefined ? undefined : words;
  }
  const name = ['cc', 'gcc', 'clang'].find((candidate) => onPath(env, candidate) !== undefined);
  return name === undefined ? undefined : [name];
}

/** The program of that name on `PATH`, or the path itself when one is given. */
export function onPath(env: Environment, name: string): string | undefined {
  const folders = path.isAbsolute(name)
    ? ['']
    : (variable(env, 'PATH') ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', ''] : [''];
  return folders
    .flatMap((folder) => endings.map((ending) => path.join(folder, name + ending)))
    .find((file) => {
      const stats = fs.statSync(file, { throwIfNoEntry: false });
      return (
        stats?.isFile() === true && (process.platform === 'win32' || (stats.mode & 0o111) !== 0)
      );
    });
}

/** Homebrew keeps the libraries CPython needs out of the compiler's own search path. */
function homebrewFlags(env: Environment): Omit<BuildTools, 'compiler' | 'make'> {
  const brew = process.platform === 'darwin' ? onPath(env, 'brew') : undefined;
  if (brew === undefined) {
    return { cppflags: '', ldflags: '', configure: [] };
  }
  const root = path.dirname(path.dirname(brew));
  const folders = headerRequirements
    .map(({ packages }) => path.join(root, 'opt', packages.brew))
    .filter((folder) => fs.existsSync(folder));
  const openssl = path.join(root, 'opt', 'openssl@3');
  return {
    cppflags: folders.map((folder) => `-I${path.join(folder, 'include')}`).join(' '),
    ldflags: folders.map((folder) => `-L${path.join(folder, 'lib')}`).join(' '),
    configure: fs.existsSync(openssl) ? [`--with-openssl=${openssl}`] : [],
  };
}
