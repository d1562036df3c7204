/** Runs one installation in a process of its own, so that a test can kill it. Not a test itself. */
import { install, type InstallHost } from '../src/install/install.js';

const { host, env } = JSON.parse(process.argv[2] ?? '{}') as {
  host: Omit<InstallHost, 'freeBytes'>;
  env: Record<string, string>;
};
await install({ ...host, freeBytes: () => Promise.resolve(1e12) }, { env, from: 'source' });
