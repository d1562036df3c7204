import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

/** Where tests put what they make. */
export const reports = join(import.meta.dirname, '../reports');

/** Compiles C to a shared library; `CC` chooses the compiler. */
export function compileC(source: string, library: string): void {
  execFileSync(process.env.CC ?? 'cc', ['-shared', '-fPIC', '-pthread', '-o', library, source], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/**
 * Makes JavaScript of TypeScript files of test/, for engines that run no TypeScript.
 *
 * @param folder - in test/
 * @param files - in it, without `.ts`
 * @returns the folder with the modules. It is inside of the package, so that they find it by its name
 */
export function compileTypeScript(folder: string, files: readonly string[]): string {
  const target = join(reports, folder);
  mkdirSync(target, { recursive: true });
  for (const file of files) {
    const source = readFileSync(join(import.meta.dirname, folder, `${file}.ts`), 'utf8');
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    writeFileSync(join(target, `${file}.js`), outputText);
  }
  return target;
}
