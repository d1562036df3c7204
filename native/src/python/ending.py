"""The end of Python."""

import sys
import threading  # here, so that it takes the core's thread for the main one, not a worker


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


def flush():
    """Writes out what the standard streams hold. A stream that cannot be written is not our failure."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # closed, None, or a broken pipe: nobody is left to tell
            continue


def run_exit_callbacks():
    """The atexit callbacks, for an exit at which Python cannot be finalized."""
    import atexit

    atexit._run_exitfuncs()
