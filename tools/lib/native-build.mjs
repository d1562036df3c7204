// @ts-check
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cmakeAndNinja } from './cmake.mjs';
import { findCompiler } from './compiler.mjs';
import { Failure } from './failure.mjs';
import { exclusively } from './lock.mjs';
import { run } from './run.mjs';
import { platformOf } from './platforms.mjs';
import { target } from './target.mjs';
import { root } from './workspace.mjs';
import { findZig } from './toolchain.mjs';

const native = path.join(root, 'native');
const require = createRequire(import.meta.url);

const PORTABLE = 'portable-';

/**
 * Configures and builds the core.
 *
 * @param {object} options
 * @param {string} options.variant - `release`, `stress`, `asan`, `tsan`, `clang`, `unsafe-<guard>` or
 *   `portable-<target>`, which is what is published
 * @returns {Promise<string>} the path of the built nogil.node
 * @throws {Failure} after the compiler's own output, when it does not build
 */
export async function buildNative({ variant }) {
  const definitions = definitionsOf(variant);
  const compiler = await compilerFor(variant);
  const tools = await cmakeAndNinja();
  const folder = path.join(native, 'build', variant);
  return exclusively(`native ${variant}`, async () => {
    await configure(folder, compiler, tools, definitions);
    // On stderr: stdout is for the result of whatever tool builds.
    const { code } = await run(tools.cmake, ['--build', folder, '--config', 'RelWithDebInfo'], {
      output: 'stderr',
    });
    if (code !== 0) {
      throw new Failure(
        `The native core (${variant}) did not build; the compiler's messages are above.`,
        {
          tried: [`${tools.cmake} --build ${path.relative(root, folder)}`],
          next: ['mend the source it names; to start from nothing, delete native/build'],
        },
      );
    }
    const built = path.join(folder, 'nogil.node');
    return variant === 'release' ? publish(built) : built;
  });
}

/**
 * @param {string} variant
 * @returns {Promise<{ command: string, args: string[] }>}
 */
async function compilerFor(variant) {
  if (variant === 'clang') return { command: 'clang', args: [] };
  const { zig } = variant.startsWith(PORTABLE) ? platformOf(variant.slice(PORTABLE.length)) : {};
  if (zig === undefined) return findCompiler();
  return { command: await findZig(), args: ['cc', '-target', zig] };
}

/**
 * @param {string} variant
 * @returns {string[]} CMake definitions
 */
function definitionsOf(variant) {
  if (variant === 'release') return [];
  if (variant.startsWith(PORTABLE)) return ['-DNOGIL_PORTABLE=ON'];
  if (variant === 'clang') return ['-DNOGIL_STRESS=ON'];
  const test = ['-DNOGIL_STRESS=ON', '-DNOGIL_BARRIERS=ON'];
  const sanitized = ['-DCMAKE_BUILD_TYPE=Debug', ...test];
  if (variant === 'stress') return test;
  if (variant === 'asan') return [...sanitized, '-DNOGIL_SANITIZE=address'];
  if (variant === 'tsan') return [...sanitized, '-DNOGIL_SANITIZE=thread'];
  const guard = /^unsafe-([a-z][a-z-]*)$/.exec(variant)?.[1];
  if (guard) return [...test, `-DNOGIL_UNSAFE=${guard.toUpperCase().replaceAll('-', '_')}`];
  throw new Failure(`--variant ${variant}: no such variant.`, {
    next: [
      'use release, stress, asan, tsan, clang, unsafe-<guard> or portable-<target>, for instance unsafe-handles',
    ],
  });
}

/**
 * Always configures: it is cheap when nothing changed, and picks up what did.
 *
 * @param {string} folder
 * @param {{ command: string, args: string[] }} compiler
 * @param {{ cmake: string, ninja: string | null }} tools
 * @param {string[]} definitions
 */
async function configure(folder, compiler, tools, definitions) {
  const headers = nodeApiHeaders();
  const args = ['-S', native, '-B', folder, ...definitions];
  args.push(`-DNODE_API_HEADERS=${forward(headers.include_dir)}`);
  args.push(`-DNODE_API_DEF=${forward(headers.def_paths.node_api_def)}`);
  // MSVC without its environment on the path is found by CMake's own Visual Studio generator only.
  if (compiler.command !== 'cl' && tools.ninja) {
    args.push('-G', 'Ninja', `-DCMAKE_MAKE_PROGRAM=${forward(tools.ninja)}`);
  }
  if (isStale(folder, compiler)) args.push('--fresh');
  const env = { ...process.env };
  // CMake reads CC when a build folder is new; a list of words is its own syntax for `ccache gcc`.
  if (compiler.command !== 'cl') env.CC = [compiler.command, ...compiler.args].join(' ');
  const { code, stdout, stderr } = await run(tools.cmake, args, { output: 'capture', env });
  if (code !== 0) {
    throw new Failure(`CMake could not configure the native core:\n${stdout}${stderr}`, {
      tried: [`${tools.cmake} ${args.join(' ')}`],
      next: [
        'if it is the compiler that fails above, mend that; else delete native/build and try again',
      ],
    });
  }
}

/** @returns {{ include_dir: string, def_paths: { node_api_def: string } }} */
function nodeApiHeaders() {
  try {
    return require('node-api-headers');
  } catch (cause) {
    throw new Failure('The headers of Node-API (npm package node-api-headers) are not installed.', {
      cause,
      next: ['run `npm run setup`'],
    });
  }
}

/**
 * Whether the folder was configured for another compiler, or in another place: CMake refuses a cache
 * that moved and silently keeps a compiler that changed.
 *
 * @param {string} folder
 * @param {{ command: string }} compiler
 */
function isStale(folder, compiler) {
  const cache = path.join(folder, 'CMakeCache.txt');
  if (!existsSync(cache)) return false;
  const text = readFileSync(cache, 'utf8');
  const entry = (/** @type {string} */ name) =>
    new RegExp(`^${name}(?::[A-Z]+)?=(.*)$`, 'm').exec(text)?.[1] ?? '';
  if (entry('CMAKE_HOME_DIRECTORY') !== forward(native)) return true;
  const used = entry('CMAKE_C_COMPILER');
  if (path.isAbsolute(compiler.command)) return used !== forward(compiler.command);
  const nameOf = (/** @type {string} */ file) => path.basename(file).replace(/\.exe$/i, '');
  return nameOf(used) !== nameOf(compiler.command);
}

/**
 * Puts the binary where the loader looks. Never half-written: a test or demo may be loading it, and on
 * Linux writing into a mapped library kills the process that mapped it.
 *
 * @param {string} built
 */
function publish(built) {
  const folder = path.join(native, 'dist', target());
  const final = path.join(folder, 'nogil.node');
  const partial = `${final}.${process.pid}.partial`;
  mkdirSync(folder, { recursive: true });
  copyFileSync(built, partial);
  try {
    renameSync(partial, final);
  } catch (cause) {
    throw new Failure(`Cannot replace ${final}.`, {
      cause,
      tried: [String(cause)],
      next: [
        'end the processes that have it loaded (Windows keeps such files locked), then build again',
      ],
    });
  }
  return final;
}

/** @param {string} file */
function forward(file) {
  return file.replaceAll('\\', '/');
}
