import { types } from 'node:util';

import { NG_OPERATION_CALL } from '@nogil/abi/constants';
import { describeHandle } from '@nogil/handles';

import type { Environment } from '../environment.js';
import { Handle } from '../frame/crossing.js';
import { invoke } from '../invoke.js';
import type { JsEntry } from '../javascript/objects.js';
import { cellOf } from '../proxy/handle-cell.js';
import { supportFunction } from '../support.js';
import { Closures } from './closures.js';

/** Objects of both heaps that keep each other. */
export interface HeapCycle {
  /** The JavaScript objects in it, by Python's number. */
  readonly objects: readonly number[];
  /** The Python objects in it that JavaScript holds: `id()`. */
  readonly ids: readonly string[];
  /** The way around, for people: types and properties, from a JavaScript object back to it. */
  readonly path: string;
}

export interface CycleSearch {
  readonly cycles: readonly HeapCycle[];
  readonly complete: boolean;
}

/** A reference from a JavaScript object that Python holds to a proxy. */
interface Reach {
  readonly handle: number;
  readonly way: string;
}

/** What Python answers for each handle: its object's id, and (owner, number, types on the way). */
type Answer = [complete: boolean, [id: string, [number, number, string[]][]][]];

/** How many objects of JavaScript's are looked at for each that Python holds. */
const MOST_IN_JAVASCRIPT = 10_000;
/** How many handles are asked about at a time. */
const CHUNK = 1000;

class JavaScriptSearch {
  readonly #closures = new Closures();
  readonly #until: number;
  /** For each object: one that is large must not hide all others. */
  readonly #slice: number;
  complete = true;

  constructor(timeout: number) {
    this.#until = performance.now() + timeout;
    this.#slice = timeout / 4;
  }

  close(): void {
    this.#closures.close();
  }

  /** The proxies that an object keeps, through its properties and what its functions close over. */
  from(start: object): Reach[] {
    const reached: Reach[] = [];
    const until = Math.min(this.#until, performance.now() + this.#slice);
    const seen = new Set<object>([start]);
    const waiting: { readonly value: object; readonly way: string }[] = [{ value: start, way: '' }];
    for (const { value, way } of waiting) {
      if (seen.size > MOST_IN_JAVASCRIPT || performance.now() > until) {
        this.complete = false;
        break;
      }
      for (const [name, kept] of this.#keptBy(value)) {
        if (seen.has(kept)) continue;
        seen.add(kept);
        const cell = this.#cellOf(kept);
        const further = `${way}${name}`;
        if (cell === undefined) waiting.push({ value: kept, way: further });
        else if (cell.handle !== 0) reached.push({ handle: cell.handle, way: further });
      }
    }
    return reached;
  }

  /** Asking for it runs the `get` trap of a Proxy that is not ours: one that throws hides what it keeps. */
  #cellOf(value: object): ReturnType<typeof cellOf> {
    try {
      return cellOf(value);
    } catch {
      this.complete = false;
      return undefined;
    }
  }

  /** Runs no getter, and no trap of a Proxy. */
  #keptBy(value: object): [name: string, value: object][] {
    if (types.isProxy(value) || value === globalThis) return [];
    const kept: [string, object][] = [];
    const add = (name: string, one: unknown): void => {
      const isObject = (typeof one === 'object' && one !== null) || typeof one === 'function';
      // A foreign Proxy's traps may do anything; those of ours answer for their cell.
      if (isObject) kept.push([name, one]);
    };
    for (const key of Reflect.ownKeys(value)) {
      const property = Reflect.getOwnPropertyDescriptor(value, key);
      add(`.${String(key)}`, property?.value);
    }
    if (types.isMap(value)) {
      Map.prototype.forEach.call(value, (one, key) => {
        add('(key)', key);
        add('(value)', one);
      });
    } else if (types.isSet(value)) {
      Set.prototype.forEach.call(value, (one) => {
        add('(member)', one);
      });
    }
    if (typeof value === 'function') {
      if (this.#closures.works) {
        for (const { name, value: one } of this.#closures.of(value)) add(` closure:${name}`, one);
      } else {
        this.complete = false;
      }
    }
    return kept;
  }
}

