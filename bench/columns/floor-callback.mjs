// @ts-check
// The floor of Python's calls into JavaScript, which a C program without an engine cannot make.
import { createRequire } from 'node:module';
import { serve } from './serve.mjs';
import { MANY } from '../rows/values.mjs';

/** The variable that names the addon, built from floor/callback.c. */
const ADDON = process.env.NOGIL_BENCH_ADDON ?? '';

await serve(() => {
  const run = createRequire(import.meta.url)(ADDON);
  let calls = 0;
  const empty = () => {
    calls++;
  };
  return {
    work: {
      callback: {
        run: () => {
          calls = 0;
          run(empty, MANY);
          return calls - 1;
        },
        per: MANY,
      },
    },
  };
});
