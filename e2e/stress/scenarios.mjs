// @ts-check
/**
 * @typedef {object} Scenario
 * @property {string} name - its file in scenarios/
 * @property {string} guard - handles, type-cache, emit-lock, finalizer-guard, abi, or core
 * @property {boolean} [freeThreaded] - a GIL makes what it looks for impossible
 */

/** @type {readonly Scenario[]} */
export const scenarios = [{ name: 'handles-released-once', guard: 'handles' }];
