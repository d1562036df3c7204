import type { Keywords } from '../keywords.js';
import type { PyAny, PyProxy } from '../types.js';

/**
 * A Python type to derive from, with what its instances have: `const Animal = zoo.Animal as PyClass<{ speak(): string
 * }, [name: string]>`. The attributes of a proxy are there, too, and so are keyword arguments for `super(…)`.
 */
export interface PyClass<
  Shape extends object = PyInstance,
  Parameters extends unknown[] = PyAny[],
> {
  new (...values: [...Parameters, ...Keywords[]] | Parameters): Shape;
  readonly prototype: Shape;
}

/** An instance whose attributes TypeScript does not know. */
export type PyInstance = Pick<PyProxy, 'destroy' | 'callKwargs' | 'toString'> &
  Record<string, PyAny>;

/** What an instance of several bases has: {@link PyClass} ones are known, the rest could be anything. */
export type Bases<Given extends readonly unknown[]> = Given extends readonly [
  infer First,
  ...infer Others,
]
  ? InstanceOf<First> & (Others extends readonly [] ? unknown : Bases<Others>)
  : PyInstance;

type InstanceOf<Type> = 0 extends 1 & Type
  ? PyInstance
  : Type extends PyClass<infer Shape, never[]>
    ? Shape
    : PyInstance;
