"""What Python prints, on its way to JavaScript."""

import io
import threading
from _collections import deque


def _unfinished(data):
    """How many bytes at the end are the beginning of a character."""
    for back in range(1, min(len(data), 3) + 1):
        byte = data[-back]
        if byte < 0x80:
            return 0
        if byte >= 0xC0:
            size = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if back < size else 0
    return 0


def _output_text(data):
    """As text, losing nothing: lone surrogates survive, and bytes that are no text become surrogates."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape")


def _write_bytes(stream, data):
    """Into a text stream, behind what was written there."""
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(_output_text(data))
    elif isinstance(buffer, _OutputRedirect):
        buffer.write(data)
    else:
        stream.flush()
        buffer.write(data)
        buffer.flush()


class _Held:
    """What one thread has written of a line that is not complete: lines of several threads do not mix."""

    __slots__ = ("pieces", "size")

    def __init__(self):
        self.pieces = []
        self.size = 0

    def take(self, data=b""):
        data = b"".join((*self.pieces, data))
        self.pieces.clear()
        self.size = 0
        return data

    def keep(self, data):
        if data:
            self.pieces.append(data)
            self.size += len(data)


class _HeldHere(threading.local):
    held = None


class _ThreadsEnd:
    """Dropped with the thread: nobody else will complete its line."""

    def __init__(self, redirect, held):
        import weakref

        self._redirect = weakref.ref(redirect)
        self._held = held

    def __del__(self):
        redirect = self._redirect()
        if redirect is not None:
            redirect.finish(self._held)


class _OutputRedirect(io.RawIOBase):
    """Where the bytes of a redirected sys.stdout go. `stream` is the text stream on top, which holds nothing back.

    On its owner's thread it calls JavaScript at once. What other threads write is queued for that thread, in order for
    each of them, and delivered from its event loop or before what the owner writes next; they never wait.
    """

    # Read by the router: whether the owner is in its JavaScript function.
    busy = False

    def __init__(self, streams, name, function, wake, lines, limit, as_text, terminal):
        self.streams = streams
        self.name = "<%s>" % name
        self.size = None
        self._of = name
        self._function = function
        self._wake = wake
        self._lines = lines
        self._limit = limit
        self._as_text = as_text
        self._terminal = terminal
        # Guards what follows; re-entrant for what finalizers print. JavaScript is not called under it.
        self._lock = threading.RLock()
        self._ended = False
        self._woken = False
        self._pending = deque()
        self._failures = []
        self._holders = []
        self._here = _HeldHere()
        errors = "surrogatepass" if as_text else "backslashreplace" if name == "stderr" else "strict"
        self.stream = io.TextIOWrapper(self, "utf-8", errors, newline="\n", write_through=True)
        self.stream.mode = "w"

    def writable(self):
        return True

    def isatty(self):
        return self._terminal

    def fileno(self):
        raise io.UnsupportedOperation("%s goes to JavaScript and has no file descriptor" % self.name)

    # ---- on any thread ---------------------------------------------------------------------------

    def write(self, data):
        if self.closed:
            raise ValueError("I/O operation on closed file %s" % self.name)
        if type(data) is not bytes:
            data = memoryview(data).tobytes()
        if self._function is None and not self._ended:
            return len(data)
        held = self._held()
        with self._lock:
            ended = self._ended
            ready = data if ended else self._cut(held, data)
        if ended:
            self._pass_on(ready)
        elif ready:
            self._deliver(ready)
        return len(data)

    def flush(self):
        held = self._here.held
        if held is not None:
            self.finish(held, False)
        if self._pending and self._is_owner():
            self._deliver(b"")

    def finish(self, held, whole=True):
        """Delivers a line as far as it is there."""
        with self._lock:
            ready = held.take()
            if whole:
                if held in self._holders:
                    self._holders.remove(held)
            elif self._as_text:
                ready = self._keep_unfinished(held, ready)
            ended = self._ended
        if ready and ended:
            self._pass_on(ready)
        elif ready:
            self._deliver(ready)

    def _held(self):
        held = self._here.held
        if held is None:
            held = self._here.held = _Held()
            self._here.end = _ThreadsEnd(self, held)
            with self._lock:
                self._holders.append(held)
        return held

    def _cut(self, held, data):
        """What can go now; the rest is held. Under the lock."""
        if not self._lines:
            return self._keep_unfinished(held, held.take(data)) if self._as_text else data
        end = data.rfind(b"\n") + 1
        if self._limit and held.size + len(data) - end >= self._limit:
            ready = held.take(data)
            return self._keep_unfinished(held, ready) if self._as_text else ready
        if end == 0:
            held.keep(data)
            return b""
        ready = held.take(data[:end])
        held.keep(data[end:])
        return ready

    def _keep_unfinished(self, held, data):
        count = _unfinished(data)
        if count == 0:
            return data
        held.keep(data[-count:])
        return data[:-count]

    def _is_owner(self):
        return _streams_here.streams is self.streams

    def _deliver(self, data):
        if self._is_owner() and not self._ended:
            self._drain()
            if self._failures:
                self._ring()
            if data:
                self._send(data)
            return
        with self._lock:
            ended = self._ended
            if not ended:
                self._pending.append(data)
        if ended:
            self._pass_on(data)
        elif not self._ring():
            self.abandon()

    def _ring(self):
        """Has its owner fetch what there is. False when that has ended."""
        with self._lock:
            if self._woken:
                return True
            self._woken = True
        return _post(self._wake, self.deliver_pending)

    def _pass_on(self, data):
        """It is in force no more, but somebody has kept it, or it ends: to what is in force now."""
        redirect = _stream_redirect(self._of)
        if redirect is not None:
            redirect.write(data)
            return
        routed = getattr(sys, self._of)
        _write_bytes(routed._original if type(routed) is _RoutedStream else routed, data)

    def abandon(self):
        """Its JavaScript cannot be called any more."""
        data = self._end()
        if data:
            self._pass_on(data)

    def _end(self):
        """Takes it out of force; what it still had."""
        _unredirect_stream(self._of, self)
        with self._lock:
            self._ended = True
            data = [*self._pending, *(held.take() for held in self._holders)]
            self._pending.clear()
            self._holders.clear()
        return b"".join(data)

    # ---- on its owner's thread -------------------------------------------------------------------

    def _send(self, data):
        text = _output_text(data) if self._as_text else data.decode("latin-1")
        before, self.busy = self.busy, True
        try:
            self._function(text)
        finally:
            self.busy = before

    def _drain(self):
        while self._pending:
            with self._lock:
                data = self._pending.popleft() if self._pending else b""
            try:
                if data:
                    self._send(data)
            except Exception as error:
                self._failures.append(error)  # whoever wrote it is gone

    def deliver_pending(self):
        """Called from the event loop. What it raises is unraisable."""
        with self._lock:
            self._woken = False
        self._drain()
        if self._failures:
            error = self._failures.pop(0)
            if self._failures:
                self._ring()
            raise error

    def restore(self):
        """What it holds goes to its target first. What that throws is raised when the rest is done."""
        _unredirect_stream(self._of, self)
        with self._lock:
            if self._ended:
                return
        for held in list(self._holders):
            with self._lock:
                data = held.take()
                if data:
                    self._pending.append(data)
        self._drain()
        rest = self._end()  # of threads that have written meanwhile
        if rest and self._function is not None:
            self._pending.append(rest)
            self._drain()
        if self._failures:
            failures, self._failures = self._failures, []
            raise failures[0]


def stream_redirect(name, function, wake, lines, limit, as_text, terminal):
    """Redirects sys.stdout or sys.stderr of this JavaScript thread.

    function: called with text, or with bytes as latin-1 text; None drops everything. wake: a JavaScript function that
    calls its argument. lines: whether incomplete lines are held, up to `limit` bytes; 0: whatever their size.
    """
    redirect = _OutputRedirect(_streams_here.streams, name, function, wake, lines, limit, as_text, terminal)
    _redirect_stream(name, redirect)
    return redirect


def stream_restore(redirect):
    redirect.restore()


def stream_resize(redirect, columns, rows):
    """What os.get_terminal_size() answers; there is no descriptor that could be asked."""
    redirect.size = (columns, rows)
    _watch_terminal_size()


def streams_flush():
    """All that other threads, and this one, have written for this JavaScript thread. On that thread."""
    streams = _streams_here.streams
    for redirect in streams.stdout + streams.stderr:
        for held in list(redirect._holders):
            redirect.finish(held, False)
        redirect.flush()


_terminal_size_watched = False


def _watch_terminal_size():
    """shutil.get_terminal_size(), and with it argparse and others, asks for descriptor 1 whatever sys.stdout is."""
    global _terminal_size_watched
    import functools
    import os

    with _streams_lock:
        if _terminal_size_watched:
            return
        _terminal_size_watched = True
    original = os.get_terminal_size

    @functools.wraps(original)
    def get_terminal_size(*values):
        fd = values[0] if values else 1
        name = {1: "stdout", 2: "stderr"}.get(fd) if type(fd) is int else None
        redirect = None if name is None else _stream_redirect(name)
        size = None if redirect is None else redirect.size
        return original(*values) if size is None else os.terminal_size(size)

    os.get_terminal_size = get_terminal_size
