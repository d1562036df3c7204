"""The end of Python."""

import sys
import threading  # here, so that it takes the core's thread for the main one, not a worker
import time


def may_finalize():
    """Whether Py_FinalizeEx would come back, and nobody would touch what it frees.

    It waits without bound for non-daemon threads and for the workers of executors, and before 3.12
    daemon threads may touch what it has freed. A thread started from a JavaScript thread is a daemon by
    default, so that word says nothing: no thread of Python's may be left. The dummies stand for threads
    that Python did not start, which the gate keeps out.
    """
    main = threading.main_thread()
    return not any(
        thread.is_alive() and thread is not main and not isinstance(thread, threading._DummyThread)
        for thread in threading.enumerate()
    )


def end_threads(milliseconds):
    """Gives executors, and threads that are no daemons, this long to come to their end.

    Py_FinalizeEx does the same first of all, without bound. Executors learn by it that there is no more to come:
    without it, one that idles would keep Python from being finalized.
    """
    waiter = threading.Thread(target=_end_threads, name="nogil: end", daemon=True)
    try:
        waiter.start()
    except RuntimeError:  # no thread is to be had
        return
    waiter.join(milliseconds / 1000)


def _end_threads():
    # Not threading._shutdown: before 3.13 it waits for the main thread when another one calls it.
    callbacks = getattr(threading, "_threading_atexits", [])
    while callbacks:
        callbacks.pop()()  # taken away, or Py_FinalizeEx would call it again
    main, own = threading.main_thread(), threading.current_thread()
    while others := [t for t in threading.enumerate() if not t.daemon and t is not main and t is not own]:
        for thread in others:
            try:
                thread.join()
            except RuntimeError:  # it is about to start
                time.sleep(0.001)


def flush_standard_streams():
    """Writes out what the standard streams hold. A stream that cannot be written is not our failure."""
    _flush(sys.stdout)
    _flush(sys.stderr)


def flush():
    """Writes out what the standard streams, and then all other files, hold.

    Finalization writes what it frees, but not files that JavaScript still refers to, or a thread that runs on.
    """
    flush_standard_streams()
    for file in _files():
        _flush(file)


def _flush(stream):
    try:
        stream.flush()
    except Exception:  # closed, None, or a broken pipe: nobody is left to tell
        pass


def _files():
    """Everything that is a file. The world stops for it: after the standard streams, which do not need it."""
    import _io
    import gc
    import itertools

    objects = gc.get_objects()
    # In C, and not a question for each: there may be millions. By address: a metaclass may have an __eq__ of its own.
    classes = dict(zip(map(id, map(type, objects)), map(type, objects)))
    of_files = {
        address
        for address, cls in classes.items()
        if any(base is _io._IOBase for base in type.__getattribute__(cls, "__mro__"))
    }
    return list(itertools.compress(objects, map(of_files.__contains__, map(id, map(type, objects)))))


def run_exit_callbacks():
    """The atexit callbacks, also of a Python that cannot be finalized."""
    import atexit

    atexit._run_exitfuncs()
