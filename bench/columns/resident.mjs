// @ts-check
import { readFileSync } from 'node:fs';

/**
 * The memory that this process and others occupy.
 *
 * @param {readonly number[]} [others] - process ids; counted on Linux only
 * @returns {number} bytes
 */
export function residentBytes(others = []) {
  return others.reduce((sum, id) => sum + ofProcess(id), process.memoryUsage.rss());
}

/** @param {number} id */
function ofProcess(id) {
  if (process.platform !== 'linux') return 0;
  const [, kibibytes = '0'] =
    /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}
