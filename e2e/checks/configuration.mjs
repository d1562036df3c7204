// @ts-check
import { check } from '../runner/check.mjs';

/**
 * @param {string} name
 * @param {Record<string, string | undefined>} environment
 * @param {import('../runner/check.mjs').Check['pythons']} [pythons]
 */
function honoured(name, environment, pythons = 'primary') {
  return check(name, { program: 'environment-variables', environment, pythons });
}

/** Python reads the environment as it does in a process of its own. */
export const configuration = [
  check('os.environ is the host’s environment', {
    program: 'environment-of-host',
    pythons: 'builds',
  }),
  // Written out, so that it needs no database of time zones.
  check('the time zone is the host’s', {
    program: 'time-zone',
    environment: { TZ: 'EST5EDT,M3.2.0,M11.1.0' },
  }),
  honoured('PYTHONUTF8=1', { PYTHONUTF8: '1' }, 'builds'),
  // LC_ALL, not LANG: `python` itself replaces a C locale that LANG chose (PEP 538), an embedded one not.
  honoured('PYTHONUTF8=0', { PYTHONUTF8: '0', LC_ALL: 'C' }),
  honoured('LANG=C means UTF-8 mode', { LANG: 'C' }, 'builds'),
  honoured('PYTHONHASHSEED', { PYTHONHASHSEED: '42' }),
  honoured('PYTHONHASHSEED=0', { PYTHONHASHSEED: '0' }),
  honoured('PYTHONPATH', { PYTHONPATH: '.' }),
  honoured('more of Python’s variables', {
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONOPTIMIZE: '2',
    PYTHONNOUSERSITE: '1',
    PYTHONWARNINGS: 'ignore::ResourceWarning',
    PYTHONIOENCODING: 'latin-1:replace',
    PYTHONPYCACHEPREFIX: 'bytecode',
  }),
  honoured('PYTHONSAFEPATH and PYTHONDEVMODE', { PYTHONSAFEPATH: '1', PYTHONDEVMODE: '1' }),
];
