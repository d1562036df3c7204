// @ts-check
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readHeader } from './c-header.mjs';
import { Failure } from './failure.mjs';
import { root } from './workspace.mjs';

const header = path.join(root, 'native', 'include', 'nogil.h');

/** The enumeration whose constants people are told of by name. */
const NAMED = 'ng_operation';

/** What is generated, and how. */
const outputs = [
  {
    file: path.join(root, 'packages', 'abi', 'src', 'generated', 'constants.ts'),
    render: renderConstants,
  },
  {
    file: path.join(root, 'native', 'src', 'python', 'constants.py'),
    render: renderPythonConstants,
  },
];

/** Writes the generated files, unless they are up to date: an untouched file keeps caches warm. */
export async function writeConstants() {
  const source = await readFile(header, 'utf8');
  for (const { file, render } of outputs) {
    const text = render(source);
    if (text === (await readGenerated(file))) continue;
    await mkdir(path.dirname(file), { recursive: true });
    const partial = `${file}.${process.pid}.partial`;
    await writeFile(partial, text);
    await rename(partial, file);
    console.log(`wrote ${path.relative(root, file)}`);
  }
}

/** @throws {Failure} when a generated file is missing or differs */
export async function checkConstants() {
  const source = await readFile(header, 'utf8');
  for (const { file, render } of outputs) {
    const current = await readGenerated(file);
    if (render(source) === current) continue;
    const name = path.relative(root, file);
    throw new Failure(
      `${name} ${current === null ? 'is missing' : 'does not agree with native/include/nogil.h'}.`,
      {
        next: ['run `node tools/generate-constants.mjs` and commit the result'],
      },
    );
  }
}

/** @param {string} file */
async function readGenerated(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * What the core's own Python code needs: the names that begin with NG_JS_, without NG.
 *
 * @param {string} text - the header
 * @returns {string} Python
 */
export function renderPythonConstants(text) {
  const lines = [
    '# Generated from native/include/nogil.h by tools/generate-constants.mjs. Do not edit: run that again.',
  ];
  for (const { constants } of readHeader(text).enumerations) {
    const shared = constants.filter(({ name }) => name.startsWith('NG_JS_'));
    if (shared.length === 0) continue;
    lines.push('', ...shared.map(({ name, value }) => `${name.slice(3)} = ${value}`));
  }
  return `${lines.join('\n')}\n`;
}

/**
 * @param {string} text - the header
 * @returns {string} TypeScript
 */
export function renderConstants(text) {
  const { enumerations, defines } = readHeader(text);
  const lines = [
    '// Generated from native/include/nogil.h by tools/generate-constants.mjs. Do not edit: run that again.',
    '',
  ];
  for (const constant of defines) lines.push(...renderConstant(constant));
  for (const { name, comment, constants } of enumerations) {
    lines.push('', `// enum ${name}`);
    for (const constant of constants) lines.push(...renderConstant(constant));
    if (comment) lines.push(`/** ${comment} */`);
    lines.push(`export type ${pascalCase(name)} =`);
    lines.push(...constants.map((constant) => `  | typeof ${constant.name}`));
    lines[lines.length - 1] += ';';
    if (name === NAMED) lines.push(...renderNames(name, constants));
  }
  return `${lines.join('\n')}\n`;
}

/**
 * @param {string} enumeration
 * @param {readonly import('./c-header.mjs').Constant[]} constants
 */
function renderNames(enumeration, constants) {
  const prefix = `${enumeration.toUpperCase()}_`;
  const rows = constants.map(({ name, value }) => {
    const said = name.slice(prefix.length).toLowerCase().replaceAll('_', ' ');
    return `  ${value}: '${said}',`;
  });
  return [
    '/** What people are told of one. */',
    `export const ${prefix}NAMES: Readonly<Record<number, string>> = {`,
    ...rows,
    '};',
  ];
}

/** @param {import('./c-header.mjs').Constant} constant */
function renderConstant({ name, value, comment }) {
  const code = `export const ${name} = ${value};`;
  return comment ? [`/** ${comment} */`, code] : [code];
}

/** @param {string} name - `ng_object_flags` becomes `NgObjectFlags` */
function pascalCase(name) {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
}
