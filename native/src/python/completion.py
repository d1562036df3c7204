"""Outcomes on their way to a promise."""


class Completion:
    """What settles one promise of JavaScript's, once. Any thread; nobody ever waits for JavaScript."""

    __slots__ = ("_settle", "_number", "__weakref__")

    def __init__(self, settle, number):
        # A list, whose pop() one of several threads wins.
        self._settle = [settle]
        self._number = number

    def resolve(self, value=None):
        """Whether this is what settled it. A thread of JavaScript's that has ended counts as told."""
        return self._tell(JS_COMPLETION_RESOLVED, value)

    def reject(self, exception):
        """As resolve()."""
        return self._tell(JS_COMPLETION_REJECTED, _Outcome(exception))

    def is_open(self):
        return bool(self._settle)

    def _tell(self, *outcome):
        try:
            settle = self._settle.pop()
        except IndexError:
            return False
        try:
            _post_outcome(settle, self._number, *outcome)
        except BaseException:
            # There was no memory, or the thread was interrupted: as open as before, and __del__ will tell.
            self._settle.append(settle)
            raise
        return True

    def __del__(self):
        # Whoever waits is told that nobody will settle it.
        self._tell(JS_COMPLETION_DROPPED, None)


class _Outcome:
    """Keeps an exception from becoming a proxy of the user's."""

    __slots__ = ("exception",)

    def __init__(self, exception):
        self.exception = exception


def outcome_exception(outcome):
    return outcome.exception

