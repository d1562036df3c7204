import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { compileC, reports } from './compile.js';
import { engines, run } from './engines.js';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
const addon = /```c\n(\/\* own-stack\.c .*?)```/s.exec(readme)?.[1] ?? '';
const program = /```js\n\/\/ deep\.mjs\n(.*?)```/s.exec(readme)?.[1] ?? '';
/** Inside of the package, so that `bun-ffi-compat` is found there. */
const folder = join(reports, 'deep-calls');

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'own-stack.c'), addon);
  writeFileSync(join(folder, 'deep.mjs'), program);
  writeFileSync(
    join(folder, 'direct.mjs'),
    program.replace('call(deep.ptr, 4000n)', 'deep(4000n)'),
  );
  compileC(join(import.meta.dirname, 'native/deep.c'), join(folder, 'libdeep.so'));
  const headers = dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json'));
  compileC(join(folder, 'own-stack.c'), join(folder, 'own-stack.node'), [
    ...['-I', join(headers, 'include')],
    ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
  ]);
});

describe.each(engines)('4 MiB of stack on $name', (engine) => {
  it("are there for a call through the README's Node-API addon", () => {
    expect(run(engine, ['deep.mjs'], { cwd: folder })).toBe('4000n\n');
  });

  it(`are ${engine.backend === 'koffi' ? 'not there' : 'there'} for a call through ${engine.backend}`, () => {
    const call = () => run(engine, ['direct.mjs'], { cwd: folder });
    if (engine.backend === 'koffi') {
      expect(call).toThrow(expect.objectContaining({ signal: 'SIGSEGV', stdout: '' }));
    } else {
      expect(call()).toBe('4000n\n');
    }
  });
});
