// @ts-check
// A module that turns the GIL on is imported while eight threads run: they go on, nothing waits for ever, and each
// of them hears of it once, with the module's name.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { gil, onGilEnabled } from '@nogil/abi';
import { python } from 'nogil';
import { mainPart, startCrew, whileCollecting } from '../stage.mjs';

/** An extension module that says nothing about the GIL, as one from before free-threaded builds. */
const SOURCE = `
#include <Python.h>
static struct PyModuleDef definition = { PyModuleDef_HEAD_INIT, .m_name = "silent_module", .m_size = -1 };
PyMODINIT_FUNC PyInit_silent_module(void) { return PyModule_Create(&definition); }
`;

/** How long a thread may have to wait for the notice once Python has the GIL, in milliseconds. */
const PATIENCE_MS = 20_000;

/** @param {import('@nogil/abi').GilNotice | null} notice */
function assertNotice(notice) {
  assert.equal(notice?.module, 'silent_module');
  assert.match(notice.file ?? '', /silent_module[^/\\]*$/);
  assert.ok(notice.time.getTime() <= Date.now() && notice.thread !== 0n);
}

/** @param {import('../stage.mjs').Part} part */
export async function runner({ until }) {
  /** @type {import('@nogil/abi').GilNotice[]} */
  const heard = [];
  const stop = onGilEnabled((notice) => heard.push(notice));
  const work = python.eval('lambda n: sum(i * i for i in range(n))');
  parentPort?.postMessage('runs');
  do {
    assert.equal(work(100), 328_350);
    const { enabledBy } = gil();
    if (enabledBy !== null) assertNotice(enabledBy);
    await setImmediate();
  } while (Date.now() < until || (heard.length === 0 && Date.now() < until + PATIENCE_MS));
  assert.equal(heard.length, 1, 'notices');
  assertNotice(heard[0] ?? null);
  assert.deepEqual(gil(), { enabled: true, enabledBy: heard[0] });
  stop();
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
  assert.deepEqual(gil(), { enabled: false, enabledBy: null });
  await whileCollecting(async () => {
    const crew = startCrew(import.meta.url, 'runner', 8, part);
    await Promise.all(crew.workers.map((worker) => once(worker, 'message')));
    await sleep(part.milliseconds / 3);
    python.run(`
import importlib, os, sys, warnings
warnings.simplefilter('ignore', RuntimeWarning)  # CPython's own, that the GIL is on now
sys.path.insert(0, os.getcwd())
import silent_module
`);
    assert.equal(python.eval('sys._is_gil_enabled()'), true);
    assert.equal(gil().enabled, true);
    assertNotice(gil().enabledBy);
    await crew.ended;
  });
}
