import { handleCell } from '../proxy/handle-cell.js';
import type { PyProxy } from '../types.js';
import type { Exception } from './exception.js';
import { type ErrorKind, ownKind } from './kinds.js';
import { causeOf, construct, membersOf } from './make.js';
import { type Site, stackText } from './stack.js';

/** What an error is made of. Not the public's: `new` of an error class makes its own. */
export class Raised {
  constructor(
    readonly exception: Exception,
    readonly kind: ErrorKind,
    /** Where in JavaScript; `undefined` for a cause, which was raised elsewhere. */
    readonly site: Site | undefined,
    /** The exceptions that this one is a cause of: where a chain of them closes, it is cut. */
    readonly effects: ReadonlySet<number>,
  ) {}
}

const NO_MARKS: readonly number[] = [];
const ordinary = Function.prototype[Symbol.hasInstance];

// Given by the class, which alone sees its private fields.
let isError: (value: unknown) => value is PythonError;
let readStack: (error: PythonError) => string;
let readCause: (error: PythonError) => unknown;

function redefine(error: object, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, configurable: true, writable: true });
}

// Shared by all errors: a closure for each would cost more than all the rest.
const stackProperty: PropertyDescriptor = {
  get(this: unknown): string | undefined {
    return isError(this) ? readStack(this) : undefined;
  },
  set(this: object, value: unknown) {
    redefine(this, 'stack', value);
  },
  configurable: true,
};
const causeProperty: PropertyDescriptor = {
  get(this: unknown): unknown {
    return isError(this) ? readCause(this) : undefined;
  },
  set(this: object, value: unknown) {
    redefine(this, 'cause', value);
  },
  configurable: true,
};

/**
 * A Python exception.
 *
 * Each exception type has a class of its own, derived as in Python: `python.errors.KeyError`, or
 * `python.errors.of(type)` for types that are not builtin. `name` is the type without its module (`KeyError`),
 * `message` what `str()` makes of the exception, `cause` what Python shows as its cause. Passed or thrown back to
 * Python, it is the exception itself.
 *
 * All but the type is asked of Python when it is read, so that an error that is caught and forgotten costs little.
 * It holds the exception, and with it the variables of the frames in its traceback, until it is collected; `using`
 * lets them go earlier.
 *
 * `SystemExit` and `KeyboardInterrupt` arrive as errors like any other: raised in a call from JavaScript they end
 * nothing by themselves. Call `process.exit(error.code)` where that is meant.
 */
export class PythonError extends Error implements Disposable {
  readonly #exception: Exception;
  readonly #kind: ErrorKind;
  readonly #site: Site | undefined;
  readonly #effects: ReadonlySet<number>;
  #members: readonly unknown[] | undefined;
  #marks: number[] | undefined;

  /**
   * Makes an exception in Python, to be thrown: `throw new python.errors.KeyError('name')`.
   *
   * @param values - what the Python class is called with
   * @throws PythonError what the class raises; NogilError `INVALID_ARGUMENT` for PythonError itself, which stands
   *   for no type
   */
  constructor(...values: unknown[]) {
    const [given] = values;
    const raised = given instanceof Raised ? given : construct(new.target, values);
    const { exception } = raised;
    const limit = Error.stackTraceLimit;
    // A trace was taken already; here it would be taken again, and formatted by the definition of `stack`.
    Reflect.set(Error, 'stackTraceLimit', undefined);
    if (exception.message === undefined) super();
    else super(exception.message);
    Reflect.set(Error, 'stackTraceLimit', limit);
    this.#exception = exception;
    this.#kind = raised.kind;
    this.#site = raised.site;
    this.#effects = raised.effects;
    Object.defineProperty(this, 'stack', stackProperty);
    if (exception.hasCause) Object.defineProperty(this, 'cause', causeProperty);
  }

  /** Whether `value` is an exception of this class's type, as Python's `isinstance()` sees it. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (ordinary.call(this, value)) return true;
    // A Python class may have several bases, and a JavaScript class has one.
    const kind = ownKind(this);
    return kind !== undefined && isError(value) && value.#kind.derivesFrom(kind);
  }

  /** The exception's class with its module: `KeyError`, `json.decoder.JSONDecodeError`. */
  get type(): string {
    return this.#kind.type;
  }

  /**
   * The exception itself: the same proxy each time.
   *
   * @throws NogilError `STALE_HANDLE` once it was released, `PYTHON_SHUT_DOWN`
   */
  get value(): PyProxy {
    return this.#exception.value();
  }

  /**
   * The whole traceback as Python prints it: causes, contexts, notes and groups included. Where Python cannot be
   * asked any more, it says so.
   */
  get traceback(): string {
    return this.#exception.text('exception_traceback');
  }

  /** What loggers write: everything that is text. */
  toJSON(): { name: string; type: string; message: string; traceback: string } {
    const { name, type, message, traceback } = this;
    return { name, type, message, traceback };
  }

  /** Lets the exception go now, and with it what the frames of its traceback hold. */
  [Symbol.dispose](): void {
    this.#exception.release();
  }

  /** What passes it to Python finds the exception here. */
  get [handleCell](): Exception | undefined {
    return isError(this) ? this.#exception : undefined;
  }

  /**
   * Notes that an error goes into Python: frames that it collects from now on are further out than those of
   * JavaScript it passed so far.
   *
   * @param depth - how many frames of Python's it has passed
   */
  static entersPython(error: PythonError, depth: number): void {
    (error.#marks ??= []).push(depth);
  }

  /** The errors of a group. */
  static membersOf(error: PythonError): readonly unknown[] {
    return (error.#members ??= membersOf(error.#exception));
  }

  static {
    // Not in the class's body: what is a property of Error must not be declared an accessor.
    Object.defineProperty(this.prototype, 'message', {
      get(this: unknown): string {
        return isError(this) ? this.#exception.text('exception_message') : '';
      },
      set(this: object, value: unknown) {
        redefine(this, 'message', value);
      },
      configurable: true,
    });
    isError = (value): value is PythonError =>
      typeof value === 'object' && value !== null && #exception in value;
    readStack = (error) => {
      // Whoever shows a stack shows the cause next, and would show an accessor as one.
      if (Object.getOwnPropertyDescriptor(error, 'cause')?.get === causeProperty.get) {
        readCause(error);
      }
      return stackText(error, error.#exception, error.#site, error.#marks ?? NO_MARKS);
    };
    readCause = (error) => {
      const cause = causeOf(error.#exception, error.#effects);
      if (cause === undefined) Reflect.deleteProperty(error, 'cause');
      else redefine(error, 'cause', cause);
      return cause;
    };
  }
}

/** A Python exception group, as `python.errors.ExceptionGroup` of Python 3.11 and newer: an `AggregateError`. */
export class PythonErrorGroup extends PythonError {
  /** The errors it is made of: the same each time. */
  get errors(): readonly unknown[] {
    return PythonError.membersOf(this);
  }
}
