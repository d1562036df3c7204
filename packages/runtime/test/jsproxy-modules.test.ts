import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { python, PythonError } from '../src/index.js';
import { check } from './jsproxy.js';

describe('import js', () => {
  it('is globalThis, for reading and for writing', () => {
    const globals = globalThis as Record<string, unknown>;
    globals.fromJavaScript = 5;
    check(`
import js
from js import Math, JSON, URL, console
assert js.fromJavaScript == 5 and Math.sqrt(16) == 4 and JSON.stringify([1]) == '[1]'
assert URL('http://a/b').pathname == '/b'
assert raises(AttributeError, lambda: js.nothingOfThatName)
try:
    from js import nothingOfThatName
except ImportError: pass
else: raise AssertionError
js.fromPython = [1, 2]
assert 'fromPython' in dir(js) and 'JavaScript' in repr(js)
import types
assert isinstance(js, types.ModuleType)`);
    expect(globals.fromPython).toBeDefined();
    check(`
import js
del js.fromPython, js.fromJavaScript`);
    expect('fromPython' in globals || 'fromJavaScript' in globals).toBe(false);
  });

  it('works on threads of Python, too', async () => {
    const globals = globalThis as Record<string, unknown>;
    await new Promise<void>((resolve) => {
      globals.done = resolve;
      python.run(`
import threading
def run():
    import js
    js.done()
threading.Thread(target=run, daemon=True).start()`);
    });
    delete globals.done;
  });
});

describe('nogil.require', () => {
  it('gives modules of JavaScript, those of the host and files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nogil-'));
    writeFileSync(join(folder, 'part.cjs'), 'exports.answer = 42; exports.twice = (x) => 2 * x;');
    writeFileSync(join(folder, 'main.cjs'), '');
    check(
      `
import nogil
fs = nogil.require('node:fs')
assert fs.existsSync(x) and fs.promises is not None
part = nogil.require('./part.cjs', x + '/main.cjs')
assert part.answer == 42 and part.twice(4) == 8
assert nogil.require('./part.cjs', x + '/main.cjs') is part
assert 'no-such-module' in raises(Exception, lambda: nogil.require('no-such-module'))
assert issubclass(type(part), nogil.JsProxy)`,
      folder,
    );
  });

  it('has import_module for modules that are only imported', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nogil-'));
    writeFileSync(join(folder, 'part.mjs'), 'export const answer = 43; export default () => 1;');
    const answer = await new Promise((resolve) => {
      check(
        `
import asyncio, threading, nogil
async def main():
    part = await nogil.import_module('./part.mjs', x + '/main.mjs')
    return [part.answer, part.default()]
threading.Thread(target=lambda: y(str(asyncio.run(main()))), daemon=True).start()`,
        folder,
        resolve,
      );
    });
    expect(answer).toBe('[43, 1]');
  });
});

describe('python.registerModule', () => {
  afterEach(() => {
    for (const name of ['from_here', 'from_here.deep', 'json']) {
      try {
        python.unregisterModule(name);
      } catch (error) {
        if (!(error instanceof PythonError)) throw error;
      }
    }
  });

  it('makes an object a module, with its parts', () => {
    const state = { count: 0, inner: { value: 7, deeper: { end: 1 } } };
    python.registerModule('from_here', state);
    python.registerModule('from_here.inner', state.inner);
    check(`
import sys, from_here, from_here.inner as inner
from from_here import count
assert count == 0 and inner.value == 7 and sys.modules['from_here'] is from_here
assert from_here.inner is inner
from_here.count = 3
import from_here.inner.deeper
assert from_here.inner.deeper.end == 1
assert from_here.__spec__.name == 'from_here'
names = {}
exec('from from_here import *', names)
assert names['count'] == 3
try:
    import from_here.nothing
except ModuleNotFoundError: pass
else: raise AssertionError
import importlib
assert importlib.import_module('from_here') is from_here`);
    expect(state.count).toBe(3);
    python.unregisterModule('from_here.inner');
  });

  it('refuses to hide a Python module, unless it is told to; then unregistering brings that back', () => {
    expect(() => {
      python.registerModule('json', { loads: 1 });
    }).toThrow(/override/u);
    expect(() => {
      python.registerModule('not a name', {});
    }).toThrow(/name/u);
    python.registerModule('json', { loads: 1 }, { override: true });
    check(`import json; assert json.loads == 1`);
    python.unregisterModule('json');
    check(`import json; assert json.loads('[1]') == [1]`);
    expect(() => {
      python.unregisterModule('json');
    }).toThrow(/registered/u);
  });

  it('is undone by unregisterModule', () => {
    python.registerModule('from_here', {});
    python.unregisterModule('from_here');
    expect(() => python.import('from_here')).toThrow(PythonError);
  });
});
