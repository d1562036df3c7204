"""Exceptions: those of the core, and what JavaScript wants to know of any."""

import builtins


class JavaScriptError(RuntimeError):
    """A JavaScript function threw, or cannot be reached any more.

    stack: the JavaScript stack as text; None where there is none.
    """

    __module__ = "nogil"

    def __init__(self, message, stack=None):
        super().__init__(message)
        self._stack = stack

    @property
    def stack(self):
        return self._stack

    def __reduce__(self):
        """Elsewhere there is no JavaScript: only the text gets there."""
        return RuntimeError, (type(self).__name__ + ": " + str(self),)


class JsException(JavaScriptError):
    """What JavaScript threw, or an Error that was passed as a value. Passed or raised on to JavaScript it is that
    very value again.

    name: the name of the Error; "thrown" for other values. message: its text.
    """

    __module__ = "nogil"

    # The JavaScript object that has the value, or is it; None where Python made the exception.
    _carrier = None
    # Whether it is an Error: those are this exception also as a value, other values only when thrown.
    _is_error = False
    # Whether the carrier only has the value: what is no object cannot be referred to.
    _is_held = False
    _notes = None
    name = message = None

    @property
    def value(self):
        """What was thrown."""
        if self._is_held:
            return _js_value(self._carrier)
        return self._carrier

    @property
    def stack(self):
        """The JavaScript stack as text; None where there is none. Asked of JavaScript when it is first read."""
        if self._stack is None and self._carrier is not None:
            try:
                self._stack = self._carrier.__operate__(JS_GET, "stack")  # noqa: F821: of constants.py
            except Exception as error:  # its thread has ended, or a getter threw
                self._stack = "<the stack could not be read: %s>" % type(error).__name__
        return self._stack if isinstance(self._stack, str) else None

    @stack.setter
    def stack(self, text):
        self._stack = text

    @property
    def __notes__(self):
        """Where Python shows the exception it shows the JavaScript stack, too (3.11 and newer)."""
        if self._notes is None:
            self._notes = []
            frames = [line for line in (self.stack or "").split("\n") if line.startswith("    at ")]
            if frames:
                self._notes.append("\n".join(["JavaScript, most recent call first:", *frames]))
        return self._notes

    @__notes__.setter
    def __notes__(self, notes):
        self._notes = notes


class DeadlockError(RuntimeError):
    """A thread called a JavaScript function, and the JavaScript thread that it belongs to did not begin with it in time:
    most likely that one waits for the caller.

    environment: the number of the JavaScript thread. waited: in seconds. owner: the stack of what the JavaScript
    thread does in Python, the innermost frame last; empty where it runs no Python.
    """

    __module__ = "nogil"

    environment = waited = None
    owner = ()


class Interrupted(KeyboardInterrupt):
    """Raised in Python code whose caller waits no longer: its time is up, or its signal was aborted.

    No Exception, so that `except Exception` does not swallow it. Code that does swallow it meets it again.
    """

    __module__ = "nogil"


class EnvironmentEnded(BaseException):
    """The JavaScript thread on which this code runs is being terminated: unwind.

    Not an Exception, as KeyboardInterrupt is none: code that goes on after errors must not go on now.
    """


def _type_name(cls):
    module = getattr(cls, "__module__", None)
    name = getattr(cls, "__qualname__", None) or cls.__name__
    if not isinstance(module, str) or module in ("builtins", "__main__"):
        return name
    return module + "." + name


_LONGEST_TEXT = 1 << 24
_OWN_FILES = "<nogil/"  # as compiled by bootstrap.c


def _readable(text):
    """What a person may want to see of a text: JavaScript's strings have a limit."""
    if len(text) <= _LONGEST_TEXT:
        return text
    return text[:_LONGEST_TEXT] + "... (%d characters in all)" % len(text)


def _shown(entry):
    """From the first frame on that is not the core's own: those come before the code that was run."""
    while entry is not None and entry.tb_frame.f_code.co_filename.startswith(_OWN_FILES):
        entry = entry.tb_next
    return entry


