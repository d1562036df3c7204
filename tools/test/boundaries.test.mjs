// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkNativeLayers } from '../lib/native-layers.mjs';
import { checkNativeState } from '../lib/native-state.mjs';
import { checkPackageLayers } from '../lib/package-layers.mjs';
import { run } from '../lib/run.mjs';

const tool = fileURLToPath(new URL('../check-boundaries.mjs', import.meta.url));
let workspace = '';

/** @param {Record<string, string | object>} files */
function write(files) {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(workspace, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
}

/** A small workspace in which everything is as it should be. */
beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'nogil-boundaries-'));
  write({
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n  - app\n',
    'package.json': { devDependencies: { vitest: '1' } },
    'tools/layers.json': { layers: [['low'], ['left', 'right'], ['high']] },
    'packages/low/package.json': { name: 'low', exports: { '.': './dist/index.js' } },
    'packages/low/src/index.ts': "import { join } from 'node:path';\nexport const a = join('a');\n",
    'packages/left/package.json': { name: 'left', dependencies: { low: '1', ini: '1' } },
    'packages/left/src/index.ts': "import { a } from 'low';\nimport ini from 'ini';\n",
    'packages/left/test/a.test.ts': "import { test } from 'vitest';\nimport '../src/index.js';\n",
    'packages/right/package.json': { name: 'right' },
    'packages/high/package.json': { name: 'high', dependencies: { left: '1' } },
    'packages/high/src/index.ts': "export * from 'left';\n",
    'app/package.json': { name: 'app', private: true, dependencies: { high: '1' } },
    'app/src/main.ts': "import 'high';\n",
    'native/layers.json': {
      public: ['nogil.h'],
      layers: [['platform'], ['capi'], ['handles', 'blocks'], ['module_napi']],
      system: { 'Python.h': [], 'node_api.h': ['module_napi'] },
    },
    'native/include/nogil.h': '#include <stdint.h>\n',
    'native/src/platform_posix.c': '#include "platform.h"\n',
    'native/src/handles.c': '#include "handles.h"\n#include "../include/nogil.h"\n',
    'native/src/module_napi.c': '#include <node_api.h>\n#include "handles.h"\n',
    'native/src/capi.def': 'NG_FUNCTION(int, Py_IsInitialized, (void))\n',
    'docs/native-state.md': '',
  });
});

afterEach(() => rmSync(workspace, { recursive: true }));

/** @returns {string[]} */
function violations() {
  return [...checkPackageLayers(workspace).problems, ...checkNativeLayers(workspace).problems];
}

test('a workspace that keeps the direction passes', async () => {
  const { code, stderr } = await run(process.execPath, [tool, workspace], { output: 'capture' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('the tool exits with 1 and names file, line, import and rule', async () => {
  write({ 'packages/low/src/up.ts': "\nimport 'high';\n" });
  const { code, stderr } = await run(process.execPath, [tool, workspace], { output: 'capture' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/up\.ts:2: 'high': low may import lower layers only/);
});

describe('packages', () => {
  /** @type {[title: string, file: string, content: string, violation: RegExp][]} */
  const seeds = [
    [
      'an import of a higher layer',
      'packages/low/src/up.ts',
      "import 'high';",
      /low may import lower/,
    ],
    [
      'an import of the same layer',
      'packages/left/src/b.ts',
      "import('right');",
      /left may import lower/,
    ],
    [
      'an import from above the packages',
      'packages/low/src/b.ts',
      "export * from 'app';",
      /stands above/,
    ],
    [
      'a type import of a higher layer',
      'packages/low/src/b.ts',
      "type A = import('left').A;",
      /low may/,
    ],
    [
      'a require of a higher layer',
      'packages/low/src/b.cjs',
      "require('left');",
      /low may import lower/,
    ],
    ['a deep import', 'packages/left/src/b.ts', "import 'low/src/index.js';", /reaches inside low/],
    [
      'a path into another package',
      'packages/left/src/b.ts',
      "import '../../low/src/x.js';",
      /leaves its/,
    ],
    [
      'an undeclared dependency',
      'packages/left/src/b.ts',
      "import 'chalk';",
      /chalk is not declared/,
    ],
    [
      'a development tool in shipped code',
      'packages/left/src/b.ts',
      "import 'vitest';",
      /not declared/,
    ],
    [
      'an undeclared package of ours',
      'packages/high/src/b.ts',
      "import 'low';",
      /low is not declared/,
    ],
  ];
  test.each(seeds)('%s fails', (_, file, content, violation) => {
    write({ [file]: `// first line\n${content}\n` });
    expect(violations()).toEqual([expect.stringMatching(violation)]);
    expect(violations()[0]).toContain(`${path.normalize(file)}:2:`);
  });

  test('a declared dependency on a higher layer fails before anybody imports it', () => {
    write({ 'packages/low/package.json': { name: 'low', devDependencies: { high: '1' } } });
    expect(violations()).toEqual([expect.stringMatching(/dependency high/)]);
  });

  test('a package without a place in the table fails', () => {
    write({ 'packages/new/package.json': { name: 'new' } });
    expect(violations()).toEqual([expect.stringMatching(/new has no place/)]);
  });

  test('text that only looks like an import is not one', () => {
    write({ 'packages/low/src/b.ts': "// import 'high'\nexport const s = \"import 'high'\";\n" });
    expect(violations()).toEqual([]);
  });
});

describe('C modules', () => {
  /** @type {[title: string, file: string, content: string, violation: RegExp][]} */
  const seeds = [
    ['a higher layer', 'platform_windows.c', '#include "handles.h"', /platform may include/],
    ['the same layer', 'blocks.c', '#include "handles.h"', /blocks may include/],
    ['Python.h', 'handles.h', '#include <Python.h>', /not for any module/],
    ['a reserved system header', 'handles.c', '#  include <node_api.h>', /only for module_napi/],
    ['a header of no module', 'handles.c', '#include "stray.h"', /belongs to no module/],
  ];
  test.each(seeds)('including %s fails', (_, file, content, violation) => {
    write({ [`native/src/${file}`]: `/* first */\n${content}\n` });
    expect(violations()).toEqual([expect.stringMatching(violation)]);
    expect(violations()[0]).toContain(`native/src/${file}:2:`);
  });

  test('a file of no module fails', () => {
    write({ 'native/src/stray.c': '' });
    expect(violations()).toEqual([expect.stringMatching(/stray.c: belongs to no module/)]);
  });

  test('a public header that includes a private one fails', () => {
    write({ 'native/include/nogil.h': '#include "handles.h"\n' });
    expect(violations()).toEqual([expect.stringMatching(/only public ones/)]);
  });

  test('an include inside a comment is not one', () => {
    write({ 'native/src/handles.h': '/*\n#include "module_napi.h"\n*/\n' });
    expect(violations()).toEqual([]);
  });
});

test('a variable and a symbol that nobody wrote down are named', () => {
  write({
    'native/src/handles.c': '#include "handles.h"\nstatic int count;\n',
    'native/src/capi.def': 'NG_DATA(_Py_Secret)\n',
    'docs/native-state.md': '| `handles.c` | `lost` | nobody | nothing |\n',
  });
  expect(checkNativeState(workspace)).toEqual([
    expect.stringContaining('variable handles.c count is not in docs/native-state.md'),
    expect.stringContaining('lists handles.c lost, which is not there'),
    expect.stringContaining('symbol _Py_Secret is not in docs/native-state.md'),
  ]);
});
