"""The core's own Python code, compiled: kept in files between starts, as compiling it takes longer than all else of one.

What such a file holds is run, so it is taken only from this user, and only whole: half of one would end the process.
Whatever is wrong with it, the code is compiled as if there were none.
"""

import _imp
import marshal
import os
import sys
import time
from _frozen_importlib_external import MAGIC_NUMBER

_code_format = b"nogil code 1\n"
_code_hash_key = int.from_bytes(MAGIC_NUMBER, "little")


def compiled(purpose, files):
    """The code of each of `files`, a list of (name, text). `_code_folder` says where it is kept, None for nowhere."""
    if _code_folder is None:
        return _compile_files(files)
    # All that decides what the compiler answers: builds that agree in this understand each other's files.
    build = (sys.implementation.cache_tag, getattr(sys, "abiflags", ""), sys.hexversion, sys.flags.optimize)
    path = os.path.join(_code_folder, "-".join((purpose, *map(str, build))))
    sources = _code_hash(b"\0".join(part for name, text in files for part in (name.encode(), text)))
    codes = _read_code(path, sources)
    if codes is None:
        codes = _compile_files(files)
        # Whatever sys.dont_write_bytecode says: that is for files beside people's sources, and this is a cache.
        _write_code(path, sources, codes)
    return codes


def _compile_files(files):
    return tuple(compile(text, name, "exec", 0, True) for name, text in files)


def _code_hash(content):
    return _imp.source_hash(_code_hash_key, content)


def _read_code(path, sources):
    """None: there is none, or it is of other sources, or nobody should trust it."""
    try:
        with open(path, "rb") as file:
            if not _is_own_file(os.fstat(file.fileno())):
                return None
            content = file.read()
        head = _code_format + sources
        payload = content[len(head) + len(sources) :]
        return marshal.loads(payload) if content.startswith(head + _code_hash(payload)) else None
    except (OSError, EOFError, TypeError, ValueError):
        return None


def _is_own_file(status):
    """Whether nobody but this user, or one who may do anything, can have written it."""
    if os.name == "nt":
        return True  # it has its rights from the user's folder
    return status.st_uid in (0, os.geteuid()) and status.st_mode & 0o022 == 0


def _write_code(path, sources, codes):
    """For the next start. This one has what it needs: that it cannot be written is nobody's problem."""
    payload = marshal.dumps(codes)
    # Renamed when it is whole: another process may read at any time, and this one may end.
    part = "%s.%d.%d" % (path, os.getpid(), time.monotonic_ns())
    try:
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(_code_format + sources + _code_hash(payload) + payload)
        os.replace(part, path)
    except OSError:
        try:
            os.unlink(part)
        except OSError:
            pass
