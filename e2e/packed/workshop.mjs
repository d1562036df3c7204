// @ts-check
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** @typedef {import('./managers.mjs').Project} Project */

/**
 * A folder outside the checkout for everything that is installed, and the surroundings of a machine that has a
 * JavaScript engine and nothing else: no compiler and no Python on the path, nothing in the home folder.
 */
export class Workshop {
  /** @param {Record<string, string>} settings - environment variables */
  constructor(settings) {
    this.folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'nogil-packed-')));
    chmodSync(this.folder, 0o755); // some programs run as another user
    const programs = path.join(this.folder, 'bin');
    const home = path.join(this.folder, 'home');
    for (const folder of [programs, home]) mkdirSync(folder);
    symlinkSync(process.execPath, path.join(programs, path.basename(process.execPath)));
    // npm runs the install script of koffi, which others bring, with it.
    if (process.platform !== 'win32') symlinkSync('/bin/sh', path.join(programs, 'sh'));
    const kept = ['LANG', 'SystemRoot', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];
    /** @type {Record<string, string>} */
    this.env = {
      ...Object.fromEntries(
        kept.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])),
      ),
      HOME: home,
      PATH: programs,
      ...settings,
    };
  }

  /**
   * A project that depends on these packages, in the version that is served, and on nothing else.
   *
   * @param {string} name
   * @param {Record<string, string>} dependencies
   * @param {Record<string, string>} [settings] - environment variables
   * @returns {Project}
   */
  project(name, dependencies, settings = {}) {
    const folder = path.join(this.folder, 'projects', name);
    mkdirSync(folder, { recursive: true });
    const manifest = {
      name: 'otherwise-empty',
      version: '1.0.0',
      private: true,
      type: 'module',
      dependencies,
    };
    writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return { folder, env: { ...this.env, ...settings } };
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
