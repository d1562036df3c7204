"""What JavaScript gives Python to read."""

import io


class _InputRedirect(io.RawIOBase):
    """Where the bytes of a redirected sys.stdin come from. `stream` is the text stream on top."""

    # Read by the router: what its function reads itself comes from the one below.
    busy = False

    def __init__(self, streams, function, terminal):
        self.streams = streams
        self.name = "<stdin>"
        self._function = function
        self._terminal = terminal
        self._rest = memoryview(b"")
        self.stream = io.TextIOWrapper(io.BufferedReader(self), "utf-8", "surrogatepass", newline="\n")
        self.stream.mode = "r"

    def readable(self):
        return True

    def isatty(self):
        return self._terminal

    def fileno(self):
        raise io.UnsupportedOperation("<stdin> comes from JavaScript and has no file descriptor")

    def readinto(self, buffer):
        if not self._rest:
            self._rest = memoryview(self._fetch())
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _fetch(self):
        owner = _streams_here.streams is self.streams
        if owner:
            before, self.busy = self.busy, True
        try:
            given = self._function()
        finally:
            if owner:
                self.busy = before
        if given is None:
            return b""
        # Bytes come as latin-1 text in a list.
        return given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given[0].encode("latin-1")

    def restore(self):
        _unredirect_stream("stdin", self)


def stream_redirect_input(function, terminal):
    """Redirects sys.stdin of this JavaScript thread. function: the next text, bytes or None for the end."""
    redirect = _InputRedirect(_streams_here.streams, function, terminal)
    _redirect_stream("stdin", redirect)
    return redirect
