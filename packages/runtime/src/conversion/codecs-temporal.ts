import { NogilError } from '@nogil/abi';

import type { Environment } from '../environment.js';
import type { Handle } from '../frame/crossing.js';
import type { BuiltInCodec } from './codecs.js';
import { askPython, makeInPython } from './codecs-built-in.js';
import { unsupported } from './unsupported.js';

/** What is used of Temporal, which not every host has. https://tc39.es/proposal-temporal/ */
interface Temporal {
  readonly Instant: TemporalClass;
  readonly PlainDate: TemporalClass;
  readonly PlainTime: TemporalClass;
  readonly PlainDateTime: TemporalClass;
  readonly ZonedDateTime: TemporalClass;
  readonly Duration: TemporalClass;
}

interface TemporalClass {
  // A class; its constructor is not called.
  readonly prototype: object;
  new (...values: never[]): object;
  from(value: string | object): object;
}

type Fields = Readonly<Record<string, number>>;

function hostTemporal(): Temporal | undefined {
  return (globalThis as { readonly Temporal?: Temporal }).Temporal;
}

const NANOSECONDS = 1000n;

type FromPython = (object: Handle) => unknown;

/** What becomes of Python's types where Temporal is asked for. */
export function temporalOf(environment: Environment): {
  readonly datetime: FromPython;
  readonly date: FromPython;
  readonly time: FromPython;
  readonly timedelta: FromPython;
} {
  const ask = (name: string, type: string, object: Handle): string =>
    askPython(environment, name, type, object) as string;
  return {
    datetime: (object) => {
      const { PlainDateTime, ZonedDateTime } = needed();
      const text = ask('datetime_parts', 'datetime', object);
      if (text.startsWith('P')) return PlainDateTime.from(text.slice(1));
      const [moment, zone] = text.slice(1).split(' ') as [string, string];
      return ZonedDateTime.from(`${moment}[${zone}]`);
    },
    date: (object) => needed().PlainDate.from(ask('isoformat', 'date', object)),
    time: (object) => needed().PlainTime.from(ask('time_text', 'time', object)),
    timedelta: (object) => {
      const [days, seconds, microseconds] = ask('timedelta_parts', 'timedelta', object)
        .split(' ')
        .map(Number) as [number, number, number];
      // Python's parts have different signs; Temporal wants one for all.
      const total =
        BigInt(days) * 86_400_000_000n + BigInt(seconds) * 1_000_000n + BigInt(microseconds);
      const sign = total < 0n ? -1 : 1;
      const size = total < 0n ? -total : total;
      const part = (value: bigint): number => (value === 0n ? 0 : sign * Number(value));
      return needed().Duration.from({
        days: part(size / 86_400_000_000n),
        seconds: part((size / 1_000_000n) % 86_400n),
        microseconds: part(size % 1_000_000n),
      });
    },
  };
}

function needed(): Temporal {
  const temporal = hostTemporal();
  if (temporal !== undefined) return temporal;
  throw new NogilError(
    'UNSUPPORTED_VALUE',
    "datetime: 'temporal' needs a host that has Temporal; use 'date' or 'proxy'",
  );
}

/** Temporal's types on their way to Python; none where the host has none. */
export function temporalCodecs(environment: Environment): BuiltInCodec[] {
  const temporal = hostTemporal();
  if (temporal === undefined) return [];
  const codec = (name: keyof Temporal, toPython: (value: never) => unknown): BuiltInCodec => ({
    name,
    javascript: temporal[name],
    toPython: toPython,
  });
  const make = (name: string, fields: Fields, names: readonly string[]): Handle =>
    makeInPython(environment, name, ...names.map((field) => fields[field]));
  const date = ['year', 'month', 'day'];
  const time = ['hour', 'minute', 'second', 'microsecond'];
  return [
    codec('Instant', (value: { epochNanoseconds: bigint }) =>
      makeInPython(environment, 'datetime_from_microseconds', microseconds(value)),
    ),
    codec(
      'ZonedDateTime',
      (value: { epochNanoseconds: bigint; timeZoneId: string; calendarId: string }) => {
        checkCalendar(value);
        const zone = value.timeZoneId;
        return makeInPython(environment, 'datetime_from_microseconds', microseconds(value), zone);
      },
    ),
    codec('PlainDate', (value: Fields & { calendarId: string }) => {
      checkCalendar(value);
      return make('make_date', value, date);
    }),
    codec('PlainTime', (value: Fields) => make('make_time', wholeMicroseconds(value), time)),
    codec('PlainDateTime', (value: Fields & { calendarId: string }) => {
      checkCalendar(value);
      return make('make_datetime', wholeMicroseconds(value), [...date, ...time]);
    }),
    codec('Duration', (value: Fields) =>
      makeInPython(environment, 'make_timedelta', durationMicroseconds(value)),
    ),
  ];
}

function checkCalendar({ calendarId }: { readonly calendarId: string }): void {
  if (calendarId === 'iso8601') return;
  throw unsupported(`a date of the calendar ${calendarId}`, "use value.withCalendar('iso8601')");
}

function tooFine(): NogilError {
  return unsupported('a time with nanoseconds', 'Python has microseconds; round it first');
}

function microseconds({ epochNanoseconds }: { readonly epochNanoseconds: bigint }): bigint {
  if (epochNanoseconds % NANOSECONDS !== 0n) throw tooFine();
  return epochNanoseconds / NANOSECONDS;
}

/** The fields, with milliseconds and microseconds as Python counts them. */
function wholeMicroseconds(value: Fields): Fields {
  const { millisecond = 0, microsecond = 0, nanosecond = 0 } = value;
  if (nanosecond !== 0) throw tooFine();
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = value;
  return { year, month, day, hour, minute, second, microsecond: millisecond * 1000 + microsecond };
}

function durationMicroseconds(value: Fields): bigint {
  const { years = 0, months = 0, nanoseconds = 0 } = value;
  if (years !== 0 || months !== 0) {
    throw unsupported(
      'a Duration with years or months',
      'how long they are is not known; use days',
    );
  }
  if (nanoseconds !== 0) throw tooFine();
  const { weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = value;
  const { milliseconds = 0, microseconds: rest = 0 } = value;
  const inSeconds =
    BigInt(weeks) * 604_800n +
    BigInt(days) * 86_400n +
    BigInt(hours) * 3600n +
    BigInt(minutes) * 60n +
    BigInt(seconds);
  return inSeconds * 1_000_000n + BigInt(milliseconds) * 1000n + BigInt(rest);
}
