// @ts-check
/** @typedef {import('./engines.mjs').Engine} Engine */
/** @typedef {import('./engines.mjs').Missing} Missing */
/** @typedef {import('./pythons.mjs').Python} Python */
/** @typedef {import('./check.mjs').Check} Check */
/** @typedef {import('./check.mjs').Place} Place */

/**
 * One check in one place of one engine with one Python.
 * @typedef {object} Run
 * @property {Check} check
 * @property {Place} place
 * @property {Engine} engine
 * @property {Python} python
 */

/**
 * @typedef {object} Skip
 * @property {string} check
 * @property {Place} place
 * @property {string} engine
 * @property {string} python
 * @property {string} reason
 */

/** Which checks each Python gets, by what it is in the matrix for. */
const REACHES = {
  primary: ['primary', 'builds', 'all'],
  build: ['builds', 'all'],
  installation: ['all'],
};

/**
 * What one Python is in the matrix for, and whether it is there.
 * @typedef {object} Column
 * @property {keyof typeof REACHES} role
 * @property {string} name
 * @property {Python} [python]
 * @property {string} [reason] - why it is not there
 */

/**
 * Every check runs on every engine with the primary Python; what depends on the build, or on where it lies, runs with
 * the others too: on every engine in the full matrix, on one in the short. What is missing turns into skipped runs, so
 * that it shows.
 *
 * @param {object} parts
 * @param {readonly Check[]} parts.checks
 * @param {{ engines: Engine[], missing: Missing[] }} parts.engines
 * @param {readonly Column[]} parts.columns
 * @param {boolean} parts.full
 * @returns {{ runs: Run[], skips: Skip[] }}
 */
export function plan({ checks, engines, columns, full }) {
  /** @type {Run[]} */
  const runs = [];
  /** @type {Skip[]} */
  const skips = [];
  const one = oneOf(engines.engines);
  const rows = [
    ...engines.engines.map((engine) => ({ engine, name: engine.name, reason: undefined })),
    ...engines.missing.map(({ name, reason }) => ({ engine: undefined, name, reason })),
  ];
  for (const { engine, name, reason } of rows) {
    for (const { role, python, ...column } of columns) {
      if (role !== 'primary' && !full && engine !== one) continue;
      for (const check of checks) {
        if (!REACHES[role].includes(check.pythons) || !check.engines(name)) continue;
        for (const place of check.places) {
          if (engine !== undefined && python !== undefined) {
            runs.push({ check, place, engine, python });
          } else {
            const why = reason ?? column.reason ?? '';
            skips.push({
              check: check.name,
              place,
              engine: name,
              python: column.name,
              reason: why,
            });
          }
        }
      }
    }
  }
  return { runs, skips };
}

/**
 * The version most programs run on: the newest Node but one.
 * @param {Engine[]} engines - at least one
 */
function oneOf(engines) {
  const nodes = engines.filter(({ kind }) => kind === 'node');
  return /** @type {Engine} */ (nodes.at(-2) ?? engines[0]);
}
