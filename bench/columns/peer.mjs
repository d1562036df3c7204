// @ts-check
import { createRequire } from 'node:module';
import path from 'node:path';

/** The variable in which a column finds the folder that the harness installed its peer in. */
export const PEER_FOLDER = 'NOGIL_BENCH_PEER';

/**
 * A package of another project's, from the folder it was installed in for these rows alone.
 *
 * @param {string} name
 * @returns {any} its types, where it has some, are not here when this is checked
 */
export function requirePeer(name) {
  return createRequire(path.join(peerFolder(), 'package.json'))(name);
}

/**
 * @returns {string}
 */
export function peerFolder() {
  const folder = process.env[PEER_FOLDER];
  if (folder === undefined) throw new Error(`${PEER_FOLDER} names no folder`);
  return folder;
}
