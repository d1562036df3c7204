"""Exceptions: those of the core, and what JavaScript wants to know of any."""

import builtins


class JavaScriptError(RuntimeError):
    """A JavaScript function threw, or cannot be reached any more.

    stack: the JavaScript stack as text; None where there is none.
    """

    def __init__(self, message, stack=None):
        super().__init__(message)
        self.stack = stack


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
    """What is shown as the cause, or None."""
    cause = _cause_of(error)
    if cause is not None:
        return cause
    return None if _suppresses_context(error) else _context_of(error)


def exception_members(group):
    return tuple(group.exceptions)


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


def js_exception(name, message, stack):
    return JavaScriptError(name + ": " + message, stack)
