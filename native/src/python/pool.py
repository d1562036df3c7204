"""Python code on the core's own threads, and code that can be interrupted."""

import _thread
import contextvars


def pool_size(size=None):
    """How many threads the pool may have; sets it first, if told to."""
    if size is not None:
        return _pool_size(size)
    # Not over what another thread has set meanwhile.
    return _pool_size() or _pool_size(_usable_cores(), "unless set")


def _usable_cores():
    import os

    said = os.environ.get("NOGIL_THREADS", "").strip()
    if said.isascii() and said.isdigit() and 1 <= int(said) <= 1024:
        return int(said)
    if said:
        import warnings

        warnings.warn("NOGIL_THREADS is %r; it is a number of threads, from 1 to 1024" % said, RuntimeWarning)
    try:
        cores = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        cores = os.cpu_count() or 1
    return min(max(cores, 1), 1024)


class _Job:
    """One call, and the promise that waits for it."""

    __slots__ = ("completion", "operation", "function", "positional", "named", "context", "thread")

    def __init__(self, completion, operation, function, positional, named):
        self.completion = completion
        self.operation = operation
        self.function = function
        self.positional = positional
        self.named = named
        # The caller's: context variables, and with them the standard streams.
        self.context = contextvars.copy_context()
        self.thread = None

    def __call__(self):
        self.thread = _thread.get_ident()
        completion = self.completion
        try:
            value = self.context.run(
                _operation_run, self.operation, 0, self.function, *self.positional, **self.named
            )
        except BaseException as error:
            completion.reject(error)
        else:
            completion.resolve(value)
        finally:
            # The job may live longer, as its owner's handle: what it was called with must not.
            self.thread = self.function = self.positional = self.named = self.context = None


def pool_call(completion, function, /, *positional, **named):
    """Queues a call. What interrupts it, for `pool_interrupt`."""
    job = _Job(completion, _operation(), function, positional, named)
    _pool_submit(job)
    return job


def pool_interrupt(job, reason):
    """Whether it had not ended."""
    return _operation_interrupt(job.operation, reason)


def pool_place(job):
    """What the thread of a call is in, as text."""
    import sys
    import traceback

    thread = job.thread
    if thread is None:
        return "it has just ended" if job.function is None else "it waits for a thread of the pool"
    frame = sys._current_frames().get(thread)
    if frame is None:
        return "no Python code runs on its thread"
    return "".join(traceback.format_stack(frame)).rstrip()


class _Batch:
    """What the parts of one map have in common."""

    __slots__ = ("function", "spread", "complete", "stopped")

    def __init__(self, function, spread, complete):
        self.function = function
        self.spread = spread
        self.complete = complete
        self.stopped = False

    def run(self, items):
        """The results, after: how many are not what they seem, the seconds it took, and for each of those where it
        stands and whether it is an exception.
        """
        import time

        begun = time.perf_counter()
        function = _call_spread if self.spread else self.function
        results = []
        marked = []
        add = results.append
        for item in items:
            if self.stopped:
                raise Interrupted("another call of the batch failed, or its signal was aborted")
            try:
                result = function(item)
            except Interrupted:
                raise
            except BaseException as error:
                marked += (len(results), 1)
                add(_Outcome(error))
                if not self.complete:
                    self.stopped = True
                    break
                continue
            if type(result) is bytes:
                # In bulk it would be copied; a call's result is a proxy.
                marked += (len(results), 0)
                result = _Outcome(result)
            add(result)
        results[:0] = (len(marked), time.perf_counter() - begun, *marked)
        return results


def _call_spread(call):
    function, positional, named = call
    return function(*positional, **named)


def batch_open(function, spread, complete):
    return _Batch(function, spread, complete)


def batch_submit(batch, completion, items):
    return pool_call(completion, batch.run, items)


def batch_stop(batch):
    """Parts that have not begun do nothing; those that run end after their item."""
    batch.stopped = True
