// @ts-check
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from './failure.mjs';
import { exclusively } from './lock.mjs';
import { run } from './run.mjs';
import { root } from './workspace.mjs';

const requirements = path.join(root, 'tools', 'toolchain', 'requirements.txt');

/**
 * The pinned Zig, as a C compiler: it brings headers and link stubs of every C library version it can link
 * against, so that a binary's baseline does not depend on the machine that builds it. A package of PyPI, installed
 * once, with checked hashes, beside the Pythons that nogil installs, by the pip of a Python that is there. Needs
 * packages/python to be built.
 *
 * @returns {Promise<string>} the program
 * @throws {Failure} when no pip can install it
 */
export async function findZig() {
  const [, version] = /^ziglang==(\S+)/m.exec(readFileSync(requirements, 'utf8')) ?? [];
  const folder = path.join(await toolchains(), `ziglang-${version}`);
  const program = path.join(folder, 'ziglang', process.platform === 'win32' ? 'zig.exe' : 'zig');
  if (existsSync(program)) return program;
  return exclusively('zig', async () => {
    if (!existsSync(program)) await install(folder);
    return program;
  });
}

async function toolchains() {
  const built = path.join(root, 'packages', 'python', 'dist', 'index.js');
  if (!existsSync(built)) {
    throw new Failure('@nogil/python is not built.', { next: ['run `npm run build`'] });
  }
  /** @type {{ cacheDirectory(): string }} */
  const { cacheDirectory } = await import(pathToFileURL(built).href);
  return path.join(cacheDirectory(), 'toolchains');
}

/** @param {string} folder */
async function install(folder) {
  console.error('Installing the compiler of the published binaries, once: about 100 MB.');
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(path.dirname(folder), { recursive: true });
  const tried = [];
  const named = process.env.NOGIL_PYTHON;
  for (const python of [...(named ? [named] : []), 'python3', 'python']) {
    rmSync(partial, { recursive: true, force: true });
    const args = ['--require-hashes', '--no-deps', '--only-binary=:all:', '--target', partial];
    const { code, stderr } = await run(
      python,
      ['-m', 'pip', 'install', '--quiet', ...args, '-r', requirements],
      { output: 'capture' },
    );
    if (code === 0) {
      publish(partial, folder);
      return;
    }
    tried.push(`${python} -m pip install: ${stderr.trim().split('\n').at(-1) || `exit ${code}`}`);
  }
  throw new Failure('Zig, which compiles the published binaries, cannot be installed.', {
    tried,
    next: ['make pip and its package index reachable for one of these, then run this again'],
  });
}

/**
 * Whole, or not there.
 *
 * @param {string} partial
 * @param {string} folder
 */
function publish(partial, folder) {
  try {
    renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(partial, { recursive: true }); // another checkout was faster
  }
}