def exception_message(error):
    """Never raises for an exception whose own methods do."""
    try:
        return _readable(str.__str__(str(error)))
    except BaseException as inner:
        return "<str() of the exception raised " + type(inner).__name__ + ">"


def exception_traceback(error):
    """As Python prints it, with causes, notes and groups."""
    import traceback

    try:
        parts = traceback.format_exception(type(error), error, _shown(_traceback_of(error)))
        return _readable("".join(parts))
    except BaseException as inner:
        text = _type_name(type(error)) + ": " + exception_message(error)
        return text + "\n<the traceback could not be formatted: " + type(inner).__name__ + ">\n"


def _one_line(text):
    return " ".join(str(text).split("\n"))


def exception_frames(error):
    """One frame a line, the innermost first; an empty line; the notes."""
    lines = []
    entry = _shown(_traceback_of(error))
    while entry is not None:
        code = entry.tb_frame.f_code
        name = getattr(code, "co_qualname", code.co_name)
        place = "%s:%s" % (code.co_filename, entry.tb_lineno)
        lines.append(_one_line("    at " + name + " (" + place + ")"))
        entry = entry.tb_next
    lines.reverse()
    notes = getattr(error, "__notes__", None)
    if isinstance(notes, list) and notes:
        lines.append("")
        lines.extend(note for note in notes if isinstance(note, str))
    return _readable("\n".join(lines))


def exception_depth(error):
    """How many frames exception_frames() tells."""
    count = 0
    entry = _shown(_traceback_of(error))
    while entry is not None:
        count += 1
        entry = entry.tb_next
    return count


# Past what a class may have put in their place.
_cause_of, _context_of, _suppresses_context, _traceback_of = (
    BaseException.__dict__[name].__get__
    for name in ("__cause__", "__context__", "__suppress_context__", "__traceback__")
)


def exception_cause(error):
    """What is shown as the cause; the exception itself where there is none."""
    cause = _cause_of(error)
    if cause is None and not _suppresses_context(error):
        cause = _context_of(error)
    return error if cause is None else cause


def exception_member(group, index):
    return group.exceptions[index]


def exception_count(group):
    return len(group.exceptions)


exception_type = type


def exception_class(cls):
    """(type with its module, name, is builtin, is group, number of the rest, exception classes it derives from)"""
    rest = [base for base in cls.__mro__[1:] if issubclass(base, BaseException)]
    heap = bool(cls.__flags__ & 1 << 9)
    group = "BaseExceptionGroup" in vars(builtins) and issubclass(cls, BaseExceptionGroup)
    name = type.__dict__["__name__"].__get__(cls)
    return (_type_name(cls), name, not heap, group, len(rest), *rest)


def builtin_exception(name):
    """The builtin exception class of that name, or None."""
    found = vars(builtins).get(name)
    if isinstance(found, type) and issubclass(found, BaseException):
        return found
    return None


def builtin_exceptions():
    return "\n".join(name for name in vars(builtins) if builtin_exception(name))


def checked_exception_class(cls):
    if isinstance(cls, type) and issubclass(cls, BaseException):
        return cls
    raise TypeError("python.errors.of() takes a class derived from BaseException, not %r" % (cls,))


def address_of(value):
    return id(value)


def same(value):
    return value


_js_exceptions = None  # by the id of what carries the value, which the exception keeps


def js_exception(carrier, is_error, is_held, name, message, stack):
    """The exception for a value of JavaScript's: the same one while it lives, for the same object."""
    global _js_exceptions
    if _js_exceptions is None:
        import weakref

        _js_exceptions = weakref.WeakValueDictionary()
    known = _js_exceptions.get(id(carrier))
    if known is not None and known._carrier is carrier:
        return known
    error = JsException(name + ": " + message if message else name, stack)
    error._carrier = carrier
    error._is_error = is_error
    error._is_held = is_held
    error.name = name
    error.message = message
    _js_exceptions[id(carrier)] = error
    return error


def _js_value(carrier):
    return carrier.__operate__(JS_GET, "value")  # noqa: F821: of constants.py


def is_exception(value):
    return isinstance(value, BaseException)
