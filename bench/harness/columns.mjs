// @ts-check
// The columns of a run: which program answers for which, on which Python.
import path from 'node:path';
import { floorOf } from './floor.mjs';
import { columnFolder } from './folders.mjs';
import { installPeer, PEERS } from './peers.mjs';
import { environmentFor } from './pythons.mjs';

/** @typedef {import('./engines.mjs').Engine} Engine */
/** @typedef {import('./lane.mjs').Program} Program */
/** @typedef {import('./pythons.mjs').Python} Python */

/**
 * @typedef {object} Column
 * @property {string} id - `nogil-node`; the same on every Python
 * @property {string} key - `nogil-node 3.14.5t`; of this run only
 * @property {string} group - the Python's name
 * @property {string} title
 * @property {'floor' | 'host' | 'nogil' | 'peer'} role
 * @property {readonly Program[]} programs - together they have its rows
 * @property {readonly Program[]} once - run one after the other they are its start, first call and end
 * @property {Program} [keep] - answers for memory
 * @property {string} [problem] - why it has no program
 */

/**
 * @typedef {object} Known
 * @property {string} id
 * @property {string} title
 * @property {Column['role']} role
 * @property {boolean} [onceOnly] - it brings its own Python, or does not care which: in the first group only
 */

/** @type {readonly Known[]} */
const KNOWN = [
  { id: 'floor', title: 'C only', role: 'floor' },
  { id: 'host', title: 'C behind Node-API', role: 'host' },
  { id: 'host-bun', title: 'C behind Node-API, Bun', role: 'host' },
  { id: 'nogil-node', title: 'nogil, Node', role: 'nogil' },
  { id: 'nogil-bun', title: 'nogil, Bun', role: 'nogil' },
  { id: 'node-calls-python', title: 'node-calls-python', role: 'peer' },
  { id: 'pymport', title: 'pymport', role: 'peer' },
  { id: 'pythonia', title: 'pythonia', role: 'peer', onceOnly: true },
  { id: 'pyodide', title: 'Pyodide', role: 'peer', onceOnly: true },
  { id: 'json-lines', title: 'child, JSON lines', role: 'peer', onceOnly: true },
];

/** What nogil and floor are called, for whoever chooses columns. */
export const columnIds = KNOWN.map(({ id }) => id);

/**
 * @param {readonly Python[]} pythons
 * @param {{ node: Engine, bun: Engine | undefined }} engines
 * @param {(id: string, group: string) => boolean} wanted
 * @param {(text: string) => void} say
 * @returns {Promise<Column[]>} also those that could not be built, with the problem
 */
export async function openColumns(pythons, engines, wanted, say) {
  /** @type {Column[]} */
  const columns = [];
  for (const python of pythons) {
    for (const known of KNOWN) {
      if (known.onceOnly && python !== pythons[0]) continue;
      if (!wanted(known.id, python.name)) continue;
      const { id, title, role } = known;
      const column = { id, title, role, key: `${id} ${python.name}`, group: python.name };
      try {
        columns.push({ ...column, ...(await programsOf(id, python, engines, say)) });
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        say(`${column.key}: ${problem}`);
        columns.push({ ...column, programs: [], once: [], problem });
      }
    }
  }
  return columns;
}

/**
 * @param {string} id
 * @param {Python} python
 * @param {{ node: Engine, bun: Engine | undefined }} engines
 * @param {(text: string) => void} say
 * @returns {Promise<Pick<Column, 'programs' | 'once' | 'keep'>>}
 */
async function programsOf(id, python, { node, bun }, say) {
  switch (id) {
    case 'floor':
      return floor(python, node);
    case 'host':
      return host(python, node);
    case 'host-bun':
      return host(python, there(bun), node);
    case 'nogil-node':
      return scripted(node, 'nogil.mjs', nogilEnvironment(python));
    case 'nogil-bun':
      return scripted(there(bun), 'nogil.mjs', nogilEnvironment(python));
    case 'json-lines':
      return scripted(node, 'json-lines.mjs', environmentFor(python));
    case 'node-calls-python':
      return peer(PEERS.nodeCallsPython, 'node-calls-python.mjs', python, node, say);
    case 'pymport':
    case 'pythonia':
    case 'pyodide':
      return peer(PEERS[id], `${id}.mjs`, python, node, say);
    default:
      throw new Error(`no programs are known for ${id}`);
  }
}

/** @param {Engine | undefined} bun */
function there(bun) {
  if (bun === undefined) throw new Error('no package brings a Bun that runs here');
  return bun;
}

/**
 * What a user has who named a Python, and the folder of subject.py.
 * @param {Python} python
 */
function nogilEnvironment({ executable }) {
  return { ...process.env, NOGIL_PYTHON: executable, PYTHONPATH: columnFolder };
}

/**
 * @param {Engine} engine
 * @param {string} file - in columns/
 * @param {NodeJS.ProcessEnv} env
 * @returns {Pick<Column, 'programs' | 'once' | 'keep'>}
 */
function scripted({ kind, program: command }, file, env) {
  const script = path.join(columnFolder, file);
  const collects = kind === 'node' ? ['--expose-gc'] : [];
  return {
    programs: [{ command, args: [script], env }],
    once: [{ command, args: [script, '--once'], env }],
    keep: { command, args: [...collects, script], env },
  };
}

/**
 * @param {import('./peers.mjs').Peer} package_
 * @param {string} file
 * @param {Python} python
 * @param {Engine} engine
 * @param {(text: string) => void} say
 */
async function peer(package_, file, python, engine, say) {
  const folder = await installPeer(package_, python, engine, say);
  return scripted(engine, file, { ...environmentFor(python), NOGIL_BENCH_PEER: folder });
}

/**
 * @param {Python} python
 * @param {Engine} node
 */
async function floor(python, node) {
  const { program, addons } = await floorOf(python, node.headers);
  const env = { ...environmentFor(python), PYTHONPATH: columnFolder };
  const own = { command: program, args: [], env };
  const callback = {
    ...scripted(node, 'floor-callback.mjs', { ...env, NOGIL_BENCH_ADDON: addons?.callback }),
  };
  return {
    programs: addons === undefined ? [own] : [own, ...callback.programs],
    once: [
      { command: node.program, args: ['-e', '0'], env },
      { command: python.executable, args: ['-c', 'pass'], env },
    ],
    keep: own,
  };
}

/**
 * @param {Python} python
 * @param {Engine} engine
 * @param {Engine} [node] - whose headers the addon is built with, where the engine has none
 */
async function host(python, engine, node = engine) {
  const { addons } = await floorOf(python, node.headers);
  if (addons === undefined) throw new Error(`there are no headers beside ${node.program}`);
  const env = { ...environmentFor(python), PYTHONPATH: columnFolder };
  return scripted(engine, 'host.mjs', { ...env, NOGIL_BENCH_HOST: addons.host });
}
