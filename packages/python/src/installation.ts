/**
 * The words every part of this package shares: what a Python is, where it was found, and why it was
 * refused. Types only; a field that changes meaning here changes it for every package above.
 */

/** Where a Python was found, in the order the places are searched. */
export type CandidateSource =
  | 'option'
  | 'NOGIL_PYTHON'
  | 'VIRTUAL_ENV'
  | '.venv'
  | 'embedded'
  | 'installed'
  | 'PATH'
  | 'pyenv'
  | 'uv'
  | 'conda';

/** A Python version as `sys.version_info` has it. */
export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
  /** `alpha`, `beta`, `candidate` or `final`. */
  readonly releaselevel: string;
  readonly serial: number;
  /** For people and for `pip`: `3.14.5`, `3.15.0a2`. */
  readonly text: string;
}

/** What a Python says about itself, before its shared library is found and checked. */
export interface PythonDescription {
  /** The program to start: in a virtual environment, the environment's. Absolute. */
  readonly executable: string;
  /** The program the virtual environment was made from; outside one, the same as `executable`. */
  readonly baseExecutable: string;
  readonly version: PythonVersion;
  /** `cpython`, `pypy`, …, as `sys.implementation.name`. */
  readonly implementation: string;
  /** Built with `Py_GIL_DISABLED` (PEP 703). */
  readonly freeThreaded: boolean;
  /** Built with `Py_DEBUG`. */
  readonly debug: boolean;
  /** The sanitizer CPython was compiled with, as far as its configuration says. */
  readonly sanitizer: 'thread' | 'address' | null;
  readonly pointerBits: number;
  /** The machine as Python's `platform.machine()` names it: `x86_64`, `arm64`, `AMD64`. */
  readonly machine: string;
  readonly prefix: string;
  readonly basePrefix: string;
  readonly execPrefix: string;
  readonly baseExecPrefix: string;
  /** The folder of the pure-Python standard library. */
  readonly stdlib: string;
  /** The folder that holds the standard library's extension modules (`lib-dynload`, on Windows `DLLs`). */
  readonly platstdlib: string;
  /** Existing and future `site-packages` folders, the first is where `pip` installs. */
  readonly sitePackages: readonly string[];
  readonly isVirtualEnvironment: boolean;
  /** `sys.implementation.cache_tag`: `cpython-314`. */
  readonly cacheTag: string;
  /** The tag in extension file names, `cpython-314t-x86_64-linux-gnu`; null where Python has none. */
  readonly soabi: string | null;
  /**
   * Extension modules that may clash with the host's OpenSSL or zlib and are linked into this Python
   * itself, so that opening extensions with `RTLD_DEEPBIND` does not help: `_ssl`, `_hashlib`, `zlib`.
   */
  readonly builtinExtensions: readonly string[];
  readonly source: CandidateSource;
}

/** A Python that nogil can load into this process. */
export interface PythonInstallation extends PythonDescription {
  /** The shared library, a file that exists and was checked. Absolute. */
  readonly libpython: string;
}

/** Why a Python is not used, and what to do about it. */
export interface Refusal {
  /** A clause that follows "it": `is CPython 3.6.15, older than 3.10`. */
  readonly reason: string;
  /** A complete instruction. */
  readonly remedy: string;
}

/** Another way to the same Python. */
export interface CandidateAlias {
  readonly source: CandidateSource;
  readonly path: string;
}

interface CandidateBase {
  readonly source: CandidateSource;
  /** What was looked at: a program, or a folder that should have held one. */
  readonly path: string;
  /** Later candidates that turned out to be this same Python, in the order they came up. */
  readonly aliases: readonly CandidateAlias[];
}

/** A candidate nogil can use. */
export interface UsableCandidate extends CandidateBase {
  readonly usable: true;
  readonly installation: PythonInstallation;
}

/** A candidate nogil refuses. `description` is there when the candidate could answer at all. */
export interface RefusedCandidate extends CandidateBase {
  readonly usable: false;
  readonly refusal: Refusal;
  readonly description?: PythonDescription;
}

/** One Python that was looked at. */
export type CandidateReport = UsableCandidate | RefusedCandidate;
