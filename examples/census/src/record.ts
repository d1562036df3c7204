/** What `python/census.py` says about a file. */

/** A function that stands out. */
export interface Standout {
  /** Qualified with its classes and functions: `Parser.parse`. */
  readonly name: string;
  readonly line: number;
  readonly value: number;
}

interface Share {
  readonly present: number;
  readonly possible: number;
}

/** The figures of a file. */
export interface Figures {
  readonly ok: true;
  readonly digest: string;
  readonly bytes: number;
  readonly encoding: string;
  readonly lines: {
    readonly total: number;
    readonly code: number;
    readonly comment: number;
    readonly blank: number;
    readonly docstring: number;
  };
  readonly tokens: {
    readonly total: number;
    readonly names: number;
    readonly numbers: number;
    readonly operators: number;
    readonly strings: number;
    readonly comments: number;
  };
  readonly nodes: number;
  readonly functions: {
    readonly total: number;
    readonly async: number;
    readonly lambdas: number;
    readonly parameters: number;
  };
  readonly classes: number;
  readonly comprehensions: number;
  readonly complexity: { readonly total: number; readonly worst: Standout | null };
  readonly nesting: number;
  readonly longest: Standout | null;
  readonly docstrings: Share;
  readonly annotations: Share;
  readonly imports: number;
}

/** Why a file has no figures. */
export interface Unmeasured {
  readonly ok: false;
  readonly digest: string;
  /** The Python exception: `SyntaxError`, `UnicodeDecodeError`, … */
  readonly reason: string;
  readonly message: string;
  readonly line: number | null;
}

/** The answer for one file. */
export type FileRecord = Figures | Unmeasured;

/** Reads an answer of `census.measure`. */
export function parseRecord(json: string): FileRecord {
  return JSON.parse(json) as FileRecord;
}
