// @ts-check
import { createRequire } from 'node:module';
import { Failure } from './failure.mjs';
import { run } from './run.mjs';

const require = createRequire(import.meta.url);

/**
 * The cmake and ninja to build with: `CMAKE` from the environment, else the ones npm installed, else
 * the ones on the path. Each is run once, because the prebuilt ones need glibc and a machine may not
 * have it (Alpine).
 *
 * @returns {Promise<{ cmake: string, ninja: string | null }>} without ninja, CMake picks make or
 *   whatever else it finds
 */
export async function cmakeAndNinja() {
  const tried = [];
  const own = process.env.CMAKE;
  for (const cmake of own ? [own] : [packaged('cmake'), 'cmake']) {
    if (!cmake) continue;
    const { code, stderr } = await run(cmake, ['--version'], { output: 'capture' });
    if (code === 0) return { cmake, ninja: await findNinja() };
    tried.push(`${cmake} --version: ${stderr.trim() || `exit ${code}`}`);
  }
  throw new Failure('No cmake that runs here.', {
    tried,
    next: own
      ? [`CMAKE=${own}: unset it, or point it at a cmake 3.20 or newer`]
      : [
          '`npm run setup` installs a prebuilt one; where that cannot run, install cmake 3.20 or newer',
        ],
  });
}

async function findNinja() {
  for (const ninja of [packaged('ninja'), 'ninja']) {
    if (ninja && (await run(ninja, ['--version'], { output: 'capture' })).code === 0) return ninja;
  }
  return null;
}

/**
 * @param {'cmake' | 'ninja'} name
 * @returns {string | null} null where the package has no binary for this platform
 */
function packaged(name) {
  try {
    return /** @type {(name: string) => string} */ (require(`${name}-runtime`))(name);
  } catch (error) {
    // Thrown by the package for an unknown platform, and by Node when it is not installed.
    if (error instanceof Error) return null;
    throw error;
  }
}
