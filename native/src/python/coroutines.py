"""Coroutines that JavaScript drops: Python's warning that they were never awaited says where they came from."""

import threading
import types
import warnings

# Of each thread, while it drops coroutines of JavaScript's: where those came to JavaScript, by id().
_dropping = threading.local()
# What was warned of, as `warnings` keeps it for each module: the same coroutine from the same place is told once.
_dropped_registry = {}
_warn_plainly = None


def coroutine_dropping(coroutine, filename, line, stack):
    """JavaScript is about to drop it, on this thread. coroutines_dropped() comes after that.

    filename, line: the place in JavaScript where it came from.
    stack: the same with all that led there, as lines.
    """
    if type(coroutine) is not types.CoroutineType or coroutine.cr_frame is None or coroutine.cr_await is not None:
        return  # another's, or it was run: Python will say nothing of it
    _hook_warnings()
    try:
        places = _dropping.places
    except AttributeError:
        places = _dropping.places = {}
    places[id(coroutine)] = filename, line, stack


def coroutines_dropped():
    """What is still there belongs to Python as well; and its id() may be another's before long."""
    places = getattr(_dropping, "places", None)
    if places is not None:
        places.clear()


def _hook_warnings():
    """CPython asks `warnings` for this function each time; what a debugger has put there is called as before."""
    global _warn_plainly
    present = getattr(warnings, "_warn_unawaited_coroutine", None)
    if present is not None and present is not _warn_unawaited:
        _warn_plainly = present
        warnings._warn_unawaited_coroutine = _warn_unawaited


def _warn_unawaited(coroutine):
    """In place of the function of `warnings` that the finalizer of a coroutine calls."""
    places = getattr(_dropping, "places", None)
    place = None if places is None else places.pop(id(coroutine), None)
    if place is None:
        _warn_plainly(coroutine)
        return
    filename, line, stack = place
    parts = [
        "coroutine '%s' was never awaited" % coroutine.__qualname__,
        "Coroutine came to JavaScript at (most recent call first)",
        stack,
    ]
    if coroutine.cr_origin:
        import traceback

        parts.append("Coroutine created at (most recent call last)")
        parts.extend(traceback.format_list(_origin_of(coroutine)))
    text = "\n".join(part.rstrip("\n") for part in parts)
    warnings.warn_explicit(text, RuntimeWarning, filename, line, registry=_dropped_registry, source=coroutine)


def _origin_of(coroutine):
    """As traceback.format_list() takes it; sys.set_coroutine_origin_tracking_depth() asks for it."""
    import linecache

    return [
        (filename, line, name, linecache.getline(filename, line))
        for filename, line, name in reversed(coroutine.cr_origin)
    ]
