/**
 * The program a candidate runs to describe itself. It must be valid in every Python from 2.7 to 3.15
 * and in PyPy, or an old Python is refused for a syntax error instead of for its version: no f-strings,
 * no keyword-only arguments, no annotations.
 */

/** Precedes the answer, so that whatever else a start-up file prints is recognised as noise. */
export const probeMarker = 'NOGIL-PYTHON-PROBE-1:';

export const probeProgram = `
import sys
# "-c" puts the working directory first; a json.py lying there must not answer for Python.
sys.path[:] = [entry for entry in sys.path if entry]
import json, os, struct

def loaded_library():
    if sys.platform.startswith('linux'):
        with open('/proc/self/maps', errors='surrogateescape') as maps:
            for line in maps:
                fields = line.rstrip('\\n').split(None, 5)
                if len(fields) == 6:
                    name = os.path.basename(fields[5])
                    if name.startswith('libpython3.') and '.so' in name and name != 'libpython3.so':
                        return fields[5]
    elif sys.platform == 'darwin':
        import ctypes
        dyld = ctypes.CDLL(None)
        dyld._dyld_get_image_name.restype = ctypes.c_char_p
        for index in range(dyld._dyld_image_count()):
            image = os.fsdecode(dyld._dyld_get_image_name(index) or b'')
            name = os.path.basename(image)
            if name.startswith('libpython3.') or name in ('Python', 'PythonT'):
                return image
    elif sys.platform == 'win32':
        import ctypes
        buffer = ctypes.create_unicode_buffer(32768)
        handle = ctypes.c_void_p(sys.dllhandle)
        if ctypes.windll.kernel32.GetModuleFileNameW(handle, buffer, len(buffer)):
            return buffer.value
    return None

def attempt(function, fallback):
    try:
        return function()
    except Exception:
        return fallback

def implementation():
    if hasattr(sys, 'implementation'):
        return sys.implementation.name
    import platform
    return platform.python_implementation().lower()

def describe():
    import platform, site, sysconfig
    variable = sysconfig.get_config_var
    arguments = str(variable('CONFIG_ARGS') or '') + ' ' + str(variable('CFLAGS') or '')
    sanitizer = None
    if '--with-thread-sanitizer' in arguments or '-fsanitize=thread' in arguments:
        sanitizer = 'thread'
    elif '--with-address-sanitizer' in arguments or '-fsanitize=address' in arguments:
        sanitizer = 'address'
    base_prefix = getattr(sys, 'base_prefix', sys.prefix)
    base_exec_prefix = getattr(sys, 'base_exec_prefix', sys.exec_prefix)
    stdlib = os.path.dirname(os.path.abspath(os.__file__))
    platstdlib = stdlib
    for entry in sys.path:
        if os.path.basename(entry) in ('lib-dynload', 'DLLs'):
            platstdlib = os.path.dirname(entry) if os.path.basename(entry) == 'lib-dynload' else entry
    packages = attempt(lambda: list(site.getsitepackages()), [])
    if attempt(lambda: bool(site.ENABLE_USER_SITE), False):
        packages.append(site.getusersitepackages())
    risky = ('_ssl', '_hashlib', 'zlib', '_bz2', '_lzma', '_sqlite3', '_ctypes')
    return {
        'executable': sys.executable or '',
        'base_executable': getattr(sys, '_base_executable', None) or sys.executable or '',
        'gil_disabled': bool(variable('Py_GIL_DISABLED')),
        'abiflags': getattr(sys, 'abiflags', None),
        'debug': hasattr(sys, 'gettotalrefcount'),
        'sanitizer': sanitizer,
        'machine': platform.machine(),
        'prefix': sys.prefix,
        'base_prefix': base_prefix,
        'exec_prefix': sys.exec_prefix,
        'base_exec_prefix': base_exec_prefix,
        'stdlib': stdlib,
        'platstdlib': platstdlib,
        'site_packages': packages,
        'cache_tag': getattr(getattr(sys, 'implementation', None), 'cache_tag', None) or '',
        'soabi': variable('SOABI') or None,
        'builtin_extensions': [name for name in risky if name in sys.builtin_module_names],
        'library': {
            'loaded': attempt(loaded_library, None),
            'libdir': variable('LIBDIR') or None,
            'ldlibrary': variable('LDLIBRARY') or None,
            'instsoname': variable('INSTSONAME') or None,
            'multiarch': variable('MULTIARCH') or None,
            'libpl': variable('LIBPL') or None,
            'framework_prefix': variable('PYTHONFRAMEWORKPREFIX') or None,
        },
    }

facts = {
    'version': list(sys.version_info),
    'implementation': implementation(),
    'pointer_bits': struct.calcsize('P') * 8,
}
if sys.version_info >= (3, 6):
    facts['details'] = describe()
sys.stdout.write('\\n${probeMarker}' + json.dumps(facts) + '\\n')
sys.stdout.flush()
`;
