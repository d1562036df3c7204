// @ts-check
import os from 'node:os';

/**
 * @typedef {object} Machine
 * @property {string} processor
 * @property {number} cores
 * @property {number} gibibytes
 * @property {string} system
 */

/** @returns {Machine} what figures of time depend on */
export function describeMachine() {
  return {
    processor: os.cpus()[0]?.model.trim() ?? os.arch(),
    cores: os.availableParallelism(),
    gibibytes: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release().split('-')[0]} ${os.arch()}`,
  };
}

/** @returns {number} programs that wanted a core during the last minute; 0 where the system does not say */
export function load() {
  return os.loadavg()[0] ?? 0;
}
