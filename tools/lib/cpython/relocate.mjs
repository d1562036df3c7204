// @ts-check
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../failure.mjs';

/** Stands for where Python lies, in files that are read by it. */
const PREFIX = '@prefix@';

/** Appended to what `sysconfig` knows about the build, which otherwise tells where that was. */
const HERE = `
def _here():
    from os.path import abspath, dirname
    prefix = dirname(dirname(dirname(abspath(__file__))))
    for name, value in build_time_vars.items():
        if isinstance(value, str):
            build_time_vars[name] = value.replace('${PREFIX}', prefix)


_here()
del _here
`;

/**
 * Appended to `ssl`. OpenSSL looks for certificates where the Linux that built it has them, and that is not where it runs.
 */
const AUTHORITIES = `

# Added by nogil, which publishes this Python: its OpenSSL comes from one Linux and runs on any, and each
# has the certificates of authorities in another place.
def _load_authorities_of_this_system(load):
    from functools import wraps

    files = (
        '/etc/ssl/certs/ca-certificates.crt',  # Debian, Ubuntu, Alpine, Arch
        '/etc/pki/tls/certs/ca-bundle.crt',  # Fedora, RHEL
        '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
        '/etc/ssl/ca-bundle.pem',  # SUSE
        '/etc/ssl/cert.pem',
    )

    @wraps(load)
    def set_default_verify_paths(self):
        load(self)
        paths = get_default_verify_paths()
        named = {paths.openssl_cafile_env, paths.openssl_capath_env} & os.environ.keys()
        if paths.cafile is None and paths.capath is None and not named:
            for file in files:
                if os.path.isfile(file):
                    return self.load_verify_locations(file)

    return set_default_verify_paths


SSLContext.set_default_verify_paths = _load_authorities_of_this_system(
    SSLContext.set_default_verify_paths
)
del _load_authorities_of_this_system
`;

/** For installers: PEP 668. */
const EXTERNALLY_MANAGED = `[externally-managed]
Error=This Python is part of an npm package. What is installed into it is gone when npm installs again.
    Make a virtual environment and install into that: python -m venv .venv
`;

/**
 * Makes a copied CPython know where it lies, and adds what it needs to be at home on another Linux.
 *
 * @param {string} folder - the prefix
 * @param {string} prefix - what it was configured with
 * @throws {Failure} when a file still names a place of this machine
 */
export function relocate(folder, prefix) {
  const standard = standardLibrary(folder);
  const [data = ''] = readdirSync(standard).filter((name) => /^_sysconfigdata_.*\.py$/.test(name));
  rewrite(path.join(standard, data), (text) => {
    const [, build = ''] = /'abs_srcdir': '(.*)'/.exec(text) ?? [];
    const places = text.replaceAll(prefix, PREFIX).replaceAll(build || PREFIX, '/build');
    // They would make extension modules that are built with this Python look for libraries in its folder.
    return places.replaceAll(/ ?-Wl,-rpath,[^\s'"]+/g, '') + HERE;
  });
  rewrite(path.join(standard, 'build-details.json'), (text) => details(text, prefix));
  rewrite(path.join(standard, 'ssl.py'), (text) => text + AUTHORITIES);
  writeFileSync(path.join(standard, 'EXTERNALLY-MANAGED'), EXTERNALLY_MANAGED);
  const told = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.so(\.|$)/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(prefix));
  if (told.length > 0) {
    throw new Failure(`These files name the folder of the build:\n  ${told.join('\n  ')}`);
  }
}

/** @param {string} folder */
export function standardLibrary(folder) {
  const [name = ''] = readdirSync(path.join(folder, 'lib')).filter((each) =>
    /^python3\.\d+t?$/.test(each),
  );
  return path.join(folder, 'lib', name);
}

/**
 * What a build says about itself: PEP 739. `base_prefix` is relative to the file, all else to it.
 *
 * @param {string} text
 * @param {string} prefix
 */
function details(text, prefix) {
  const details = JSON.parse(text);
  const interpreter = `${prefix}/bin/python3`;
  Object.assign(details, { base_prefix: '../..', base_interpreter: interpreter });
  // Neither links, nor archives, nor pkg-config's files are packed.
  details.libpython.dynamic = `${details.libpython.dynamic}.1.0`;
  delete details.libpython.static;
  delete details.c_api.pkgconfig_path;
  return `${JSON.stringify(details, null, 2).replaceAll(`${prefix}/`, '')}\n`;
}

/**
 * @param {string} file
 * @param {(text: string) => string} change
 */
function rewrite(file, change) {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
