// @ts-check
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { python } from 'nogil';
import { printedByPython } from './own-process.mjs';

const FACTS = `
import json, sys, sysconfig
print(json.dumps([sys.executable, sys.prefix, sys.base_prefix, sysconfig.get_path("purelib")]))
`;

/** @returns {string} the program of a new virtual environment in the working folder */
export function makeVirtualEnvironment() {
  execFileSync(process.env.NOGIL_PYTHON ?? '', ['-m', 'venv', '--without-pip', 'env']);
  return process.platform === 'win32'
    ? path.resolve('env', 'Scripts', 'python.exe')
    : path.resolve('env', 'bin', 'python');
}

export default function virtualEnvironment() {
  const base = printedByPython('import sys; print(sys.base_prefix)');
  const program = makeVirtualEnvironment();
  const expected = JSON.parse(printedByPython(FACTS, program));
  const sitePackages = expected[3];
  writeFileSync(path.join(sitePackages, 'only_in_this_environment.py'), 'answer = 42\n');

  const info = python.start({ executable: program });
  assert.equal(info.executable, program);
  assert.equal(info.prefix, path.resolve('env'));
  assert.equal(info.basePrefix, base);
  const sys = python.import('sys');
  assert.deepEqual(
    [sys.executable, sys.prefix, sys.base_prefix],
    [program, path.resolve('env'), base],
  );
  assert.deepEqual([sys.executable, sys.prefix, sys.base_prefix], expected.slice(0, 3));
  assert.ok([...sys.path].includes(sitePackages), `${sitePackages} is not in ${[...sys.path]}`);
  assert.equal(python.import('only_in_this_environment').answer, 42);
}
