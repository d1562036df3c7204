import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { compileC, reports } from './compile.js';
import { type NoProgram, type Setting, settings } from './documentation/settings.js';
import { type Engine, engines, run } from './engines.js';

const types = dirname(createRequire(import.meta.url).resolve('bun-types/package.json'));
const documentation = readFileSync(join(types, 'docs/runtime/ffi.mdx'), 'utf8');
const examples = [...documentation.matchAll(/^```ts[^\n]*\n(.*?)^```$/gms)].map(
  ([, code]) => code as string,
);

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
const hooks = /```js\n\/\/ bun-ffi\.mjs\n(.*?)```/s.exec(readme)?.[1] ?? '';

/** Inside of the package, so that `bun-ffi-compat` is found there. */
const folder = join(reports, 'documentation');

const isProgram = (setting: Setting | NoProgram): setting is Setting => 'prints' in setting;

function program({ before = '', after = '', gap }: Setting, example: string): string {
  const filled = gap === undefined ? example : example.replace(gap[0], gap[1]);
  return `${before}${filled}\n${after}\n`;
}

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  const library = join(folder, 'libmylib');
  compileC(join(import.meta.dirname, 'native/documentation.c'), library);
  const suffix = process.platform === 'darwin' ? 'dylib' : 'so';
  // Where the system has an SQLite, its loader finds that one first.
  for (const name of ['libadd', 'libsqlite3'])
    copyFileSync(library, join(folder, `${name}.${suffix}`));
  writeFileSync(join(folder, 'bun-ffi.mjs'), hooks);
  settings.forEach((setting, i) => {
    if (!isProgram(setting)) return;
    const code = program(setting, examples[i] ?? '');
    writeFileSync(join(folder, `example-${i + 1}.mjs`), code);
    // Bun has a module bun:ffi of its own, which nothing can replace.
    const compat = code.replaceAll(/(['"])bun:ffi\1/g, "'bun-ffi-compat'");
    writeFileSync(join(folder, `example-${i + 1}-compat.mjs`), compat);
  });
});

it("every example of Bun's documentation has a setting here", () => {
  expect(examples).toHaveLength(settings.length);
  settings.forEach(({ begins }, i) => {
    expect(examples[i]?.slice(0, begins.length)).toBe(begins);
  });
});

const numbered = settings.map((setting, i) => ({ number: i + 1, setting }));
const programs = numbered.flatMap(({ number, setting }) =>
  isProgram(setting) ? [{ number, setting, title: setting.begins.split('\n').join(' ') }] : [],
);

function check(engine: Engine, options: readonly string[], file: string, setting: Setting): void {
  const output = run(engine, [...options, file], { cwd: folder }).trim();
  if (typeof setting.prints === 'string') expect(output).toBe(setting.prints);
  else expect(output).toMatch(setting.prints);
}

const [bun, others] = [true, false].map((isBun) =>
  engines.filter(({ backend }) => (backend === 'bun') === isBun),
) as [Engine[], Engine[]];

describe.each(others)('on $name, unchanged', (engine) => {
  it.each(programs)('example $number: $title', ({ number, setting }) => {
    const options = [...engine.gc, engine.preload, './bun-ffi.mjs'];
    check(engine, options, `example-${number}.mjs`, setting);
  });
});

describe.each(bun)('on $name', (engine) => {
  it.each(programs)(
    "example $number does through Bun's own what is expected: $title",
    (example) => {
      check(engine, [], `example-${example.number}.mjs`, example.setting);
    },
  );
  it.each(programs)('example $number, through this package: $title', ({ number, setting }) => {
    check(engine, [], `example-${number}-compat.mjs`, setting);
  });
});
