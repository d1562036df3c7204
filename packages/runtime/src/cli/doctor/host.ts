import { platformTarget } from '@nogil/abi';

import type { Finding } from './finding.js';

/** The oldest Node, as `engines` in the manifest has it. */
const OLDEST_NODE = [20, 19] as const;

function hostName(): string {
  const { bun, deno, node } = process.versions as Record<string, string | undefined>;
  if (bun !== undefined) return `Bun ${bun}`;
  if (deno !== undefined) return `Deno ${deno}`;
  return `Node ${node ?? 'of unknown version'}`;
}

function isTooOld(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}

/** The JavaScript engine, and what of its environment reaches Python. */
export function hostFindings(): Finding[] {
  const findings: Finding[] = [
    {
      subject: 'host',
      state: isTooOld() ? 'problem' : 'good',
      says: `${hostName()} on ${platformTarget()}`,
      ...(isTooOld() ? { remedy: `install Node ${OLDEST_NODE.join('.')} or newer` } : {}),
    },
  ];
  const preloaded = process.env.LD_PRELOAD;
  if (preloaded !== undefined && preloaded !== '') {
    findings.push({
      subject: 'LD_PRELOAD',
      state: 'warning',
      says: `${preloaded} does not reach Python's extension modules`,
      remedy: 'set NOGIL_DEEPBIND=0 if it must; then check that ssl and zlib still work',
    });
  }
  return findings;
}