/**
 * The cycles through the JavaScript objects that Python holds.
 *
 * @param entries - those objects
 * @param limit - how many Python objects to look at
 * @param timeout - how long on each side, in milliseconds
 */
export function findCycles(
  environment: Environment,
  entries: readonly JsEntry[],
  limit: number,
  timeout: number,
): CycleSearch {
  if (entries.length === 0) return { cycles: [], complete: true };
  const search = new JavaScriptSearch(timeout);
  const reaches = new Map<number, Reach[]>();
  try {
    for (const { number, value } of entries) {
      const from = search.from(value);
      if (from.length > 0) reaches.set(number, from);
    }
  } finally {
    search.close();
  }
  const handles = new Set([...reaches.values()].flatMap((all) => all.map(({ handle }) => handle)));
  const python = askPython(environment, [...handles], limit, timeout);
  const names = new Map(entries.map(({ number, value }) => [number, nameOf(number, value)]));
  return {
    cycles: [...reaches.keys()].flatMap((start) => around(start, reaches, python.byHandle, names)),
    complete: search.complete && python.complete,
  };
}

/** `Widget#7`: the name of its class, found without running anything. */
function nameOf(number: number, value: object): string {
  if (types.isProxy(value)) return `Proxy#${number}`;
  if (typeof value === 'function') return `function#${number}`;
  const prototype = Reflect.getPrototypeOf(value);
  const maker: unknown =
    prototype === null || types.isProxy(prototype)
      ? undefined
      : Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const name: unknown =
    typeof maker === 'function' && !types.isProxy(maker)
      ? Reflect.getOwnPropertyDescriptor(maker, 'name')?.value
      : undefined;
  return `${typeof name === 'string' && name !== '' ? name : 'Object'}#${number}`;
}

interface PythonSide {
  readonly complete: boolean;
  readonly byHandle: ReadonlyMap<number, { readonly id: string; readonly found: Found[] }>;
}

interface Found {
  readonly number: number;
  readonly way: string;
}

function askPython(
  environment: Environment,
  handles: readonly number[],
  limit: number,
  timeout: number,
): PythonSide {
  const byHandle = new Map<number, { id: string; found: Found[] }>();
  let complete = true;
  const own = describeHandle(0).here;
  const until = performance.now() + timeout;
  for (let start = 0; start < handles.length; start += CHUNK) {
    const chunk = handles.slice(start, start + CHUNK);
    const seconds = Math.max(0, until - performance.now()) / 1000;
    const text = invoke(
      environment,
      NG_OPERATION_CALL,
      supportFunction(environment, 'paths_to_javascript'),
      [limit, seconds, ...chunk.map((handle) => new Handle(handle))],
    ) as string;
    const [whole, answers] = JSON.parse(text) as Answer;
    complete &&= whole;
    answers.forEach(([id, found], index) => {
      const here = found
        .filter(([owner]) => owner === own)
        .map(([, number, way]) => ({ number, way: way.join(' → ') }));
      byHandle.set(chunk[index] as number, { id, found: here });
    });
  }
  return { complete, byHandle };
}

/** The shortest way from an object back to itself, if it is the one in it with the lowest number. */
function around(
  start: number,
  reaches: ReadonlyMap<number, readonly Reach[]>,
  python: PythonSide['byHandle'],
  names: ReadonlyMap<number, string>,
): HeapCycle[] {
  interface Step {
    readonly number: number;
    readonly objects: readonly number[];
    readonly ids: readonly string[];
    readonly path: string;
  }
  const seen = new Set<number>();
  const waiting: Step[] = [
    { number: start, objects: [start], ids: [], path: names.get(start) ?? '' },
  ];
  for (const step of waiting) {
    for (const { handle, way } of reaches.get(step.number) ?? []) {
      const answer = python.get(handle);
      for (const { number, way: types } of answer?.found ?? []) {
        const ids = [...step.ids, (answer as { id: string }).id];
        const path = `${step.path}${way} → PyProxy → ${types} → ${names.get(number) ?? '(gone)'}`;
        if (number === start) return [{ objects: step.objects, ids, path }];
        if (number < start || seen.has(number)) continue;
        seen.add(number);
        waiting.push({ number, objects: [...step.objects, number], ids, path });
      }
    }
  }
  return [];
}
