import { beforeAll, describe, expect, it } from 'vitest';

import { type Pyodide, loadPyodide } from '../src/pyodide/index.js';

let pyodide: Pyodide;

const prelude = `
from typing import Annotated
from _pyodide.jsbind import BindClass, Deep, Json
from pyodide.code import run_js
`;

beforeAll(async () => {
  pyodide = await loadPyodide();
});

function run(source: string): unknown {
  return pyodide.runPython(prelude + source);
}

describe('bind_sig', () => {
  it('converts arguments and results as the annotations say', () => {
    expect(
      run(`
def shape(a: dict, b: Annotated[dict, Json], c: Annotated[dict, Deep], /) -> Annotated[list, Deep]: ...
f = run_js("(a, b, c) => [a.get('k'), b.k, c.k, c.constructor === Object]").bind_sig(shape)
f({"k": 1}, {"k": 2}, {"k": 3}) == [1, 2, 3, True]`),
    ).toBe(true);
  });

  it('raises what Python raises for wrong arguments, and calls nothing', () => {
    run(`
def shape(a, /, *, b): ...
calls = run_js("[]")
f = run_js("(calls) => (...values) => { calls.push(values); }")(calls).bind_sig(shape)`);
    expect(() => run('f(1)')).toThrow("shape() missing 1 required keyword-only argument: 'b'");
    expect(() => run('f(1, b=2, c=3)')).toThrow("unexpected keyword argument 'c'");
    expect(run('len(calls)')).toBe(0);
  });

  it('binds what is read and what is answered, and keeps `this`', () => {
    expect(
      run(`
class Node(BindClass):
  items: Annotated[list, Deep]
  def next(self, /) -> "Node": ...
globals()["Node"] = Node
node = run_js("({items: [1], next() { return {items: [...this.items, 2]}; }})")
bound = node.bind_sig(Node)
(bound.items, bound.next().items, bound == node, node._sig) == ([1], [1, 2], True, None)`),
    ).toBe(true);
  });

  it('does not take the hints of a base class for those of a subclass', () => {
    expect(
      run(`
class Base(BindClass):
  a: Annotated[list, Deep]
class Derived(Base):
  b: Annotated[list, Deep]
value = run_js("({a: [1], b: [2]})")
value.bind_sig(Base).a
value.bind_sig(Derived).b == [2]`),
    ).toBe(true);
  });

  it('ends the proxies of deep conversions with the call', () => {
    const kept: { x: { toString(): string } }[] = [];
    pyodide.registerJsModule('bind_kept', {
      keep: (value: (typeof kept)[number]) => kept.push(value),
    });
    run(`
import bind_kept
def shape(a: Annotated[dict, Deep], /): ...
bind_kept.keep.bind_sig(shape)({"x": object()})`);
    expect(() => kept[0]?.x.toString()).toThrow('at the end of a function call');
  });

  it('crosses back as the object itself', () => {
    const object = {};
    pyodide.registerJsModule('bind_back', { object });
    expect(run('import bind_back\nbind_back.object.bind_sig(BindClass)')).toBe(object);
  });
});

describe('asynchronous functions', () => {
  it('convert what the promise answers, and reject as it does', async () => {
    const source = `${prelude}
async def shape(fail, /) -> Annotated[list, Deep]: ...
f = run_js("async (fail) => { if (fail) throw new Error('no'); return [1, 2]; }").bind_sig(shape)
assert await f(False) == [1, 2]
await f(True)`;
    await expect(pyodide.runPythonAsync(source)).rejects.toThrow('no');
  });
});

describe('bind_class', () => {
  it('constructs, and binds the instance', () => {
    expect(
      run(`
class Shape(BindClass):
  x: Annotated[list, Deep]
  def __init__(self, x, /) -> None: ...
Bound = run_js("(class { constructor(x) { this.x = [x]; } })").bind_class(Shape)
Bound(3).x == [3]`),
    ).toBe(true);
  });
});
