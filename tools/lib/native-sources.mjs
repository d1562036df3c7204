// @ts-check
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { root } from './workspace.mjs';

const native = path.join(root, 'native');

/** C files of the core and its tests, relative to native/. */
function sources() {
  const files = [];
  for (const folder of ['include', 'src', 'test', 'test/scenarios']) {
    if (!existsSync(path.join(native, folder))) continue;
    for (const file of readdirSync(path.join(native, folder))) {
      if (/\.[ch]$/.test(file)) files.push(`${folder}/${file}`);
    }
  }
  return files.sort();
}

/** C files that have a layout but are built elsewhere, relative to the checkout. */
function others() {
  const floor = path.join('bench', 'floor');
  if (!existsSync(path.join(root, floor))) return [];
  return readdirSync(path.join(root, floor))
    .filter((file) => /\.[ch]$/.test(file))
    .map((file) => path.join(floor, file));
}

/** @returns {Promise<Map<string, string>>} file, relative to the checkout → its text as clang-format would have it, where it differs */
async function differences() {
  const { format } = await import('@wasm-fmt/clang-format');
  const style = readFileSync(path.join(root, '.clang-format'), 'utf8');
  const found = new Map();
  for (const file of [...sources().map((own) => path.join('native', own)), ...others()]) {
    const text = readFileSync(path.join(root, file), 'utf8');
    const formatted = format(text, path.basename(file), style);
    if (formatted !== text) found.set(file, formatted);
  }
  return found;
}

/** @throws {Failure} naming the files that are laid out differently */
export async function checkLayout() {
  const files = [...(await differences()).keys()];
  if (files.length === 0) return;
  throw new Failure(
    `Not laid out as .clang-format says:\n${files.map((file) => `  ${file}`).join('\n')}`,
    {
      next: ['run `npm run format`'],
    },
  );
}

/** Lays out every C file in place. */
export async function writeLayout() {
  for (const [file, text] of await differences()) {
    writeFileSync(path.join(root, file), text);
    console.log(`formatted ${file}`);
  }
}

/** @throws {Failure} naming sources that no build would ever compile */
export async function checkListed() {
  const lists = ['sources.cmake', 'test/CMakeLists.txt', 'test/scenarios.def'];
  const text = lists.map((file) => readFileSync(path.join(native, file), 'utf8')).join('\n');
  const words = new Set(text.split(/[\s()]+/));
  const missing = sources().filter((file) => {
    if (!file.endsWith('.c')) return false;
    if (file.startsWith('test/scenarios/')) return !words.has(path.basename(file, '.c'));
    return !words.has(file.replace(/^test\//, ''));
  });
  if (missing.length === 0) return;
  throw new Failure(`In no build: ${missing.map((file) => `native/${file}`).join(', ')}`, {
    next: [
      'list them in native/sources.cmake (native/test/CMakeLists.txt, native/test/scenarios.def), or delete them',
    ],
  });
}
