// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Layers
 * @property {string[]} public - headers in include/ that every module may use
 * @property {string[][]} layers - modules, low to high
 * @property {Record<string, string[]>} system - headers that only these modules may include
 */

/**
 * Checks what the C files of native/src, native/include and native/test include.
 *
 * @param {string} workspace - the checkout
 * @returns {{ files: number, problems: string[] }}
 */
export function checkNativeLayers(workspace) {
  const native = path.join(workspace, 'native');
  /** @type {Layers} */
  const layers = JSON.parse(readFileSync(path.join(native, 'layers.json'), 'utf8'));
  const problems = [];
  let files = 0;
  for (const folder of ['include', 'src']) {
    for (const file of cFiles(path.join(native, folder))) {
      files += 1;
      const where = `native/${folder}/${file}`;
      const inner = folder === 'include' ? publicProblem : problemWith;
      for (const include of includesOf(readFileSync(path.join(native, folder, file), 'utf8'))) {
        const why = inner(include, file, layers);
        if (why) problems.push(`${where}:${include.line}: ${include.name}: ${why}`);
      }
      if (folder === 'src' && !moduleOf(file, layers)) {
        problems.push(`${where}: belongs to no module; add one to native/layers.json`);
      }
    }
  }
  for (const folder of ['test', 'test/scenarios']) {
    for (const file of cFiles(path.join(native, folder))) {
      files += 1;
      for (const include of includesOf(readFileSync(path.join(native, folder, file), 'utf8'))) {
        const why = testProblem(include, layers);
        if (why) problems.push(`native/${folder}/${file}:${include.line}: ${include.name}: ${why}`);
      }
    }
  }
  return { files, problems };
}

/**
 * Tests may look into every module, but not around the core at what it hides: Python's own headers, a
 * JavaScript engine, the system's loader.
 *
 * @param {Include} include
 * @param {Layers} layers
 * @returns {string | null}
 */
function testProblem({ name }, { system }) {
  return system[name] ? 'not for tests: they drive the core and nothing else' : null;
}

/** @param {string} folder */
function cFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /\.(c|h|def)$/.test(file))
    .sort();
}

/** @typedef {{ name: string, system: boolean, line: number }} Include */

/**
 * @param {string} text
 * @returns {Include[]}
 */
function includesOf(text) {
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '));
  return bare.split('\n').flatMap((content, index) => {
    const [, open, name = ''] = /^\s*#\s*include\s*(["<])([^">]+)[">]/.exec(content) ?? [];
    return open ? [{ name, system: open === '<', line: index + 1 }] : [];
  });
}

/**
 * @param {Include} include
 * @param {string} file
 * @param {Layers} layers
 * @returns {string | null}
 */
function publicProblem({ name, system }, file, layers) {
  if (system) return layers.system[name] ? 'a public header must compile without it' : null;
  return layers.public.includes(path.posix.basename(name))
    ? null
    : 'a public header may include only public ones';
}

/**
 * @param {Include} include
 * @param {string} file
 * @param {Layers} layers
 * @returns {string | null}
 */
function problemWith({ name, system }, file, layers) {
  const own = moduleOf(file, layers);
  const allowed = layers.system[name];
  if (allowed && !(own && allowed.includes(own))) {
    return allowed.length > 0 ? `only for ${allowed.join(', ')}` : 'not for any module of the core';
  }
  const header = path.posix.basename(name);
  if (system || !own || layers.public.includes(header)) return null;
  const other = moduleOf(header, layers);
  if (!other) return 'belongs to no module of native/layers.json';
  if (other === own || rank(other, layers) < rank(own, layers)) return null;
  return `${own} may include modules of lower layers only, and ${other} is not one (native/layers.json)`;
}

/**
 * @param {string} file - a file's name
 * @param {Layers} layers
 * @returns {string | undefined} the longest module name that the file is named after
 */
function moduleOf(file, { layers }) {
  const stem = file.replace(/\.[a-z]+$/, '');
  return layers
    .flat()
    .filter((name) => stem === name || stem.startsWith(`${name}_`))
    .sort((a, b) => b.length - a.length)[0];
}

/**
 * @param {string} module
 * @param {Layers} layers
 */
function rank(module, { layers }) {
  return layers.findIndex((names) => names.includes(module));
}
