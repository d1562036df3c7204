import { NogilError } from '@nogil/abi';

/** A part of what stands between brackets in Python, in four values, as `slice_item` of protocols.py takes it. */
type Part = readonly [kind: number, start: Bound, stop: Bound, step: Bound];
type Bound = number | bigint | null;

const INDEX = 0;
const SLICE = 1;
const ELLIPSIS = 2;
const NEW_AXIS = 3;

const WHOLE = /^[+-]?\d+(?:_\d+)*$/;

function bad(text: string, part: string, reason: string): NogilError {
  return new NogilError(
    'INVALID_ARGUMENT',
    `'${text}' is no slice: '${part}' ${reason}. It is what stands between brackets in Python: whole numbers, ` +
      `slices, '...' and 'None', with commas between, as in '1:, ::2'; for other keys use ` +
      'python.op.getitem(object, key)',
  );
}

function whole(text: string, part: string): number | bigint {
  if (!WHOLE.test(part)) throw bad(text, part, 'is no whole number');
  const digits = part.replaceAll('_', '');
  const value = Number(digits);
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  return BigInt(digits);
}

function parsePart(text: string, source: string): Part {
  const part = source.trim();
  if (part === '') throw bad(text, part, 'is empty');
  if (part === '...' || part === 'Ellipsis') return [ELLIPSIS, null, null, null];
  if (part === 'None' || part === 'newaxis') return [NEW_AXIS, null, null, null];
  if (!part.includes(':')) return [INDEX, whole(text, part), null, null];
  const bounds = part.split(':').map((bound) => bound.trim());
  if (bounds.length > 3) throw bad(text, part, 'has more than two colons');
  const [start = null, stop = null, step = null] = bounds.map((bound) =>
    bound === '' || bound === 'None' ? null : whole(text, bound),
  );
  return [SLICE, start, stop, step];
}

/** A subscript, read. */
export interface Subscript {
  /** Whether it is a tuple: there is a comma. */
  readonly isTuple: boolean;
  /** Four values for each part. */
  readonly parts: readonly Bound[];
}

/**
 * Reads what would stand between brackets in Python: `1:, ::2`.
 *
 * @param text - whole numbers, slices, `...` or `None` (also `newaxis`), with commas between
 * @throws NogilError `INVALID_ARGUMENT`
 */
export function parseSubscript(text: unknown): Subscript {
  if (typeof text !== 'string') {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `$slice takes text, as in $slice('1:, ::2'), not ${typeof text}`,
    );
  }
  const sources = text.split(',');
  const isTuple = sources.length > 1;
  // As in Python, a comma may end it: `1,` is a tuple of one.
  if (isTuple && sources.at(-1)?.trim() === '') sources.pop();
  return { isTuple, parts: sources.flatMap((source) => parsePart(text, source)) };
}
