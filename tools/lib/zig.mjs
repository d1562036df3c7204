// @ts-check
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { exclusively } from './lock.mjs';
import { run } from './run.mjs';
import { root } from './workspace.mjs';

const requirements = path.join(root, 'tools', 'toolchain', 'requirements.txt');

/**
 * The pinned Zig, as a C compiler: it brings headers and link stubs of every C library version it can link
 * against, so that a binary's baseline does not depend on the machine that builds it. A package of PyPI, installed
 * once for each checkout, with checked hashes, by the pip of a Python that is there.
 *
 * @returns {Promise<string>} the program
 * @throws {Failure} when no pip can install it
 */
export async function findZig() {
  const [, version] = /^ziglang==(\S+)/m.exec(readFileSync(requirements, 'utf8')) ?? [];
  const folder = path.join(root, '.tools', `ziglang-${version}`);
  const program = path.join(folder, 'ziglang', process.platform === 'win32' ? 'zig.exe' : 'zig');
  if (existsSync(program)) return program;
  return exclusively('zig', async () => {
    if (!existsSync(program)) await install(folder);
    return program;
  });
}

/** @param {string} folder */
async function install(folder) {
  console.error('Installing the compiler of the published binaries, once: about 100 MB.');
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
  throw new Failure('Zig, which compiles the published binaries, cannot be installed.', {
    tried,
    next: ['make pip and its package index reachable for one of these, then run this again'],
  });
}
