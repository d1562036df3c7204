// @ts-check
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemLibrary } from '../baseline.mjs';
import { run } from '../run.mjs';

const program = readFileSync(fileURLToPath(new URL('verify.py', import.meta.url)), 'utf8');

/** Modules that a build lacks when the machine had no headers for them. */
const DEPENDS_ON_HEADERS = /^(bz2|compression\.zstd|curses|lzma|sqlite3|uuid)$/;

/**
 * Runs a Python that is about to be packed, where it lies now: it has to find itself, load everything it has,
 * and load nothing of this machine but its C library.
 *
 * @param {string} folder - the prefix
 * @param {string} prefix - what it was configured with
 * @returns {Promise<{ problems: string[], missing: string[] }>} `missing`: modules that this build lacks
 */
export async function verifyPacked(folder, prefix) {
  const python = path.join(folder, 'bin', 'python3');
  const { code, stdout, stderr } = await run(python, ['-I', '-B', '-c', program, prefix], {
    output: 'capture',
    env: { LC_ALL: 'C.UTF-8' },
  });
  if (code !== 0) return { problems: [`it ended with ${code}: ${stderr}${stdout}`], missing: [] };
  /** @type {{ broken: Record<string, string>, mapped: string[], prefix: string, gil: boolean, include: boolean, elsewhere: string[], libdir: string, authorities: string | null }} */
  const found = JSON.parse(stdout);
  const here = realpathSync(folder);
  const missing = Object.keys(found.broken).filter((name) => DEPENDS_ON_HEADERS.test(name));
  const foreign = found.mapped.filter(
    (file) => !file.startsWith(`${here}/`) && !systemLibrary('glibc', path.basename(file)),
  );
  const expected = path.join(found.prefix, 'lib');
  // Without any file of certificates on this machine there is nothing to be found.
  const certificates = existsSync('/etc/ssl/certs/ca-certificates.crt');
  const problems = [
    ...Object.entries(found.broken)
      .filter(([name]) => !missing.includes(name))
      .map(([name, why]) => `import ${name}: ${why}`),
    ...foreign.map((file) => `it loads ${file}, which is not in the package`),
    ...found.elsewhere.map((name) => `sysconfig's ${name} names the folder of the build`),
    ...(realpathSync(found.prefix) === here ? [] : [`its prefix is ${found.prefix}`]),
    ...(found.libdir === expected ? [] : [`sysconfig's LIBDIR is ${found.libdir}`]),
    ...(found.include ? [] : ['pyconfig.h is not there']),
    ...(found.gil ? ['it has a GIL'] : []),
    ...(certificates && found.authorities === null
      ? ['it finds no certificates of authorities']
      : []),
  ];
  return { problems, missing };
}
