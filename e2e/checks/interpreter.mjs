// @ts-check
import { check } from '../runner/check.mjs';

/** Python in the host is the Python that was chosen, with its own libraries, stack and processes. */
export const interpreter = [
  check('too deep recursion is a RecursionError', { program: 'recursion', pythons: 'builds' }),
  check('ssl and zlib are Python’s own, not Node’s', { program: 'libraries', pythons: 'all' }),
  check('ssl and zlib are Python’s own when sitecustomize imports them', {
    program: 'libraries-in-site',
    environment: { PYTHONPATH: '.' },
  }),
  check('a TLS handshake on loopback', { program: 'tls', pythons: 'builds' }),
  check('sys.executable is the chosen Python', { program: 'executable', pythons: 'all' }),
  check('a virtual environment', { program: 'virtual-environment', pythons: 'all' }),
  check('multiprocessing with spawn', { program: 'multiprocessing', pythons: 'all' }),
  check('ESM and CommonJS share an environment', { program: 'module-formats' }),
  check('TypeScript, run directly', {
    program: 'typescript',
    engines: (name) => name !== 'node-20', // strips no types
  }),
  check('the engine’s own objects stay as fast as they were', {
    program: 'built-ins',
    engines: (name) => name.startsWith('node'), // others do not tell
  }),
  check('a dropped proxy is collected', { program: 'collected', gc: true }),
];
