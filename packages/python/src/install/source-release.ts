/** The one source release nogil builds from. A new release changes this file and nothing else. */

/** CPython's source archive. */
export const sourceRelease = {
  version: '3.14.5',
  sha256: '7e32597b99e5d9a39abed35de4693fa169df3e5850d4c334337ffd6a19a36db6',
  bytes: 23_903_332,
  /** The name under which the archive is kept and looked for first. */
  fileName: 'Python-3.14.5.tar.xz',
  /** Debian's name for the same bytes. */
  debianName: 'python3.14_3.14.5.orig.tar.xz',
  url: 'https://www.python.org/ftp/python/3.14.5/Python-3.14.5.tar.xz',
  debianPath: 'pool/main/p/python3.14/python3.14_3.14.5.orig.tar.xz',
} as const;
