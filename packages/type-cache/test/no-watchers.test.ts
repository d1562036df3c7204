import { beforeAll, expect, it } from 'vitest';

import {
  classOf,
  findClass,
  reprOf,
  runPython,
  startPython,
  typeCacheStatistics,
} from '../src/index.js';
import { choosePython } from './python.js';

// CPython 3.12 and newer have eight watchers for each interpreter; older ones have none.
const TAKE_ALL_WATCHERS = `
import ctypes
add = getattr(ctypes.pythonapi, 'PyType_AddWatcher', None)
watch = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda cls: 0)
try:
    while add is not None: add(watch)
except RuntimeError: pass
`;

beforeAll(() => {
  startPython(choosePython());
  runPython(TAKE_ALL_WATCHERS);
});

it('compares version tags when no watcher is to be had', () => {
  const type = runPython('class Base: pass\nclass Changed(Base): pass\nChanged');
  let count = 0;
  const create = (): object => ({ count: ++count });
  for (const change of ['Changed.x = 1', 'Base.x = 1', 'Changed.x = 2', 'del Changed.x']) {
    const made = classOf(type, create);
    expect(findClass(type)).toBe(made);
    runPython(change);
    expect(findClass(type)).toBeUndefined();
  }
  expect(typeCacheStatistics().changeDetection).toBe('compares');
});

it('trusts no tag any more once it may be given out a second time', () => {
  const type = runPython('class Cleared: pass\nCleared');
  const made = classOf(type, () => ({}));
  runPython('import sys, warnings\nwarnings.simplefilter("ignore")\nsys._clear_type_cache()');
  const isReset = reprOf(runPython('sys.version_info < (3, 11)')) === 'True';
  expect(findClass(type)).toBe(isReset ? undefined : made);
  classOf(type, () => ({}));
  runPython('Cleared.x = 1');
  expect(findClass(type)).toBeUndefined();
});
