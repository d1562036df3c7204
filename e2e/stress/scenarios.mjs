// @ts-check
/**
 * @typedef {object} Scenario
 * @property {string} name - its file in scenarios/
 * @property {string} guard - handles, type-cache, emit-lock, finalizer-guard, abi, or core
 * @property {boolean} [freeThreaded] - a GIL makes what it looks for impossible
 */

/** @type {readonly Scenario[]} */
export const scenarios = [
  { name: 'handles-released-once', guard: 'handles' },
  { name: 'handles-resurrected', guard: 'handles' },
  { name: 'type-cache-recursive', guard: 'type-cache' },
  { name: 'emit-same-class', guard: 'emit-lock' },
  { name: 'emit-calls-everywhere', guard: 'emit-lock' },
  { name: 'emit-terminated-inside', guard: 'emit-lock' },
  { name: 'finalizer-named-gates', guard: 'finalizer-guard' },
  { name: 'finalizer-forks', guard: 'finalizer-guard' },
  { name: 'abi-gil-comes-back', guard: 'abi', freeThreaded: true },
  { name: 'core-containers-mutated', guard: 'core' },
  { name: 'core-subinterpreters', guard: 'core' },
  { name: 'core-derived-classes', guard: 'core' },
];
