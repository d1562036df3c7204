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

/**
 * Every check runs on every engine with the primary Python; the smoke checks run on one engine with each
 * GIL build. What is missing turns into skipped runs, so that it shows.
 *
 * @param {object} parts
 * @param {readonly Check[]} parts.checks
 * @param {{ engines: Engine[], missing: Missing[] }} parts.engines
 * @param {Python} parts.primary
 * @param {{ pythons: Python[], missing: Missing[] }} parts.gil
 * @returns {{ runs: Run[], skips: Skip[] }}
 */
export function plan({ checks, engines, primary, gil }) {
  const cells = checks.flatMap((check) => check.places.map((place) => ({ check, place })));
  const smoke = cells.filter(({ check }) => check.smoke);
  const one = smokeEngine(engines.engines);
  return {
    runs: [
      ...engines.engines.flatMap((engine) =>
        cells.map((cell) => ({ ...cell, engine, python: primary })),
      ),
      ...gil.pythons.flatMap((python) => smoke.map((cell) => ({ ...cell, engine: one, python }))),
    ],
    skips: [
      ...engines.missing.flatMap(({ name, reason }) =>
        cells.map((cell) => skip(cell, name, primary.name, reason)),
      ),
      ...gil.missing.flatMap(({ name, reason }) =>
        smoke.map((cell) => skip(cell, one.name, name, reason)),
      ),
    ],
  };
}

/**
 * @param {{ check: Check, place: Place }} cell
 * @param {string} engine
 * @param {string} python
 * @param {string} reason
 * @returns {Skip}
 */
function skip({ check, place }, engine, python, reason) {
  return { check: check.name, place, engine, python, reason };
}

/**
 * The version most programs run on: the newest Node but one.
 * @param {Engine[]} engines - at least one
 */
function smokeEngine(engines) {
  const nodes = engines.filter(({ kind }) => kind === 'node');
  return /** @type {Engine} */ (nodes.at(-2) ?? engines[0]);
}
