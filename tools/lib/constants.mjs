// @ts-check
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readHeader } from './c-header.mjs';
import { Failure } from './failure.mjs';
import { root } from './workspace.mjs';

const header = path.join(root, 'native', 'include', 'nogil.h');
const generated = path.join(root, 'packages', 'abi', 'src', 'generated', 'constants.ts');

/** Writes the generated file, unless it is up to date: an untouched file keeps caches warm. */
export async function writeConstants() {
  const text = renderConstants(await readFile(header, 'utf8'));
  if (text === (await readGenerated())) return;
  await mkdir(path.dirname(generated), { recursive: true });
  const partial = `${generated}.${process.pid}.partial`;
  await writeFile(partial, text);
  await rename(partial, generated);
  console.log(`wrote ${path.relative(root, generated)}`);
}

/** @throws {Failure} when the generated file is missing or differs */
export async function checkConstants() {
  const current = await readGenerated();
  if (renderConstants(await readFile(header, 'utf8')) === current) return;
  const name = path.relative(root, generated);
  throw new Failure(
    `${name} ${current === null ? 'is missing' : 'does not agree with native/include/nogil.h'}.`,
    {
      next: ['run `node tools/generate-constants.mjs` and commit the result'],
    },
  );
}

async function readGenerated() {
  try {
    return await readFile(generated, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
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
  }
  return `${lines.join('\n')}\n`;
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
