"""Standard streams of each JavaScript thread: which one `sys.stdout` and its like are for the code that uses them.

sys.stdout is one object for the process. Where JavaScript redirects it for the first time, a `_RoutedStream` takes its
place, which asks at each use on whose behalf the code runs: a JavaScript thread is itself; other threads inherit it
with their context (a job of the pool has its caller's; a thread has its starter's where Python copies contexts); who
has none belongs to the oldest JavaScript thread there is, as in `import js`.
"""

import contextvars
import io
import sys
import threading


class _Streams:
    """What one JavaScript thread has redirected, latest first. Only that thread changes it, until it ends."""

    __slots__ = ("stdin", "stdout", "stderr", "ended")

    def __init__(self):
        self.stdin = self.stdout = self.stderr = ()
        self.ended = False


class _StreamsHere(threading.local):
    streams = None


_streams_here = _StreamsHere()
_streams_inherited = contextvars.ContextVar("nogil_streams", default=None)
# Re-entrant: a collection runs finalizers, which may print, wherever memory is asked for.
_streams_lock = threading.RLock()
_streams_all = {}  # by the number of the environment, oldest first; under the lock
_streams_oldest = None


def _streams_current():
    """Those of the JavaScript thread on whose behalf this code runs; None where there is no such thread."""
    streams = _streams_here.streams
    if streams is None or streams.ended:
        streams = _streams_inherited.get()
        if streams is None or streams.ended:
            streams = _streams_oldest
    return streams


def _stream_redirect(name):
    """The redirect that is in force for this code, or None."""
    streams = _streams_current()
    if streams is not None:
        for redirect in getattr(streams, name):
            # What its function prints itself goes to the one below, or it would call itself for ever.
            if not (redirect.busy and streams is _streams_here.streams):
                return redirect
    return None


class _NoStream(io.TextIOBase):
    """What is below where Python has no such stream (sys.stdout is None): as with print(), nothing happens."""

    def readable(self):
        return True

    def writable(self):
        return True

    def write(self, text):
        return len(text)

    def read(self, size=-1):
        return ""

    def readline(self, size=-1):
        return ""


class _RoutedStream(io.TextIOBase):
    """sys.stdout, sys.stderr or sys.stdin: everything is that of the stream that this code has at the moment."""

    def __init__(self, name, original):
        self._name = name
        self._original = original

    def _target(self):
        redirect = _stream_redirect(self._name)
        return self._original if redirect is None else redirect.stream

    def write(self, text):
        return self._target().write(text)

    def __getattr__(self, name):
        return getattr(self._target(), name)

    def __del__(self):
        pass  # that of the base class would close whatever is below

    def __repr__(self):
        return "<nogil: sys.%s, at the moment %r>" % (self._name, self._target())


def _route_members():
    """What io.TextIOBase has and __getattr__ is therefore not asked for."""

    def forward(name):
        def method(self, *values, **named):
            return getattr(self._target(), name)(*values, **named)

        method.__name__ = name
        return method

    def read(name):
        return property(lambda self: getattr(self._target(), name))

    for name in (
        "__enter__ __exit__ __iter__ __next__ close detach fileno flush isatty read readable readline readlines seek "
        "seekable tell truncate writable writelines"
    ).split():
        setattr(_RoutedStream, name, forward(name))
    for name in ("closed", "encoding", "errors", "newlines"):
        setattr(_RoutedStream, name, read(name))


_route_members()


def _route_stream(name):
    """Makes sys.<name> one that is routed. Somebody's own that is there, for a test perhaps, is then the one below."""
    with _streams_lock:
        present = getattr(sys, name)
        if type(present) is not _RoutedStream:
            setattr(sys, name, _RoutedStream(name, _NoStream() if present is None else present))


def _redirect_stream(name, redirect):
    streams = _streams_here.streams
    _watch_stream_forks()
    _route_stream(name)
    setattr(streams, name, (redirect, *getattr(streams, name)))


def _unredirect_stream(name, redirect):
    """Whether it was in force, or below another that was."""
    streams = redirect.streams
    present = getattr(streams, name)
    rest = tuple(one for one in present if one is not redirect)
    setattr(streams, name, rest)
    return len(rest) < len(present)


def streams_enter(number):
    """A JavaScript thread is there. On that thread."""
    global _streams_oldest
    streams = _Streams()
    _streams_here.streams = streams
    # For good, in this thread's own context: what copies that inherits it.
    _streams_inherited.set(streams)
    with _streams_lock:
        _streams_all[number] = streams
        _streams_oldest = next(iter(_streams_all.values()))


def streams_leave(number):
    """It ends, and its JavaScript cannot be called any more. On that thread."""
    global _streams_oldest
    with _streams_lock:
        streams = _streams_all.pop(number, None)
        _streams_oldest = next(iter(_streams_all.values()), None)
    if streams is not None:
        _end_streams(streams)


def streams_close():
    """Python ends: nobody serves JavaScript any more. What is held is written out, and all is as it was at first."""
    global _streams_oldest
    with _streams_lock:
        every = list(_streams_all.values())
        _streams_all.clear()
        _streams_oldest = None
    for streams in every:
        _end_streams(streams)


def _end_streams(streams):
    streams.ended = True
    redirects = streams.stdout + streams.stderr
    streams.stdin = streams.stdout = streams.stderr = ()
    for redirect in redirects:
        try:
            redirect.abandon()
        except Exception:  # the stream below is closed, or a broken pipe: nobody is left to tell
            continue


_stream_forks_watched = False


def _watch_stream_forks():
    """In a forked child there is no JavaScript. What was held is the parent's to write."""
    global _stream_forks_watched
    import os

    if _stream_forks_watched or not hasattr(os, "register_at_fork"):
        return
    _stream_forks_watched = True
    os.register_at_fork(after_in_child=_forget_streams)


def _forget_streams():
    global _streams_oldest, _streams_lock
    _streams_lock = threading.RLock()  # the other may be a thread's that is not here
    _streams_oldest = None
    for streams in list(_streams_all.values()):
        streams.ended = True
        streams.stdin = streams.stdout = streams.stderr = ()
    _streams_all.clear()
