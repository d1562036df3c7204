// @ts-check
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { python } from 'nogil';
import { makeWheel } from './wheel.mjs';

export default async function pip() {
  const wheels = path.resolve('wheels');
  for (const name of ['before_start', 'while_running']) makeWheel(wheels, name, '1.0');
  writeFileSync('package.json', '{}');
  Object.assign(process.env, {
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: wheels,
    PIP_CONFIG_FILE: os.devNull,
  });

  const base = process.env.NOGIL_PYTHON ?? '';
  const { environment, installed } = await python.pip.install('before_start', { executable: base });
  assert.equal(environment.prefix, path.resolve('.venv'));
  assert.deepEqual(
    installed.map(({ name, version }) => `${name} ${version}`),
    ['before-start 1.0'],
  );

  delete process.env.NOGIL_PYTHON; // as on a machine where nobody names a Python
  assert.equal(python.import('before_start').version, '1.0');
  assert.equal(python.info().prefix, path.resolve('.venv'));

  assert.throws(() => python.import('while_running'), { name: 'ModuleNotFoundError' });
  await python.pip.install('while_running');
  assert.equal(python.import('while_running').version, '1.0');

  const { file } = await python.pip.lock();
  assert.equal(file, path.resolve('pylock.toml'));
  assert.equal(readFileSync(file, 'utf8').match(/^sha256 = /gm)?.length, 2);
  const module = python.import('while_running').__file__;
  await python.pip.run(['uninstall', '--yes', 'while_running']);
  assert.equal(existsSync(module), false);
  await python.pip.sync();
  assert.equal(existsSync(module), true);
  await assert.rejects(python.pip.install('there-is-no-such-package'), { code: 'PIP_FAILED' });
}
