import { NogilError } from '@nogil/abi';
import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { type Crossing, Handle } from '../frame/crossing.js';
import { operate, readHandle } from '../frame/operate.js';
import { supportFunction } from '../support.js';
import type { BuiltInCodec, RawToJs } from './codecs.js';
import { temporalCodecs, temporalOf } from './codecs-temporal.js';
import type { DatetimeOption, ToJsOptions } from './options.js';
import { readResult } from './to-js.js';
import { unsupported } from './unsupported.js';

/** The first and the last millisecond that a datetime can be. */
const LEAST_DATETIME = -62_135_596_800_000;
const GREATEST_DATETIME = 253_402_300_799_999;

/** Calls a function of codecs.py; a new handle of what it made. */
export function makeInPython(
  environment: Environment,
  name: string,
  ...values: readonly Crossing[]
): Handle {
  const callable = supportFunction(environment, name);
  return new Handle(operate(environment, NG_OPERATION_CALL, [callable, ...values], readHandle));
}

/** Calls a function of codecs.py; text that begins with `!` is what would be lost. */
export function askPython(
  environment: Environment,
  name: string,
  type: string,
  object: Handle,
): unknown {
  const callable = supportFunction(environment, name);
  const answer = operate(environment, NG_OPERATION_CALL, [callable, object], readResult);
  if (typeof answer === 'string' && answer.startsWith('!')) {
    throw new NogilError(
      'UNSUPPORTED_VALUE',
      `a ${type} cannot be converted without a loss: ${answer.slice(1)}`,
    );
  }
  return answer;
}

const datetimeOptions: readonly string[] = ['date', 'temporal', 'proxy'];

function datetimeOption({ datetime = 'date' }: ToJsOptions): DatetimeOption {
  if (datetimeOptions.includes(datetime)) return datetime;
  throw new NogilError(
    'INVALID_ARGUMENT',
    `datetime is ${datetime}; it is 'date', 'temporal' or 'proxy'`,
  );
}

/** What the package itself knows; all of it can be overruled by registering another codec. */
export function builtInCodecs(environment: Environment): BuiltInCodec[] {
  /** By text or number that Python makes. */
  const text =
    (name: string, type: string): RawToJs =>
    (object) =>
      askPython(environment, name, type, object);
  /** Of the types of `datetime`: the chosen kind. */
  const dated = (
    python: string,
    name: string,
    temporal: (object: Handle) => unknown,
  ): BuiltInCodec => ({
    name: python,
    python,
    raw: (object, options) => {
      switch (datetimeOption(options)) {
        case 'proxy':
          return undefined;
        case 'temporal':
          return temporal(object);
        case 'date':
          return askPython(environment, name, python, object);
      }
    },
  });
  const temporal = temporalOf(environment);
  const date = dated('datetime.datetime', 'datetime_milliseconds', temporal.datetime);
  return [
    {
      ...date,
      raw: (object, options, convert) => {
        const made = date.raw?.(object, options, convert);
        return typeof made === 'number' ? new Date(made) : made;
      },
    },
    dated('datetime.date', 'isoformat', temporal.date),
    dated('datetime.time', 'isoformat', temporal.time),
    dated('datetime.timedelta', 'timedelta_milliseconds', temporal.timedelta),
    // datetime is a date, too, and must not be taken for one.
    { name: 'Decimal', python: 'decimal.Decimal', raw: text('text_of', 'Decimal') },
    { name: 'Fraction', python: 'fractions.Fraction', raw: text('text_of', 'Fraction') },
    { name: 'UUID', python: 'uuid.UUID', raw: text('text_of', 'UUID') },
    { name: 'Path', python: 'pathlib.PurePath', raw: text('path_text', 'Path') },
    // Where 3.13 has it.
    { name: 'Path', python: 'pathlib._local.PurePath', raw: text('path_text', 'Path') },
    { name: 'complex', python: 'builtins.complex', raw: complexToJs(environment) },
    ...['builtins.bytearray', 'builtins.memoryview', 'array.array'].map((python) => ({
      name: python,
      python,
      raw: bufferToJs(environment),
    })),
    {
      name: 'Enum',
      python: 'enum.Enum',
      raw: (object, _options, convert) =>
        convert(askPython(environment, 'enum_value', 'Enum', object)),
    },
    {
      name: 'Date',
      javascript: Date,
      toPython: (value) => dateToPython(environment, value as Date),
    },
    {
      name: 'boxed number',
      javascript: Number,
      toPython: (value) => Number.prototype.valueOf.call(value),
    },
    {
      name: 'boxed string',
      javascript: String,
      toPython: (value) => String.prototype.valueOf.call(value),
    },
    {
      name: 'boxed boolean',
      javascript: Boolean,
      toPython: (value) => Boolean.prototype.valueOf.call(value),
    },
    {
      name: 'boxed bigint',
      javascript: BigInt as unknown as typeof Number,
      toPython: (value) => BigInt.prototype.valueOf.call(value),
    },
    ...temporalCodecs(environment),
  ];
}

/** By the formats of the struct module; a view of the items is a copy of them. */
const arrays: Readonly<Record<string, (bytes: ArrayBuffer) => object>> = {
  B: (bytes) => new Uint8Array(bytes),
  c: (bytes) => new Uint8Array(bytes),
  b: (bytes) => new Int8Array(bytes),
  h: (bytes) => new Int16Array(bytes),
  H: (bytes) => new Uint16Array(bytes),
  i: (bytes) => new Int32Array(bytes),
  I: (bytes) => new Uint32Array(bytes),
  q: (bytes) => new BigInt64Array(bytes),
  Q: (bytes) => new BigUint64Array(bytes),
  f: (bytes) => new Float32Array(bytes),
  d: (bytes) => new Float64Array(bytes),
};

/** Copies one-dimensional memory; any other stays a proxy, which has `getBuffer`. */
function bufferToJs(environment: Environment): RawToJs {
  return (object, _options, convert) => {
    const parts = convert(askPython(environment, 'buffer_parts', 'buffer', object));
    if (parts === null) return undefined;
    const [format, bytes] = parts as [string, Uint8Array<ArrayBuffer>];
    return arrays[format]?.(bytes.buffer);
  };
}

function complexToJs(environment: Environment): RawToJs {
  return (object, _options, convert) => {
    const parts = convert(askPython(environment, 'complex_parts', 'complex', object)) as [
      number,
      number,
    ];
    return { re: parts[0], im: parts[1] };
  };
}

function dateToPython(environment: Environment, date: Date): Handle {
  const milliseconds = Date.prototype.getTime.call(date);
  if (Number.isNaN(milliseconds)) {
    throw unsupported('an invalid Date', 'check it with Number.isNaN(date.getTime())');
  }
  if (milliseconds < LEAST_DATETIME || milliseconds > GREATEST_DATETIME) {
    throw unsupported(
      `the Date ${date.toISOString()}`,
      'a datetime is in the years 1 to 9999; pass its time in milliseconds',
    );
  }
  return makeInPython(environment, 'datetime_from_milliseconds', milliseconds);
}
