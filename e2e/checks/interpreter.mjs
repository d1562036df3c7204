// @ts-check
import { check } from '../runner/check.mjs';

/** Python in the host is the Python that was chosen, with its own libraries, stack and processes. */
export const interpreter = [
  check('too deep recursion is a RecursionError', { program: 'recursion', smoke: true }),
  check('ssl and zlib are Python’s own, not Node’s', { program: 'libraries', smoke: true }),
  check('ssl and zlib are Python’s own when sitecustomize imports them', {
    program: 'libraries-in-site',
    environment: { PYTHONPATH: '.' },
  }),
  check('a TLS handshake on loopback', { program: 'tls', smoke: true }),
  check('sys.executable is the chosen Python', { program: 'executable' }),
  check('a virtual environment', { program: 'virtual-environment', smoke: true }),
  check('multiprocessing with spawn', { program: 'multiprocessing', smoke: true }),
  check('ESM and CommonJS share an environment', { program: 'module-formats' }),
  check('a dropped proxy is collected', { program: 'collected', gc: true }),
];
