"""Standard streams that JavaScript handles."""

import io
import sys


class _Writer(io.TextIOBase):
    def __init__(self, options):
        self._batched = getattr(options, "batched", None)
        self._write = getattr(options, "write", None)
        self._raw = getattr(options, "raw", None)
        self._terminal = bool(getattr(options, "isatty", False))
        self._line = ""

    encoding = "utf-8"

    def writable(self):
        return True

    def isatty(self):
        return self._terminal

    def write(self, text):
        if self._batched is not None:
            *lines, self._line = (self._line + text).split("\n")
            for line in lines:
                self._batched(line)
        elif self._raw is not None:
            for byte in text.encode():
                self._raw(byte)
        elif self._write is not None:
            from pyodide.ffi import to_js

            self._write(to_js(text.encode()))
        return len(text)

    def flush(self):
        if self._line and self._batched is not None and self._terminal:
            self._batched(self._line)
            self._line = ""


class _Reader(io.TextIOBase):
    def __init__(self, options):
        self._read = getattr(options, "stdin", None)
        self._ended = getattr(options, "autoEOF", True)
        self._rest = ""
        if getattr(options, "error", False):
            self._read = None

    def readable(self):
        return True

    def _more(self):
        if self._read is None:
            raise OSError(29, "I/O error")
        text = self._read()
        if text is None or type(text).__name__ == "JsNull":
            return ""
        if not isinstance(text, str):
            return bytes(text.to_bytes()).decode()
        return text if text.endswith("\n") else text + "\n"

    def readline(self, size=-1):
        if not self._rest:
            self._rest = self._more()
        line, mark, self._rest = self._rest.partition("\n")
        return line + mark

    def read(self, size=-1):
        parts = []
        while True:
            line = self.readline()
            if not line:
                return "".join(parts)
            parts.append(line)


def set_stream(name, options):
    if options is None:
        setattr(sys, name, getattr(sys, "__%s__" % name))
    else:
        setattr(sys, name, _Writer(options))


def set_stdin(options):
    sys.stdin = sys.__stdin__ if options is None else _Reader(options)
