// @ts-check
// Other bridges, each installed into a folder of its own under build/, from the npm registry and without their install
// scripts; addons are then built against the headers beside the engine. None of them is a dependency of anything here.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { capture } from './capture.mjs';
import { buildFolder } from './folders.mjs';
import { environmentFor } from './pythons.mjs';

/** @typedef {import('./engines.mjs').Engine} Engine */
/** @typedef {import('./pythons.mjs').Python} Python */

/**
 * @typedef {object} Peer
 * @property {string} name - of the package
 * @property {string} version
 * @property {Record<string, string>} [others] - further packages that its addon is built with
 * @property {string} [addon] - what an install that was built has, from the package's folder; without it there is nothing
 *   to build, and one install serves every Python
 * @property {readonly string[]} [settings] - of node-gyp
 */

/** Where node-pre-gyp looks for the addon of pymport. */
const BINDING = `lib/binding/${process.platform}-${process.arch}`;

/** @type {Record<'nodeCallsPython' | 'pymport' | 'pythonia' | 'pyodide', Peer>} */
export const PEERS = {
  nodeCallsPython: {
    name: 'node-calls-python',
    version: '1.11.1',
    addon: 'build/Release/nodecallspython.node',
  },
  pymport: {
    name: 'pymport',
    version: '1.5.1',
    // It is compiled as C++14, which newer ones are not.
    others: { 'node-addon-api': '8.1.0' },
    addon: `${BINDING}/pymport.node`,
    // What node-pre-gyp would hand over.
    settings: ['-Dmodule_name=pymport', `-Dmodule_path=./${BINDING}`],
  },
  pythonia: { name: 'pythonia', version: '1.2.6' },
  pyodide: { name: 'pyodide', version: '314.0.7' },
};

const NODE_GYP = '12.4.0';

/**
 * @param {Peer} peer
 * @param {Python} python
 * @param {Engine} engine
 * @param {(text: string) => void} say
 * @returns {Promise<string>} the folder that `require` finds it from
 * @throws Error that says why there is none: npm's words, or the compiler's
 */
export async function installPeer(peer, python, engine, say) {
  const forPython = peer.addon === undefined ? 'any' : python.name;
  const folder = path.join(buildFolder, 'peers', `${peer.name}-${forPython}`);
  const stamp = path.join(folder, 'complete');
  const wanted = JSON.stringify([peer, NODE_GYP, engine.version, python.executable]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return folder;
  say(`installing ${peer.name} ${peer.version} for ${forPython}, once`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tools = peer.addon === undefined ? {} : { 'node-gyp': NODE_GYP };
  const dependencies = { [peer.name]: peer.version, ...peer.others, ...tools };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await capture('npm', ['install', ...quiet], { cwd: folder });
  if (peer.addon !== undefined) await build(peer, peer.addon, folder, python, engine);
  writeFileSync(stamp, wanted);
  return folder;
}

/**
 * @param {Peer} peer
 * @param {string} addon
 * @param {string} folder
 * @param {Python} python
 * @param {Engine} engine
 */
async function build({ name, settings = [] }, addon, folder, python, engine) {
  if (engine.headers === undefined) throw new Error(`no headers of Node beside ${engine.program}`);
  const own = path.join(folder, 'node_modules', name);
  const gyp = path.join(folder, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const environment = environmentFor(python);
  const where = [`--nodedir=${engine.headers}`, `--python=${python.executable}`];
  await capture(engine.program, [gyp, 'rebuild', ...where, '--', ...settings], {
    cwd: own,
    env: { ...environment, PATH: `${path.dirname(engine.program)}:${environment.PATH}` },
  });
  if (!existsSync(path.join(own, addon))) throw new Error(`${name} was built without ${addon}`);
}
