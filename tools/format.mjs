// @ts-check
// Formats everything: prettier for TypeScript, JSON, YAML and Markdown, clang-format for C.
import './lib/node-version.mjs';
import { main } from './lib/failure.mjs';
import { setup } from './lib/setup.mjs';
import { binary } from './lib/package-managers.mjs';
import { run } from './lib/run.mjs';
import { root } from './lib/workspace.mjs';
import path from 'node:path';

await main(async () => {
  await setup([]);
  const prettier = [binary('prettier'), '--write', '--log-level=warn', '.'];
  const first = await run(process.execPath, prettier, { cwd: root });
  const second = await run(process.execPath, [
    path.join(root, 'tools', 'lint-native.mjs'),
    '--write',
  ]);
  return first.code || second.code;
});
