/** Reads what nogil needs of a lock file; installing from it is pip's (PEP 751). */
import fs from 'node:fs';
import { NogilError } from '@nogil/abi';
import { parse } from 'smol-toml';

/**
 * The packages that a lock file names, for any platform.
 *
 * @param file - a `pylock.toml`
 * @returns names as PyPI compares them
 * @throws NogilError `PIP_FAILED` when it is not there, or is no lock file
 */
export function lockedNames(file: string): Set<string> {
  if (!fs.existsSync(file)) {
    throw new NogilError(
      'PIP_FAILED',
      `there is no lock file ${file}. Next step: npx nogil pip lock, where the packages are installed`,
    );
  }
  const { packages } = parseOrRefuse(file);
  if (!Array.isArray(packages)) throw damaged(file, 'it lists no packages');
  return new Set(
    packages.map((entry: unknown) => {
      const name = (entry as { readonly name?: unknown } | null)?.name;
      if (typeof name !== 'string') throw damaged(file, 'one of its packages has no name');
      return name.replace(/[-_.]+/g, '-').toLowerCase();
    }),
  );
}

function parseOrRefuse(file: string): Record<string, unknown> {
  try {
    return parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw damaged(file, error instanceof Error ? error.message : String(error), error);
  }
}

function damaged(file: string, reason: string, cause?: unknown): NogilError {
  return new NogilError(
    'PIP_FAILED',
    `${file} is no lock file as PEP 751 has it: ${reason}. Next step: npx nogil pip lock writes it anew`,
    { cause },
  );
}
