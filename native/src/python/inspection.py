"""What python.inspect() tells."""


def inspection():
    """JSON: environments, threads, pool, collector."""
    import json

    environments, pool, members, waits = _inspect()
    waits = list(_in_parts(waits, 5))
    told = {
        "environments": list(_in_parts(environments, 9)),
        "pool": dict(zip(("size", "threads", "idle", "queued"), pool)),
        "threads": _inspect_threads(environments, members, waits),
        "collector": _collector_figures(),
    }
    told["pool"].update(size=pool_size(), busy=sum(members[2::3]))
    return json.dumps(told)


def _in_parts(numbers, size):
    return (numbers[i : i + size] for i in range(0, len(numbers), size))


def _inspect_threads(environments, members, waits):
    import threading

    threads = {}

    def thread(ident):
        return threads.setdefault(ident, {"id": ident, "owner": "foreign", "name": None})

    for ident, (name, place) in _places().items():
        thread(ident).update(name=name, at=place)
    for known in threading.enumerate():
        if known.ident is None:
            continue
        if isinstance(known, threading._DummyThread):
            thread(known.ident)["nativeId"] = known.native_id
            continue
        owner = "core" if known is threading.main_thread() else "python"
        thread(known.ident).update(name=known.name, nativeId=known.native_id, daemon=known.daemon, owner=owner)
    for ident, native, busy in _in_parts(members, 3):
        if ident:
            thread(ident).update(owner="pool", nativeId=native or None, inside=bool(busy))
    for number, _, presence, _, ident, native, _, _, _ in _in_parts(environments, 9):
        if ident:
            # Lowest bit: inside; above it: how often JavaScript runs on top of Python.
            inside = None if presence > 1 and not presence & 1 else bool(presence)
            thread(ident).update(owner="environment", environment=number, nativeId=native or None, inside=inside)
    of_environments = {one["environment"]: one for one in threads.values() if "environment" in one}
    for ident, environment, kind, other, name in reversed(waits):
        one = of_environments.get(environment) if environment else threads.get(ident)
        if one is not None:
            one["waits"] = (kind, other, name)
    return list(threads.values())


def _places():
    """By thread: its name as far as that is known here, and where it is, without the core's own frames."""
    import sys

    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return _places_of_stopped_threads()
    # Nobody else runs Python code meanwhile, so frames stay what they are.
    places = {}
    for ident, frame in sys._current_frames().items():
        while frame is not None and frame.f_code.co_filename.startswith(_OWN_FILES):
            frame = frame.f_back
        place = None
        if frame is not None:
            code = frame.f_code
            place = "%s:%s %s" % (code.co_filename, frame.f_lineno, getattr(code, "co_qualname", code.co_name))
        places[ident] = (None, place)
    return places


def _places_of_stopped_threads():
    """Without a GIL, frames of a thread that runs are not to be touched. faulthandler stops all threads while it reads."""
    import faulthandler
    import os
    import re

    # Not a pipe, which may be full: nobody would empty it.
    path = None
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("nogil")
    else:
        import tempfile

        descriptor, path = tempfile.mkstemp()
    try:
        faulthandler.dump_traceback(descriptor, all_threads=True)
        os.lseek(descriptor, 0, os.SEEK_SET)
        with open(descriptor, encoding="utf-8", errors="replace", closefd=False) as file:
            lines = file.read().split("\n")
    finally:
        os.close(descriptor)
        if path is not None:
            os.unlink(path)
    head = re.compile(r"(?:Current thread|Thread) 0x([0-9a-f]+)(?: \[(.*)\])?.* \(most recent call first\):$")
    frame = re.compile(r'  File "(.*)", line (\d+|\?\?\?) in (.*)$')
    places = {}
    ident = None
    for line in lines:
        found = head.match(line)
        if found:
            ident = int(found[1], 16)
            places[ident] = (found[2], None)
            continue
        found = frame.match(line)
        if found and ident is not None and not found[1].startswith(_OWN_FILES):
            places[ident] = (places[ident][0], "%s:%s %s" % found.groups())
            ident = None
    return places


_collections = None


def _collector_figures():
    import gc

    return {
        "enabled": gc.isenabled(),
        "generations": [
            {key: one.get(key, 0) for key in ("collections", "collected", "uncollectable")} for one in gc.get_stats()
        ],
        "times": None if _collections is None else _collections.figures(),
    }


class _Collections:
    """How long the garbage collector took, since somebody asked for it."""

    def __init__(self):
        import time

        self.clock = time.perf_counter
        self.begun = None
        self.count = 0
        self.total = self.longest = 0.0

    def __call__(self, phase, info):
        # One collection at a time, in all threads: nobody else is here.
        now = self.clock()
        if phase == "start":
            self.begun = now
        elif self.begun is not None:
            took = now - self.begun
            self.begun = None
            self.count += 1
            self.total += took
            self.longest = max(self.longest, took)

    def figures(self):
        return {"count": self.count, "total": self.total * 1000, "longest": self.longest * 1000}


def time_collections():
    """From now on, for all threads."""
    global _collections
    import gc

    with _unraisable_lock:
        if _collections is None:
            _collections = _Collections()
            gc.callbacks.append(_collections)


def callable_name(function):
    """For people. Never raises an Exception."""
    try:
        name = getattr(function, "__qualname__", None) or type(function).__qualname__
        module = getattr(function, "__module__", None)
        return "%s.%s" % (module, name) if isinstance(module, str) and module != "builtins" else str(name)
    except Exception as error:
        return "<a %s, whose name raised %s>" % (type(function).__name__, type(error).__name__)
