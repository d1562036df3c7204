/**
 * The shape of a candidate's answer, checked field by field: an answer comes from a program nogil has
 * never seen, so nothing about it is taken on trust.
 */
import { parseJson } from '../json.js';

/** Where the library may be, as the candidate sees it. */
export interface LibraryFacts {
  readonly loaded: string | null;
  readonly libdir: string | null;
  readonly ldlibrary: string | null;
  readonly instsoname: string | null;
  readonly multiarch: string | null;
  readonly libpl: string | null;
  readonly framework_prefix: string | null;
}

/** What only Python 3 is asked. */
export interface ProbeDetails {
  readonly executable: string;
  readonly base_executable: string;
  readonly gil_disabled: boolean;
  readonly abiflags: string | null;
  readonly debug: boolean;
  readonly sanitizer: 'thread' | 'address' | null;
  readonly machine: string;
  readonly prefix: string;
  readonly base_prefix: string;
  readonly exec_prefix: string;
  readonly base_exec_prefix: string;
  readonly stdlib: string;
  readonly platstdlib: string;
  readonly site_packages: readonly string[];
  readonly cache_tag: string;
  readonly soabi: string | null;
  readonly builtin_extensions: readonly string[];
  readonly library: LibraryFacts;
}

/** A candidate's whole answer. */
export interface ProbeAnswer {
  readonly version: readonly [number, number, number, string, number];
  readonly implementation: string;
  readonly pointer_bits: number;
  readonly details?: ProbeDetails;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads an answer; undefined when it is not JSON or not complete. */
export function parseProbeAnswer(text: string): ProbeAnswer | undefined {
  const value = parseJson(text);
  if (
    !isFields(value) ||
    !isVersion(value.version) ||
    typeof value.implementation !== 'string' ||
    typeof value.pointer_bits !== 'number'
  ) {
    return undefined;
  }
  const details = value.details;
  if (details !== undefined && !isDetails(details)) {
    return undefined;
  }
  return {
    version: value.version,
    implementation: value.implementation,
    pointer_bits: value.pointer_bits,
    ...(details === undefined ? {} : { details }),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isVersion(value: unknown): value is ProbeAnswer['version'] {
  return (
    Array.isArray(value) &&
    value.length === 5 &&
    [0, 1, 2, 4].every((index) => Number.isInteger(value[index])) &&
    typeof value[3] === 'string'
  );
}

const isString = (value: unknown): boolean => typeof value === 'string';
const isOptional = (value: unknown): boolean => value === null || typeof value === 'string';
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every(isString);
const isSanitizer = (value: unknown): boolean =>
  value === null || value === 'thread' || value === 'address';

const libraryShape: Readonly<Record<keyof LibraryFacts, (value: unknown) => boolean>> = {
  loaded: isOptional,
  libdir: isOptional,
  ldlibrary: isOptional,
  instsoname: isOptional,
  multiarch: isOptional,
  libpl: isOptional,
  framework_prefix: isOptional,
};

const detailsShape: Readonly<Record<keyof ProbeDetails, (value: unknown) => boolean>> = {
  executable: isString,
  base_executable: isString,
  gil_disabled: isBoolean,
  abiflags: isOptional,
  debug: isBoolean,
  sanitizer: isSanitizer,
  machine: isString,
  prefix: isString,
  base_prefix: isString,
  exec_prefix: isString,
  base_exec_prefix: isString,
  stdlib: isString,
  platstdlib: isString,
  site_packages: isStrings,
  cache_tag: isString,
  soabi: isOptional,
  builtin_extensions: isStrings,
  library: (value) => hasShape(value, libraryShape),
};

function hasShape(
  value: unknown,
  shape: Readonly<Record<string, (value: unknown) => boolean>>,
): boolean {
  return isFields(value) && Object.entries(shape).every(([name, check]) => check(value[name]));
}

function isDetails(value: unknown): value is ProbeDetails {
  return hasShape(value, detailsShape);
}
