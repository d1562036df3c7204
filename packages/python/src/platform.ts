/**
 * The seam between operating systems: file names and folders that differ on Linux, macOS and Windows.
 * Nothing else in discovery asks which platform it runs on.
 */
import fs from 'node:fs';
import path from 'node:path';
import { platformTarget } from '@nogil/abi';

/** The facts discovery needs about the machine it searches; tests inject others. */
export interface Host {
  readonly platform: NodeJS.Platform;
  /** A Node architecture name: `x64`, `arm64`, … */
  readonly arch: string;
  readonly home: string;
}

/** Environment variables, looked up by exact name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An environment variable, where empty counts as not set; any case on Windows. */
export function variable(env: Environment, name: string): string | undefined {
  const value =
    env[name] ??
    (process.platform === 'win32'
      ? Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1]
      : undefined);
  return value === '' ? undefined : value;
}

/** Programs a Python prefix (a virtual environment or an installation) may have, best name first. */
export function prefixExecutables(host: Host, prefix: string): string[] {
  return host.platform === 'win32'
    ? [path.join(prefix, 'Scripts', 'python.exe'), path.join(prefix, 'python.exe')]
    : [path.join(prefix, 'bin', 'python3'), path.join(prefix, 'bin', 'python')];
}

/** The program of a Python prefix, or undefined when it has none. */
export function executableInPrefix(host: Host, prefix: string): string | undefined {
  return prefixExecutables(host, prefix).find((file) => fs.existsSync(file));
}

/** File names on `PATH` that are Pythons: `python`, `python3`, `python3.14t`, `python.exe`. */
export function isPythonName(host: Host, name: string): boolean {
  return host.platform === 'win32'
    ? /^python(\d(\.\d+)?t?)?\.exe$/i.test(name)
    : /^python(\d(\.\d+)?t?d?)?$/.test(name);
}

/** The folders of `PATH`, absolute ones only, each once. */
export function pathFolders(host: Host, env: Environment): string[] {
  const separator = host.platform === 'win32' ? ';' : ':';
  const folders = (variable(env, 'PATH') ?? '')
    .split(separator)
    .map((folder) => folder.replace(/^"(.*)"$/, '$1'))
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.resolve(folder));
  return [...new Set(folders)];
}

/** Where `uv python install` keeps its Pythons. */
export function uvPythonFolder(host: Host, env: Environment): string {
  const explicit = variable(env, 'UV_PYTHON_INSTALL_DIR');
  if (explicit !== undefined) {
    return path.resolve(explicit);
  }
  if (host.platform === 'win32') {
    const data = variable(env, 'APPDATA') ?? path.join(host.home, 'AppData', 'Roaming');
    return path.join(data, 'uv', 'data', 'python');
  }
  const data = variable(env, 'XDG_DATA_HOME') ?? path.join(host.home, '.local', 'share');
  return path.join(data, 'uv', 'python');
}

/** Where pyenv keeps its versions (`pyenv-win` has a folder of its own). */
export function pyenvVersionsFolder(host: Host, env: Environment): string {
  const root =
    variable(env, 'PYENV_ROOT') ??
    (host.platform === 'win32'
      ? path.join(host.home, '.pyenv', 'pyenv-win')
      : path.join(host.home, '.pyenv'));
  return path.join(root, 'versions');
}

/** The npm package that carries a Python for this machine: `@nogil/cpython-linux-x64-gnu`. */
export function embeddedPackage(host: Host): string {
  return `@nogil/cpython-${platformTarget(host.platform, host.arch)}`;
}

/** What {@link libraryCandidates} needs to know about a Python. */
export interface LibraryHints {
  readonly major: number;
  readonly minor: number;
  readonly freeThreaded: boolean;
  readonly debug: boolean;
  readonly basePrefix: string;
  readonly baseExecPrefix: string;
  /** `sysconfig` variables, baked in when Python was built: right unless it was moved. */
  readonly libraryDirectory: string | null;
  readonly linkName: string | null;
  readonly installedName: string | null;
  readonly multiarch: string | null;
  readonly configDirectory: string | null;
  readonly frameworkPrefix: string | null;
  /** The file the process that answered had loaded; the best evidence there is. */
  readonly loaded: string | null;
}

/** Every place the shared library of a Python can be, best evidence first, each once. */
export function libraryCandidates(host: Host, hints: LibraryHints): string[] {
  const folders = libraryFolders(host, hints);
  const files = libraryNames(host, hints).flatMap((name) =>
    folders.map((folder) => path.join(folder, name)),
  );
  if (hints.frameworkPrefix !== null && hints.linkName !== null) {
    files.unshift(path.join(hints.frameworkPrefix, hints.linkName));
  }
  return [...new Set(hints.loaded === null ? files : [hints.loaded, ...files])];
}

function libraryFolders(host: Host, hints: LibraryHints): string[] {
  const prefixes = [hints.basePrefix, hints.baseExecPrefix];
  if (host.platform === 'win32') {
    return [...prefixes, ...prefixes.map((prefix) => path.join(prefix, 'DLLs'))];
  }
  // The prefix comes before LIBDIR, which names the place of the build even after a move.
  const folders = prefixes.flatMap((prefix) => [
    path.join(prefix, 'lib'),
    path.join(prefix, 'lib64'),
    prefix,
  ]);
  if (hints.libraryDirectory !== null) {
    folders.push(hints.libraryDirectory);
  }
  const multiarch = hints.multiarch;
  return [
    ...folders,
    ...(multiarch === null ? [] : folders.map((folder) => path.join(folder, multiarch))),
    ...(hints.configDirectory === null ? [] : [hints.configDirectory]),
  ];
}

function libraryNames(host: Host, hints: LibraryHints): string[] {
  const flags = (hints.freeThreaded ? 't' : '') + (hints.debug ? 'd' : '');
  if (host.platform === 'win32') {
    const threading = hints.freeThreaded ? 't' : '';
    const debug = hints.debug ? '_d' : '';
    return [`python${hints.major}${hints.minor}${threading}${debug}.dll`];
  }
  const stem = `libpython${hints.major}.${hints.minor}${flags}`;
  const fixed =
    host.platform === 'darwin'
      ? [`${stem}.dylib`]
      : [`${stem}.so.1.0`, `${stem}.so.1`, `${stem}.so`];
  const configured = [hints.installedName, hints.linkName].filter(
    (name): name is string => name !== null && /\.(so|dylib)(\.|$)/.test(name),
  );
  // libpython3.so only forwards to the real library: it has no symbols of its own.
  return [...configured, ...fixed].filter((name) => path.basename(name) !== 'libpython3.so');
}
