// @ts-check
import { findCompiler } from '../compiler.mjs';
import { Failure } from '../failure.mjs';
import { buildNative } from '../native-build.mjs';
import { provisionVariant } from '../provision.mjs';
import { run } from '../run.mjs';
import { describe, findPythons } from './pythons.mjs';
import { checkSeededFault, stressProgram } from './scenarios.mjs';

/** What each sanitizer is called, its build, and the faults it must report. */
const kinds = {
  address: {
    variant: 'asan',
    title: 'AddressSanitizer',
    faults: /** @type {const} */ ([
      [2, 'heap-use-after-free'],
      [3, 'LeakSanitizer: detected memory leaks'],
    ]),
  },
  thread: {
    variant: 'tsan',
    title: 'ThreadSanitizer',
    faults: /** @type {const} */ ([[1, 'ThreadSanitizer: data race']]),
  },
};

/** @typedef {keyof typeof kinds} Kind */

/**
 * @param {string | undefined} word
 * @returns {Kind}
 */
export function sanitizerKind(word) {
  if (word === 'address' || word === 'thread') return word;
  throw new Failure(`${word ?? 'nothing'}: which sanitizer?`, {
    next: ['npm run sanitize -- address', 'npm run sanitize -- thread'],
  });
}

/**
 * Builds nogil-stress with a sanitizer.
 *
 * @param {Kind} kind
 * @returns {Promise<string>} the program
 */
export async function sanitizedProgram(kind) {
  const { variant, title } = kinds[kind];
  await requireRuntime(kind, title);
  return stressProgram(await buildNative({ variant }));
}

/**
 * Shows that a sanitizer is at work with each Python: it reports faults made on purpose.
 *
 * @param {Kind} kind
 * @param {string} program
 * @param {import('./pythons.mjs').Python[]} pythons
 * @throws {Failure} when one goes unnoticed
 */
export async function checkSanitizer(kind, program, pythons) {
  for (const python of pythons) {
    for (const [seed, expected] of kinds[kind].faults) {
      await checkSeededFault(program, seed, expected, python);
    }
  }
}

/**
 * The Pythons to run with, and what they must be told: only malloc lets AddressSanitizer see each object.
 * Free-threaded builds have no such allocator; there Python's own debug hooks fill what is freed, so that
 * a use after it is seen at once.
 *
 * @param {Kind} kind
 * @param {string | undefined} choice
 */
export async function sanitizedPythons(kind, choice) {
  if (kind === 'thread' && choice === undefined) {
    // Python itself must be built with it, or none of its locks and atomics would be seen.
    return { pythons: [describe(await provisionVariant('3.14t-tsan'))], missing: [] };
  }
  const { pythons, missing } = await findPythons(choice);
  if (kind === 'address') {
    for (const python of pythons) {
      python.env = { PYTHONMALLOC: python.freeThreaded ? 'debug' : 'malloc' };
    }
  }
  return { pythons, missing };
}

/**
 * @param {Kind} kind
 * @param {string} title
 */
async function requireRuntime(kind, title) {
  const { command, args, version } = await findCompiler();
  if (command === 'cl') return; // CMake says so itself
  const flags = [`-fsanitize=${kind}`, '-x', 'c', '-', '-o', '/dev/null'];
  const { code, stderr } = await run(command, [...args, ...flags], {
    output: 'capture',
    input: 'int main(void) { return 0; }\n',
  });
  if (code === 0) return;
  const library = kind === 'address' ? 'libasan' : 'libtsan';
  throw new Failure(`This compiler has no ${title}: ${version}`, {
    tried: [`${command} ${flags.join(' ')}: ${stderr.trim().split('\n').at(-1) ?? ''}`],
    next: [
      `install its run-time library (${library}, with gcc's own package on Debian), or set CC to a compiler that has it`,
    ],
  });
}
