// @ts-check
import { copyFileSync, cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { LEFT_OUT } from './libraries.mjs';
import { readElf } from '../elf.mjs';

/**
 * Parts of the standard library that nobody needs who only runs programs: CPython's own tests, and what needs a
 * display, whose libraries would be a third of the package.
 */
const NOT_PACKED = new Set([
  'test',
  'idlelib',
  'tkinter',
  'turtle.py',
  'turtledemo',
  'site-packages',
  '__pycache__',
]);

/** Extension modules that exist for CPython's own tests. */
const FOR_TESTS = /^(_test|_ctypes_test|xx|_xx)/;

/** What `sysconfig` generated when Python was built, about that machine; nothing in Python reads them. */
const ABOUT_THE_BUILD = /^(config-3\..*|_sysconfig_vars_.*\.json)$/;

/**
 * Copies what is packed of an installed CPython. Nothing is a link: no package manager unpacks one.
 *
 * @param {string} prefix - the installation
 * @param {string} folder - to be filled
 * @returns {{ library: string, why: string, module: string }[]} what was left out because of a library that it needs
 */
export function copyPython(prefix, folder) {
  const [name = ''] = readdirSync(path.join(prefix, 'lib')).filter((each) =>
    /^python3\.\d+t?$/.test(each),
  );
  const standard = path.join(folder, 'lib', name);
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  copyFileSync(path.join(prefix, 'bin', 'python3'), path.join(folder, 'bin', 'python3'));
  cpSync(path.join(prefix, 'include'), path.join(folder, 'include'), { recursive: true });
  /** @type {{ library: string, why: string, module: string }[]} */
  const leftOut = [];
  cpSync(path.join(prefix, 'lib', name), standard, {
    recursive: true,
    filter(source) {
      const base = path.basename(source);
      if (base === '__pycache__') return false;
      const parent = path.dirname(source);
      if (parent === path.join(prefix, 'lib', name)) {
        return !NOT_PACKED.has(base) && !ABOUT_THE_BUILD.test(base);
      }
      if (path.basename(parent) !== 'lib-dynload') return true;
      const reason = unwanted(source);
      if (reason !== undefined) leftOut.push({ ...reason, module: base.split('.', 1)[0] ?? '' });
      return reason === undefined && !FOR_TESTS.test(base);
    },
  });
  for (const each of readdirSync(path.join(prefix, 'lib'), { withFileTypes: true })) {
    if (!each.isFile() || !each.name.startsWith('libpython')) continue;
    copyFileSync(path.join(prefix, 'lib', each.name), path.join(folder, 'lib', each.name));
  }
  return leftOut;
}

/** @param {string} module - an extension module */
function unwanted(module) {
  for (const library of readElf(module)?.needed ?? []) {
    const rule = LEFT_OUT.find((each) => each.library.test(library));
    if (rule !== undefined) return { library, why: rule.why };
  }
  return undefined;
}
