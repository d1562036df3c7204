/**
 * The places a Python is looked for, in order. A place lists paths; nobody is asked here, so that
 * finding the first usable Python does not start the others.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheLayout } from '../cache-directory.js';
import { nearestEnvironment } from '../environment/project.js';
import { installedExecutables } from '../installed-manifest.js';
import type { CandidateSource } from '../installation.js';
import {
  embeddedPackage,
  executableInPrefix,
  isPythonName,
  pathFolders,
  prefixExecutables,
  pyenvVersionsFolder,
  uvPythonFolder,
  variable,
} from '../platform.js';
import type { SearchContext } from './assess.js';
import { compareBuildNames, readBuildName } from './build-name.js';

/** One place and what it holds. */
export interface Place {
  readonly source: CandidateSource;
  /** Programs to ask, best first; a named place always has one, existing or not. */
  readonly files: readonly string[];
  /** Why there is nothing to ask: a clause for the message when no Python is found. */
  readonly absence: string;
}

/**
 * Lists the places in search order.
 *
 * @param context - the search
 * @returns a generator that looks at one place at a time
 */
export function* places(context: SearchContext): Generator<Place, void, void> {
  yield named('option', context, context.executable);
  yield named('NOGIL_PYTHON', context, variable(context.env, 'NOGIL_PYTHON'));
  yield virtualEnvironment(context);
  yield projectEnvironment(context);
  yield embedded(context);
  const installed = cacheLayout(context.cacheDirectory).pythons;
  yield {
    source: 'installed',
    files: installedExecutables(installed),
    absence: `nothing is installed in ${installed}`,
  };
  yield onPath(context);
  const pyenv = pyenvVersionsFolder(context.host, context.env);
  yield versionsFolder(context, 'pyenv', pyenv);
  yield versionsFolder(context, 'uv', uvPythonFolder(context.host, context.env));
  yield conda(context);
}

function named(source: CandidateSource, context: SearchContext, value: string | undefined): Place {
  return {
    source,
    files: value === undefined ? [] : [path.resolve(context.cwd, value)],
    absence: source === 'option' ? 'no executable was given' : 'is not set',
  };
}

/** The program of a prefix, or the name it should have, so that its absence is reported. */
function prefixProgram(context: SearchContext, prefix: string): string {
  return (
    executableInPrefix(context.host, prefix) ?? prefixExecutables(context.host, prefix)[0] ?? prefix
  );
}

function virtualEnvironment(context: SearchContext): Place {
  const folder = variable(context.env, 'VIRTUAL_ENV');
  return {
    source: 'VIRTUAL_ENV',
    files: folder === undefined ? [] : [prefixProgram(context, path.resolve(context.cwd, folder))],
    absence: 'is not set',
  };
}

function projectEnvironment(context: SearchContext): Place {
  const environment = nearestEnvironment(context.cwd);
  return {
    source: '.venv',
    files: environment === undefined ? [] : [prefixProgram(context, environment)],
    absence: `there is none in or above ${context.cwd}`,
  };
}

/** The platform package holds a relocatable prefix in its folder `python`. */
function embedded(context: SearchContext): Place {
  const name = embeddedPackage(context.host);
  const manifest = [import.meta.url, path.join(context.cwd, 'package.json')]
    .map((from) => resolvePackage(from, `${name}/package.json`))
    .find((file) => file !== undefined);
  return {
    source: 'embedded',
    files:
      manifest === undefined
        ? []
        : [prefixProgram(context, path.join(path.dirname(manifest), 'python'))],
    absence: `the package ${name} is not installed`,
  };
}

function resolvePackage(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') {
      return undefined;
    }
    throw error;
  }
}

function onPath(context: SearchContext): Place {
  const folders = pathFolders(context.host, context.env);
  return {
    source: 'PATH',
    files: folders.flatMap((folder) =>
      pathNames(context, folder).map((name) => path.join(folder, name)),
    ),
    absence: `no python in its ${folders.length} folders`,
  };
}

function pathNames(context: SearchContext, folder: string): string[] {
  const names = list(folder).filter((name) => isPythonName(context.host, name));
  // pyenv's shims carry a name for every version there is, most of which only print an error.
  const bare = path.basename(folder) === 'shims' ? names.filter(isBareName) : names;
  return bare.filter((name) => mayMatch(context, name)).sort(compareBuildNames);
}

function isBareName(name: string): boolean {
  return /^python3?(\.exe)?$/i.test(name);
}

/** A name with another version than the one asked for need not be started to know. */
function mayMatch(context: SearchContext, name: string): boolean {
  const { request } = context;
  const { numbers } = readBuildName(name);
  if (request === undefined) {
    return numbers[0] !== 2;
  }
  const asked = [request.major, request.minor, request.micro];
  return numbers.every((number, index) => asked[index] === undefined || asked[index] === number);
}

function versionsFolder(context: SearchContext, source: CandidateSource, folder: string): Place {
  const names = list(folder)
    .filter((name) => !name.startsWith('.') && isFolder(path.join(folder, name)))
    .sort(compareBuildNames);
  const files = names
    .map((name) => executableInPrefix(context.host, path.join(folder, name)))
    .filter((file): file is string => file !== undefined);
  return { source, files, absence: `no Python in ${folder}` };
}

function conda(context: SearchContext): Place {
  const active = variable(context.env, 'CONDA_PREFIX');
  const roots = ['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge'].map((name) =>
    path.join(context.host.home, name),
  );
  const prefixes = roots.flatMap((root) => [
    root,
    ...list(path.join(root, 'envs')).map((name) => path.join(root, 'envs', name)),
  ]);
  if (active !== undefined) {
    prefixes.unshift(active);
  }
  const files = prefixes
    .map((prefix) => executableInPrefix(context.host, prefix))
    .filter((file): file is string => file !== undefined);
  return {
    source: 'conda',
    files: [...new Set(files)],
    absence: `CONDA_PREFIX is not set and no Python in ${roots.join(', ')}`,
  };
}

/** A folder on PATH that is missing, unreadable or a file holds no Python. */
function list(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(code)) {
      return [];
    }
    throw error;
  }
}

function isFolder(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}
