"""Asks a Python that is about to be packed whether it is whole; prints JSON."""

import importlib
import json
import os
import ssl
import sys
import sysconfig

import _ssl

WANTED = (
    'bz2 compression.zstd ctypes curses decimal hashlib lzma pip sqlite3 ssl uuid venv zlib zoneinfo'
).split()

dynamic = os.path.join(sysconfig.get_path('platstdlib'), 'lib-dynload')
names = [name.split('.', 1)[0] for name in sorted(os.listdir(dynamic))]
broken = {}
for name in [*names, *WANTED]:
    try:
        importlib.import_module(name)
    except Exception as error:
        broken[name] = f'{type(error).__name__}: {error}'

with open('/proc/self/maps', encoding='utf-8') as maps:
    mapped = sorted({line.split(None, 5)[5].rstrip() for line in maps if '.so' in line})


class Watched(ssl.SSLContext):
    loaded = None

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        self.loaded = cafile
        super().load_verify_locations(cafile, capath, cadata)


def authorities():
    """As on a Linux that has none of the folders of the one that built OpenSSL."""
    _ssl.get_default_verify_paths = lambda: ('SSL_CERT_FILE', '/none', 'SSL_CERT_DIR', '/none')
    context = Watched(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    return context.loaded


variables = sysconfig.get_config_vars()
print(
    json.dumps(
        {
            'broken': broken,
            'mapped': mapped,
            'prefix': sys.prefix,
            'gil': sys._is_gil_enabled(),
            'include': os.path.isfile(sysconfig.get_config_h_filename()),
            'elsewhere': sorted(
                name
                for name, value in variables.items()
                if isinstance(value, str) and sys.argv[1] in value
            ),
            'libdir': variables['LIBDIR'],
            'authorities': authorities(),
        }
    )
)
