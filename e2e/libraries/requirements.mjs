// @ts-check
/** The releases the examples are written for. NumPy and its kin have left Python 3.10 and 3.11 behind. */
const CURRENT = {
  numpy: '2.5.5',
  pandas: '3.1.1',
  'scikit-learn': '1.9.1',
  matplotlib: '3.11.2',
  SQLAlchemy: '2.1.9',
  pillow: '13.0.0',
  requests: '2.34.2',
  uvloop: '0.23.0',
};
const OLDER = {
  numpy: '2.2.6',
  pandas: '2.3.3',
  'scikit-learn': '1.7.2',
  matplotlib: '3.10.8',
  SQLAlchemy: '2.0.44',
  pillow: '12.0.0',
  requests: '2.34.2',
  uvloop: '0.23.0',
};
/** What has no release for Windows. */
const NOT_FOR_WINDOWS = ['uvloop'];

/** @param {string} name */
function isForThisSystem(name) {
  return process.platform !== 'win32' || !NOT_FOR_WINDOWS.includes(name);
}

/** The programs of examples/libraries that need packages. */
export const WITH_PACKAGES = [
  'numpy',
  'pandas',
  'scikit-learn',
  'matplotlib',
  'sqlalchemy',
  'requests',
  'pillow',
  'uvloop',
].filter(isForThisSystem);
/** The programs that need none. */
export const WITHOUT_PACKAGES = ['sqlite3', 'standard-library'];

/**
 * What pip is to install.
 *
 * @param {string} version - of Python: `3.14.5t`
 * @returns {readonly string[]} each package pinned
 */
export function requirementsFor(version) {
  const pins = /^3\.1[01]\./.test(version) ? OLDER : CURRENT;
  return Object.entries(pins)
    .filter(([name]) => isForThisSystem(name))
    .map(([name, release]) => `${name}==${release}`);
}
