"""Exceptions: those of the core, and what JavaScript wants to know of any."""


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


def describe_exception(error):
    """(type, message, traceback): never raises for an exception whose own methods do."""
    import traceback

    name = _type_name(type(error))
    try:
        message = str.__str__(str(error))
    except BaseException as inner:
        message = "<str() of the exception raised " + type(inner).__name__ + ">"
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_OWN_FILES):
        frames = frames.tb_next  # our own frames, before those of the code that was run
    try:
        text = "".join(traceback.format_exception(type(error), error, frames))
    except BaseException as inner:
        text = name + ": " + message + "\n<the traceback could not be formatted: "
        text += type(inner).__name__ + ">\n"
    return name, _readable(message), _readable(text)


def js_exception(name, message, stack):
    return JavaScriptError(name + ": " + message, stack)
