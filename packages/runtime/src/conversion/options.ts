import type { PyProxy } from '../types.js';

/** What to make of `datetime`, `date`, `time` and `timedelta`. */
export type DatetimeOption = 'date' | 'temporal' | 'proxy';

/** How `toJs` converts. */
export interface ToJsOptions {
  /** How many levels of containers are converted; what is below stays a proxy. All of them when left out. */
  readonly depth?: number;
  /**
   * What a dict becomes: a Map (when left out), a plain object, whose keys must be strings, or what a function
   * makes of its entries.
   */
  readonly dictConverter?: 'map' | 'object' | ((entries: [unknown, unknown][]) => unknown);
  /**
   * Asked about every object that nothing else knows how to convert.
   *
   * @param value - its proxy
   * @param convert - converts another object by the same rules
   * @param cache - says what an object became, for cycles through it; before `convert` is called
   */
  readonly defaultConverter?: (
    value: PyProxy,
    convert: (value: unknown) => unknown,
    cache: (value: PyProxy, converted: unknown) => void,
  ) => unknown;
  /** Whether what cannot be converted becomes a proxy (when left out); else it is an error. */
  readonly proxies?: boolean;
  /** Every proxy that is made is added here, so that they can be released together; not those there were before. */
  readonly pyproxies?: PyProxy[];
  /**
   * `date` (when left out): an aware datetime of whole milliseconds becomes a Date, others are an error; a date and
   * a time their ISO text; a timedelta its milliseconds. `temporal`: what Temporal has for each. `proxy`: proxies.
   */
  readonly datetime?: DatetimeOption;
}

/** How `toPy` converts. */
export interface ToPyOptions {
  /** How many levels of containers are converted; what is below goes by reference. All of them when left out. */
  readonly depth?: number;
  /**
   * Asked about every object that nothing else knows how to convert.
   *
   * @param value - the object
   * @param convert - converts another value by the same rules
   * @param cache - says what an object became, for cycles through it; before `convert` is called
   */
  readonly defaultConverter?: (
    value: object,
    convert: (value: unknown) => unknown,
    cache: (value: object, converted: unknown) => void,
  ) => unknown;
}
