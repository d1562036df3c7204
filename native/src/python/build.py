"""What this build of Python is."""

import sys


def describe():
    """What JavaScript cannot know by itself, NUL between: one crossing, nothing to release, and nothing to import.

    json and sysconfig take longer to import than all else that starting does.
    """
    check = getattr(sys, "_is_gil_enabled", None)
    gil = "gil" if check is None or check() else ""
    return "\0".join((sys.executable or "", sys.version, gil, sys.prefix, sys.base_prefix, _stdlib()))


def _stdlib():
    import os

    folder = getattr(os, "__file__", None)
    if folder is not None:
        return os.path.dirname(folder)
    import sysconfig

    return sysconfig.get_path("stdlib")


def describe_build():
    """What this build of Python is, as JSON."""
    import json
    import struct
    import sysconfig

    return json.dumps(
        {
            "version": "%d.%d.%d" % sys.version_info[:3],
            "releaseLevel": sys.version_info.releaselevel,
            "implementation": sys.implementation.name,
            "freeThreaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
            "debug": hasattr(sys, "gettotalrefcount"),
            "abiFlags": getattr(sys, "abiflags", ""),
            "soabi": sysconfig.get_config_var("SOABI") or "",
            "compiler": sys.version.rpartition("[")[2].rstrip("]"),
            "platform": sysconfig.get_platform(),
            "pointerSize": struct.calcsize("P"),
            "littleEndian": sys.byteorder == "little",
        }
    )


_type_members = {
    "name": "__name__",
    "qualifiedName": "__qualname__",
    "module": "__module__",
    "basicSize": "__basicsize__",
    "itemSize": "__itemsize__",
    "dictOffset": "__dictoffset__",
    "weakrefOffset": "__weakrefoffset__",
}


def describe_type(cls):
    """What the structure of a type says, as JSON: a metaclass has no say in it."""
    import json

    facts = {}
    for key, name in _type_members.items():
        value = type.__dict__[name].__get__(cls)
        # A class may put anything there: __module__ = None
        facts[key] = value if isinstance(value, (str, int)) else None
    return json.dumps(facts)
