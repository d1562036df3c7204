"""Errors that nobody can catch, for JavaScript threads that listen."""

import sys
import threading

_MOST_WAITING = 1000
_LONGEST_REPR = 1000
_unraisable_lock = threading.RLock()  # a collection may run a finalizer, and so a hook, wherever memory is asked for
_unraisable_listeners = []  # weak references: a listener goes with the JavaScript thread that has it
_unraisable_hooks = None


class _UnraisableListener:
    """One JavaScript thread's queue. The bell is a JavaScript object: dropping it calls that thread, without waiting."""

    __slots__ = ("waiting", "dropped", "current", "bell", "watches", "__weakref__")

    def __init__(self):
        self.waiting = []
        self.dropped = 0
        self.current = None
        self.bell = None
        self.watches = False  # and takes nothing away: Python prints all the same

    def put(self, event):
        with _unraisable_lock:
            if len(self.waiting) >= _MOST_WAITING:
                self.dropped += 1
            else:
                self.waiting.append((event, self.dropped))
                self.dropped = 0
            bell, self.bell = self.bell, None
        del bell  # here, and not under the lock


class _UnraisableHooks:
    """What sys and threading call. Somebody may put theirs on top: then this one stays below, and passes on."""

    def __init__(self):
        self.previous = sys.unraisablehook
        self.previous_of_threads = threading.excepthook
        sys.unraisablehook = self.unraisable
        threading.excepthook = self.thread

    def remove(self):
        if sys.unraisablehook == self.unraisable:
            sys.unraisablehook = self.previous
        if threading.excepthook == self.thread:
            threading.excepthook = self.previous_of_threads

    def unraisable(self, args):
        listeners = _living_listeners(self)
        if not listeners:
            self.previous(args)
            return
        message = args.err_msg or "Exception ignored in"
        subject = "" if args.object is None else _short_repr(args.object)
        error = args.exc_type() if args.exc_value is None else args.exc_value
        event = ("unraisable", error, message, subject, threading.current_thread().name)
        for listener in listeners:
            listener.put(event)
        if all(listener.watches for listener in listeners):
            self.previous(args)

    def thread(self, args):
        listeners = _living_listeners(self)
        # Ends a thread and is no error.
        if not listeners or args.exc_type == SystemExit:
            self.previous_of_threads(args)
            return
        error = args.exc_type() if args.exc_value is None else args.exc_value
        name = threading.current_thread().name if args.thread is None else args.thread.name
        event = ("thread", error, "Exception in thread", "", name)
        for listener in listeners:
            listener.put(event)
        if all(listener.watches for listener in listeners):
            self.previous_of_threads(args)


def _living_listeners(hooks):
    """None for hooks that were replaced: another one's have told them."""
    if hooks is not _unraisable_hooks:
        return []
    return [one for one in (reference() for reference in list(_unraisable_listeners)) if one is not None]


def _short_repr(value):
    try:
        text = repr(value)
    except BaseException as error:
        text = "<%s, whose repr() raised %s>" % (type(value).__name__, type(error).__name__)
    return text if len(text) <= _LONGEST_REPR else text[:_LONGEST_REPR] + "..."


def unraisable_tell(error, message, subject):
    """An error that nobody waits for. Whether somebody listens."""
    listeners = _living_listeners(_unraisable_hooks)
    event = ("unraisable", error, message, "" if subject is None else _short_repr(subject), threading.current_thread().name)
    for listener in listeners:
        listener.put(event)
    return bool(listeners)


def _forget_listener(reference):
    global _unraisable_hooks
    with _unraisable_lock:
        if reference in _unraisable_listeners:
            _unraisable_listeners.remove(reference)
        if not _unraisable_listeners and _unraisable_hooks is not None:
            _unraisable_hooks.remove()
            _unraisable_hooks = None


def unraisable_listen():
    """A new listener, which lives as long as the caller holds it."""
    global _unraisable_hooks
    import atexit
    import weakref

    listener = _UnraisableListener()
    with _unraisable_lock:
        if _unraisable_hooks is None:
            _unraisable_hooks = _UnraisableHooks()
            atexit.unregister(_print_what_waits)
            atexit.register(_print_what_waits)
        _unraisable_listeners.append(weakref.ref(listener, _forget_listener))
    return listener


def unraisable_watch(listener, watches):
    """Whether it only watches."""
    listener.watches = watches


def unraisable_arm(listener, bell):
    """Gives it a bell, which is dropped at once when something waits."""
    with _unraisable_lock:
        if not listener.waiting:
            listener.bell = bell


def unraisable_next(listener):
    """The next event as JSON, without its error; None when none waits."""
    import json

    with _unraisable_lock:
        if not listener.waiting:
            return None
        (source, error, message, subject, thread), dropped = listener.waiting.pop(0)
        listener.current = error
    told = {"source": source, "message": message, "object": subject, "thread": thread, "dropped": dropped}
    return json.dumps(told)


def unraisable_take(listener):
    """The error of the event that was told last."""
    error, listener.current = listener.current, None
    return error


def unraisable_leave(listener):
    """It wants no more: what waits is printed, unless somebody else has it, too."""
    with _unraisable_lock:
        references = [one for one in _unraisable_listeners if one() is listener]
        for reference in references:
            _forget_listener(reference)
        alone = not _unraisable_listeners
    listener.bell = None
    _print_events(listener, alone and not listener.watches)


def _print_events(listener, also_printed):
    with _unraisable_lock:
        waiting, listener.waiting = listener.waiting, []
        dropped, listener.dropped = listener.dropped, 0
    if not also_printed:
        return
    if sys.stderr is None:
        return
    import traceback

    for (_, error, message, subject, thread), before in waiting:
        print("%s %s" % (message, subject or thread), file=sys.stderr)
        traceback.print_exception(type(error), error, error.__traceback__)
        dropped += before
    if dropped:
        print("nogil: %d more errors like these were dropped" % dropped, file=sys.stderr)


def _print_what_waits():
    """At the end nobody comes to fetch anything: what waits is printed, and from now on Python prints by itself."""
    global _unraisable_hooks
    with _unraisable_lock:
        references, _unraisable_listeners[:] = list(_unraisable_listeners), []
        if _unraisable_hooks is not None:
            _unraisable_hooks.remove()
            _unraisable_hooks = None
    first = True
    for reference in references:
        listener = reference()
        if listener is not None and not listener.watches:
            _print_events(listener, first)  # all of them have much the same
            first = False
