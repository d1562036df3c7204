// @ts-check
// A module that turns the GIL on is imported while eight threads run: they go on, and nothing waits for ever.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { python } from 'nogil';
import { mainPart, startCrew, whileCollecting } from '../stage.mjs';

/** An extension module that says nothing about the GIL, as one from before free-threaded builds. */
const SOURCE = `
#include <Python.h>
static struct PyModuleDef definition = { PyModuleDef_HEAD_INIT, .m_name = "silent_module", .m_size = -1 };
PyMODINIT_FUNC PyInit_silent_module(void) { return PyModule_Create(&definition); }
`;

/** @param {import('../stage.mjs').Part} part */
export function runner({ until }) {
  const work = python.eval('lambda n: sum(i * i for i in range(n))');
  do {
    assert.equal(work(100), 328_350);
  } while (Date.now() < until);
}

function build() {
  const include = python.eval("__import__('sysconfig').get_path('include')");
  const suffix = python.eval("__import__('sysconfig').get_config_var('EXT_SUFFIX')");
  writeFileSync('silent_module.c', SOURCE);
  const output = ['-o', `silent_module${suffix}`];
  execFileSync(process.env.CC ?? 'cc', [
    '-shared',
    '-fPIC',
    `-I${include}`,
    'silent_module.c',
    ...output,
  ]);
}

export default async function gilComesBack() {
  const part = mainPart();
  build();
  assert.equal(python.eval("__import__('sys')._is_gil_enabled()"), false);
  await whileCollecting(async () => {
    const crew = startCrew(import.meta.url, 'runner', 8, part);
    await new Promise((resolve) => setTimeout(resolve, (part.until - Date.now()) / 3));
    python.run(`
import importlib, os, sys, warnings
warnings.simplefilter('ignore', RuntimeWarning)  # CPython's own, that the GIL is on now
sys.path.insert(0, os.getcwd())
import silent_module
`);
    assert.equal(python.eval('sys._is_gil_enabled()'), true);
    await crew.ended;
  });
}
