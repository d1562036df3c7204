/** The builds nogil installs, and what makes each of them: one row per variant, read by every step. */
import { NogilError } from '@nogil/abi';

/** A build nogil can install. */
export type PythonVariant = '3.14t' | '3.14' | '3.14d' | '3.14td' | '3.14t-tsan';

/** How one variant is built. */
export interface VariantFacts {
  readonly variant: PythonVariant;
  readonly title: string;
  readonly freeThreaded: boolean;
  readonly debug: boolean;
  readonly sanitizer: 'thread' | null;
  /** What `uv python install` calls it; undefined where uv has no such build with the same flags. */
  readonly uvRequest: string | undefined;
  readonly configure: readonly string[];
  /** Compiler flags after CPython's own. */
  readonly cflags: string;
  /** Compile commands `make` runs, counted: the total of the progress bar. */
  readonly compileSteps: number;
}

const compileSteps = 375;

const rows: readonly VariantFacts[] = [
  {
    variant: '3.14t',
    title: 'CPython 3.14, free-threaded',
    freeThreaded: true,
    debug: false,
    sanitizer: null,
    uvRequest: '3.14t',
    configure: ['--disable-gil'],
    cflags: '',
    compileSteps,
  },
  {
    variant: '3.14',
    title: 'CPython 3.14',
    freeThreaded: false,
    debug: false,
    sanitizer: null,
    uvRequest: '3.14',
    configure: [],
    cflags: '',
    compileSteps,
  },
  {
    variant: '3.14d',
    title: 'CPython 3.14, debug',
    freeThreaded: false,
    debug: true,
    sanitizer: null,
    uvRequest: undefined,
    configure: ['--with-pydebug'],
    cflags: '',
    compileSteps,
  },
  {
    variant: '3.14td',
    title: 'CPython 3.14, free-threaded, debug',
    freeThreaded: true,
    debug: true,
    sanitizer: null,
    uvRequest: undefined,
    configure: ['--disable-gil', '--with-pydebug'],
    cflags: '',
    compileSteps,
  },
  {
    variant: '3.14t-tsan',
    title: 'CPython 3.14, free-threaded, with ThreadSanitizer',
    freeThreaded: true,
    debug: false,
    sanitizer: 'thread',
    uvRequest: undefined,
    configure: ['--disable-gil', '--with-thread-sanitizer'],
    // Frames must be found in reports, and -O3 under the sanitizer takes minutes longer.
    cflags: '-O1 -g -fno-omit-frame-pointer',
    compileSteps,
  },
];

/** Every variant, the default first. */
export const pythonVariants: readonly PythonVariant[] = rows.map((row) => row.variant);

/** The row of a variant; throws `INVALID_ARGUMENT` for a name that is none. */
export function variantFacts(variant: string): VariantFacts {
  const facts = rows.find((row) => row.variant === variant);
  if (facts === undefined) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `"${variant}" cannot be installed; choose one of ${pythonVariants.join(', ')}`,
    );
  }
  return facts;
}
