"""Python's own standard streams, where JavaScript writes to the same pipe or file."""

import io
import os
import sys


_file_write = io.FileIO.write


class _ProcessFile(io.FileIO):
    """The descriptor of sys.stdout or sys.stderr.

    The host makes pipes non-blocking, and with them those of Python, as the flag is the pipe's. Python's own classes
    then lose what does not fit into the pipe, without a word. This one waits for room, detached.
    """

    def write(self, data):
        done = _file_write(self, data)
        if done == len(data):
            return done
        done = done or 0
        view = memoryview(data).cast("B")
        while done < len(view):
            written = _file_write(self, view[done:])
            if written is None:
                self._await_room()
            else:
                done += written
        return done

    def _await_room(self):
        import select

        poll = select.poll()
        poll.register(self.fileno(), select.POLLOUT)
        poll.poll()


def _share_stream(name):
    """Writes a line when it is complete, so that lines of both languages come in the order in which they were written."""
    stream = getattr(sys, name)
    if type(stream) is not io.TextIOWrapper:
        return
    if os.name == "nt":  # pipes are blocking there
        stream.reconfigure(line_buffering=True)
        return
    stream.flush()  # what .pth files have printed
    file = _ProcessFile(stream.fileno(), "w", closefd=False)
    file.name = stream.name
    # Without a buffer where PYTHONUNBUFFERED says so.
    below = file if isinstance(stream.buffer, io.RawIOBase) else io.BufferedWriter(file)
    shared = io.TextIOWrapper(
        below,
        stream.encoding,
        stream.errors,
        newline="\n",
        line_buffering=True,
        write_through=stream.write_through,
    )
    shared.mode = stream.mode
    setattr(sys, name, shared)
    setattr(sys, "__%s__" % name, shared)


_share_stream("stdout")
_share_stream("stderr")
