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
_code_kept_seconds = 30 * 24 * 3600


def compiled(purpose, files):
    """The code of each of `files`, a list of (name, text). `_code_folder` says where it is kept, None for nowhere."""
    if _code_folder is None:
        return _compile_files(files)
    sources = _code_hash(b"\0".join(part for name, text in files for part in (name.encode(), text)))
    # All that decides what the compiler answers, too: builds that agree in this understand each other's files.
    build = (sys.implementation.cache_tag, getattr(sys, "abiflags", ""), sys.hexversion, sys.flags.optimize)
    name = "-".join((purpose, *map(str, build), sources.hex()))
    codes = _read_code(os.path.join(_code_folder, name), sources)
    if codes is None:
        codes = _compile_files(files)
        try:
            # Whatever sys.dont_write_bytecode says: that is for files beside people's sources, and this is a cache.
            _write_code(os.path.abspath(_code_folder), name, sources, codes)
        except (OSError, ValueError):
            pass  # for the next start; ValueError: a path that this locale cannot name
    return codes


def _compile_files(files):
    return tuple(compile(text, name, "exec", 0, True) for name, text in files)


def _code_hash(content):
    return _imp.source_hash(_code_hash_key, content)


def _read_code(path, sources):
    """None: there is none, or it is damaged, or nobody should trust it."""
    try:
        with open(path, "rb") as file:
            if not _is_own_file(file):
                return None
            content = file.read()
        head = _code_format + sources
        payload = content[len(head) + len(sources) :]
        return marshal.loads(payload) if content.startswith(head + _code_hash(payload)) else None
    except (OSError, EOFError, TypeError, ValueError):
        return None


def _is_own_file(file):
    """Whether nobody but this user, or one who may do anything, can have written it."""
    if os.name == "nt":
        return True  # it has its rights from the user's folder
    status = os.fstat(file.fileno())
    return status.st_uid in (0, os.geteuid()) and status.st_mode & 0o022 == 0


def _is_own_place(folder):
    """Whether files may be made there: by root, which sudo makes of anybody, none among those of others."""
    if os.name == "nt" or os.geteuid() != 0:
        return True
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    return os.stat(folder).st_uid == 0


def _write_code(folder, name, sources, codes):
    if not _is_own_place(folder):
        return
    os.makedirs(folder, 0o700, exist_ok=True)
    path = os.path.join(folder, name)
    # Renamed when it is whole: another process may read at any time, and this one may end.
    part = "%s.%d.%d" % (path, os.getpid(), time.monotonic_ns())
    try:
        with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            # File systems without owners would have it written at each start, and never read.
            is_own = _is_own_file(file)
            if is_own:
                payload = marshal.dumps(codes)
                file.write(_code_format + sources + _code_hash(payload) + payload)
        if is_own:
            os.replace(part, path)
            _sweep_code(folder)
    finally:
        try:
            os.unlink(part)
        except OSError:
            pass


def _sweep_code(folder):
    """Removes what no release has written for long, and what processes left that were ended."""
    oldest = time.time() - _code_kept_seconds
    for entry in os.scandir(folder):
        if entry.stat(follow_symlinks=False).st_mtime < oldest:
            os.unlink(entry.path)
