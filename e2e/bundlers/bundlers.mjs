// @ts-check
// How each bundler makes one file of a program that uses nogil. What each needs to be told is the line with the comment.
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import webpack from 'webpack';

const entry = fileURLToPath(new URL('app/main.js', import.meta.url));
const root = path.dirname(entry);

/** @param {string} outfile */
async function withEsbuild(outfile) {
  await esbuild({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
    external: ['nogil'], // this
  });
}

/** @param {string} outfile */
async function withVite(outfile) {
  const { dir, base } = path.parse(outfile);
  await vite({
    root,
    logLevel: 'error',
    configFile: false,
    ssr: { external: ['nogil'] }, // this
    build: { ssr: entry, outDir: dir, emptyOutDir: true },
  });
  await rename(path.join(dir, 'main.js'), path.join(dir, base));
}

/** @param {string} outfile */
async function withWebpack(outfile) {
  const { dir, base } = path.parse(outfile);
  await new Promise((resolve, reject) => {
    webpack(
      {
        mode: 'production',
        target: 'node20',
        entry,
        context: root,
        experiments: { outputModule: true },
        output: { path: dir, filename: base, module: true },
        externals: { nogil: 'module nogil' }, // this
      },
      (error, stats) => {
        const problem =
          error ?? (stats?.hasErrors() ? new Error(stats.toString('errors-only')) : null);
        if (problem === null) resolve(undefined);
        else reject(problem);
      },
    );
  });
}

/** @type {Record<string, (outfile: string) => Promise<void>>} */
export const bundlers = {
  esbuild: withEsbuild,
  'Vite SSR': withVite,
  webpack: withWebpack,
};
