"""How Python's threads call JavaScript functions: with a bound, or without waiting."""

import sys
import threading


def _frames_of(thread):
    """What a thread does in Python, the innermost frame last; empty where it does nothing there."""
    import traceback

    frame = sys._current_frames().get(thread)
    return [] if frame is None else list(traceback.extract_stack(frame))


def no_answer_error(environment, thread, milliseconds, begun):
    """What a thread raises that has waited long enough."""
    me = threading.current_thread().name
    if begun:
        return TimeoutError(
            "the JavaScript function that thread %r called did not return within its timeout of %d ms; it still runs "
            "(environment %d), and what it answers is dropped" % (me, milliseconds, environment)
        )
    stack = _frames_of(thread)
    if stack:
        last = stack[-1]
        doing = "is in Python, in %s (%s, line %s)" % (last.name, last.filename, last.lineno)
        advice = (
            "it probably waits for this thread: let it wait in a way that turns its event loop (await), or call the "
            "function without waiting (python.callback(f, { wait: false }))"
        )
    else:
        doing = "runs JavaScript that does not return to its event loop"
        advice = "let it return to its event loop"
    error = DeadlockError(
        "thread %r has waited %d ms for the JavaScript thread of environment %d to begin with its call, but that one "
        "%s: %s. Where it only computes for long, raise python.start({ callbackTimeout })"
        % (me, milliseconds, environment, doing, advice)
    )
    error.environment = environment
    error.waited = milliseconds / 1000
    error.owner = stack
    return error


class _Callback:
    """A JavaScript function, and how it is called."""

    __slots__ = ("_function", "__weakref__")

    def __init__(self, function):
        self._function = function

    @property
    def __wrapped__(self):
        return self._function

    @property
    def __name__(self):
        return self._function.__name__


class BoundedCallback(_Callback):
    """A call that raises TimeoutError, or DeadlockError where it was not even begun."""

    __slots__ = ("_milliseconds",)

    def __init__(self, function, milliseconds):
        super().__init__(function)
        self._milliseconds = milliseconds

    def __call__(self, *values, **named):
        return _call_within(self._milliseconds, self._function, *values, **named)  # noqa: F821


class PostedCallback(_Callback):
    """A call that nobody waits for."""

    __slots__ = ("_limit", "_waiting", "_lock")

    def __init__(self, function, limit):
        super().__init__(function)
        self._limit = limit
        self._waiting = 0
        # Re-entrant: a collection runs finalizers, which may call this, wherever memory is asked for.
        self._lock = threading.RLock()

    def _begun(self):
        """JavaScript took one out of the queue."""
        with self._lock:
            self._waiting -= 1

    def __call__(self, *values):
        if self._limit is None:
            accepted = _post(self._function, *values)  # noqa: F821: of dispatch_post.c
        else:
            # Under the lock, or two threads would both get the last place. Posting never waits.
            with self._lock:
                if self._waiting >= self._limit:
                    import queue

                    raise queue.Full(
                        "%d calls of this JavaScript function wait already: its thread does not keep up. Call "
                        "again later, or raise `queue` of python.callback" % self._waiting
                    )
                accepted = _post(self._function, self._begun, *values)  # noqa: F821
                self._waiting += accepted
        if not accepted:
            raise JavaScriptError("the JavaScript thread that this function belongs to has ended")
