"""Running code of both languages."""

import functools
import inspect

from _pyodide._base import CodeRunner, eval_code, eval_code_async, find_imports, should_quiet
from _pyodide_core import _root


def run_js(code, /):
    """Runs JavaScript in the global scope; the value of its last statement."""
    if not isinstance(code, str):
        raise TypeError("argument should have type 'string' not type '%s'" % type(code).__name__)
    return _root.__operate__("evaluate", code)


def _plan(function):
    """(how many positional arguments it takes, or None; names of the others, or None; the signature)."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        raise TypeError("Cannot wrap function") from None
    count = 0
    names = set()
    kinds = inspect.Parameter
    for parameter in signature.parameters.values():
        if parameter.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD):
            if count is not None:
                count += 1
        if parameter.kind == kinds.VAR_POSITIONAL:
            count = None
        if parameter.kind in (kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY):
            if names is not None:
                names.add(parameter.name)
        if parameter.kind == kinds.VAR_KEYWORD:
            names = None
    return count, names, signature


def relaxed_wrap(func, /):
    """A function that leaves out arguments that `func` does not take."""
    count, names, signature = _plan(func)

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        if count is not None:
            args = args[:count]
        if names is not None:
            kwargs = {name: value for name, value in kwargs.items() if name in names}
        bound = signature.bind(*args, **kwargs)
        return func(*bound.args, **bound.kwargs)

    return wrapper


def relaxed_call(func, /, *args, **kwargs):
    """Calls `func` without the arguments that it does not take."""
    try:
        inspect.signature(func)
    except (TypeError, ValueError):
        return func(*args, **kwargs)  # nobody knows what it takes
    return relaxed_wrap(func)(*args, **kwargs)


__all__ = [
    "CodeRunner",
    "eval_code",
    "eval_code_async",
    "find_imports",
    "relaxed_call",
    "relaxed_wrap",
    "run_js",
    "should_quiet",
]
