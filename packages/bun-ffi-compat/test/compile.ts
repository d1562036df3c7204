import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const root = join(import.meta.dirname, '..');
/** Where tests put what they make. */
export const reports = join(root, 'reports');

/** Compiles C to a shared library; `CC` chooses the compiler. */
export function compileC(source: string, library: string, options: readonly string[] = []): void {
  const compiler = process.env.CC ?? 'cc';
  execFileSync(compiler, ['-shared', '-fPIC', '-pthread', ...options, '-o', library, source], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/**
 * Makes JavaScript of the TypeScript files of folders, for engines that run no TypeScript.
 *
 * @param folders - of the package. Theirs are all of their files, not those of folders within
 * @returns where the same folders are found. It is inside of the package, so that programs find it by its name
 */
export function compileTypeScript(...folders: readonly string[]): string {
  const compiled = join(reports, 'compiled');
  for (const folder of folders) {
    const from = join(root, folder);
    mkdirSync(join(compiled, folder), { recursive: true });
    for (const file of readdirSync(from).filter((name) => name.endsWith('.ts'))) {
      const { outputText } = ts.transpileModule(readFileSync(join(from, file), 'utf8'), {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      });
      writeFileSync(join(compiled, folder, file.replace(/\.ts$/, '.js')), outputText);
    }
  }
  return compiled;
}
