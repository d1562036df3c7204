// @ts-check
// Everything that is no host of the matrix: the ends, the stress, the packed packages, the bundlers and the libraries,
// each in its short round and with a report of its own. The exit code is 1 when one of them failed.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PARTS = [
  'ends.mjs',
  'stress/run.mjs',
  'packed/run.mjs',
  'bundlers/run.mjs',
  'libraries/run.mjs',
];

rmSync(new URL('reports', import.meta.url), { recursive: true, force: true });
// All of them, also after one that failed: each tells something of its own. Each takes `--short` and `--require all`.
const failed = PARTS.filter((part) => {
  const program = fileURLToPath(new URL(part, import.meta.url));
  const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  return status !== 0;
});
for (const part of failed) console.log(`failed: ${part}`);
process.exitCode = failed.length > 0 ? 1 : 0;
