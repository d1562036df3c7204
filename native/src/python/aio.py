"""asyncio on a thread of the core's: where what JavaScript awaits runs.

One loop for the process, so that what belongs to a loop (locks, queues, connections) can be used from every JavaScript
thread. The thread is started by the first task and stays until Python ends.
"""

import contextvars
import threading

# Of a task that JavaScript began: a function that runs another one in the asynchronous context that JavaScript was in.
# Calls from the task into JavaScript find it here (dispatch_context.c).
_async_context = contextvars.ContextVar("nogil_async_context")


# For callbacks that need no context: what they call in JavaScript runs in none either.
_nothing = contextvars.Context()


class _LoopThread:
    """The thread, and the loop it runs."""

    def __init__(self, loop):
        self.loop = loop
        self._ending = False
        # A daemon: `threading` does not wait for it at the end, which aio_stop does, for as long as there is time.
        self._thread = threading.Thread(target=self._run, name="nogil-asyncio", daemon=True)

    def start(self):
        # Not in the context of whoever comes first: threads of free-threaded builds inherit it.
        contextvars.Context().run(self._thread.start)

    def _run(self):
        import asyncio

        asyncio.set_event_loop(self.loop)
        try:
            while not self._ending:
                try:
                    self.loop.run_forever()
                except (KeyboardInterrupt, SystemExit):
                    # A task raised it; asyncio lets it through, and the task's own awaiter has got it. Others go on.
                    continue
        except BaseException as error:
            # Not a task's: the loop's own, of a factory's make most likely. Nobody would settle what waits.
            _aio_broke(error)
            raise
        try:
            self._cancel_all()
        finally:
            self.loop.close()

    def _cancel_all(self):
        import asyncio

        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel("Python is being shut down")
        if tasks:
            self.loop.run_until_complete(asyncio.wait(tasks))
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())

    def stop(self, seconds):
        """Cancels what is left; whether it ended in that time."""
        self._ending = True
        _tell_loop(self.loop, self.loop.stop)
        self._thread.join(seconds)
        return not self._thread.is_alive()


def _loop_of(factory):
    """What a factory makes, as our thread takes it."""
    import asyncio

    loop = factory()
    if not isinstance(loop, asyncio.AbstractEventLoop):
        raise TypeError("a loop factory returns an event loop (asyncio.AbstractEventLoop), not %r" % (loop,))
    if loop.is_running() or loop.is_closed():
        raise ValueError(
            "a loop factory returns a new event loop, which a thread of its own will run: %r is %s"
            % (loop, "running" if loop.is_running() else "closed")
        )
    if loop.get_exception_handler() is None:
        loop.set_exception_handler(_on_loop_exception)
    return loop


def _on_loop_exception(loop, context):
    """What nobody awaits: told to those who listen for what is unraisable, else logged, as asyncio does."""
    error = context.get("exception")
    if error is None or not unraisable_tell(
        error, context.get("message") or "Exception in asyncio", context.get("task") or context.get("future")
    ):
        loop.default_exception_handler(context)


_aio_lock = threading.RLock()  # a collection may run a finalizer, which may begin a task, wherever memory is asked for
_aio_thread = None
_aio_ended = False
_aio_failure = None  # what ended the loop before its time. `_aio_lock`
_aio_tasks = {}  # of each JavaScript thread: its tasks that are not done. `_aio_lock`


def aio_loop():
    """The loop that runs what JavaScript awaits; starts it."""
    return _aio_running().loop


def aio_use_loop_factory(factory):
    """Has the loop made by `factory`, on this thread, and starts it; once, before anything is awaited."""
    if not callable(factory):
        raise TypeError("a loop factory is called without arguments, and %r cannot be called" % (factory,))
    _aio_refuse_second()
    loop = _loop_of(factory)  # anybody's code: not under the lock
    thread = _LoopThread(loop)
    with _aio_lock:
        try:
            _aio_refuse_second()
        except RuntimeError:
            loop.close()
            raise
        _aio_install(thread)
    _aio_start(thread)


def _aio_refuse_second():
    with _aio_lock:
        _aio_refuse_end()
        if _aio_thread is not None:
            raise RuntimeError(
                "the event loop runs already (%r): choose its factory before the first coroutine is awaited, "
                "and before python.asyncio.loop or nogil.event_loop() is asked for" % (_aio_thread.loop,)
            )


def _aio_refuse_end():
    """Under `_aio_lock`."""
    if _aio_ended:
        raise RuntimeError("Python is being shut down: its event loop has ended")
    if _aio_failure is not None:
        raise RuntimeError("the event loop has ended by an error of its own") from _aio_failure


def _aio_running():
    import asyncio

    with _aio_lock:
        _aio_refuse_end()
        first = _aio_thread is None
        if first:
            _aio_install(_LoopThread(_loop_of(asyncio.new_event_loop)))
        thread = _aio_thread
    if first:
        # Not under the lock, which what the new thread runs may need. Others may use the loop already.
        _aio_start(thread)
    return thread


def _aio_install(thread):
    """Under `_aio_lock`."""
    global _aio_thread
    _set_async_variable(_async_context)  # noqa: F821: of dispatch_context.c
    _aio_thread = thread


def _aio_start(thread):
    global _aio_thread
    try:
        thread.start()
    except BaseException:
        with _aio_lock:
            _aio_thread = None  # the next one tries again; what the others gave the loop is dropped with it
        thread.loop.close()
        raise


def _aio_broke(error):
    """The loop ended by an error of its own: whoever waits is told."""
    global _aio_failure
    with _aio_lock:
        _aio_failure = error
        tasks = [task for of_thread in _aio_tasks.values() for task in of_thread]
    for task in tasks:
        task.fail(error)


def aio_stop(milliseconds):
    """The end of Python: tasks are cancelled, and get this long to clean up."""
    global _aio_ended
    with _aio_lock:
        _aio_ended = True
    if _aio_thread is not None:
        _aio_thread.stop(milliseconds / 1000)


def aio_owner_ended(number):
    """A JavaScript thread ends: nobody waits for its tasks."""
    with _aio_lock:
        tasks = list(_aio_tasks.pop(number, ()))
    for task in tasks:
        task.cancel("the JavaScript thread that awaited this ended")


class _AioTask:
    """One awaitable that JavaScript awaits, and the promise that waits for it. Made on any thread."""

    __slots__ = ("_owner", "_completion", "_awaitable", "_context", "_loop", "_future", "_cancelled", "_abandoned")

    def __init__(self, owner, completion, awaitable, context):
        self._owner = owner
        self._completion = completion
        self._awaitable = awaitable
        self._context = context
        self._loop = None
        self._future = None
        self._cancelled = None
        self._abandoned = False

    def submit(self):
        self._loop = aio_loop()
        with _aio_lock:
            _aio_refuse_end()
            _aio_tasks.setdefault(self._owner, set()).add(self)
        self._loop.call_soon_threadsafe(self._begin, context=self._context)

    def _begin(self):
        """On the loop, in the context."""
        import asyncio

        awaitable, context = self._awaitable, self._context
        self._awaitable = self._context = None
        if self._cancelled is not None:
            if asyncio.iscoroutine(awaitable):
                awaitable.close()
            self._finish("reject", asyncio.CancelledError(*self._cancelled))
            return
        try:
            self._future = _future_of(awaitable, self._loop, context)
        except BaseException as error:
            self._finish("reject", error)
        else:
            self._future.add_done_callback(self._on_done, context=_nothing)

    def _on_done(self, future):
        try:
            value = future.result()
        except BaseException as error:
            if self._abandoned and not future.cancelled():
                # Its awaiter has gone on, with the reason of a signal: this would be lost.
                told = {"message": "a task raised after its signal was aborted", "exception": error, "task": future}
                self._loop.call_exception_handler(told)
            self._finish("reject", error)
        else:
            self._finish("resolve", value)

    def fail(self, cause):
        """On the loop's thread, when the loop has ended."""
        error = RuntimeError("the event loop has ended by an error of its own: %r" % (cause,))
        error.__cause__ = cause
        self._finish("reject", error)

    def _finish(self, how, value):
        completion = self._completion
        self._completion = None
        with _aio_lock:
            tasks = _aio_tasks.get(self._owner)
            if tasks is not None:
                tasks.discard(self)
        getattr(completion, how)(value)

    def cancel(self, *message):
        """From any thread. Nothing where it is done."""

        def on_loop():
            if self._future is None:
                self._cancelled = message
            else:
                self._future.cancel(*message)

        _tell_loop(self._loop, on_loop)

    def abandon(self, reason):
        if reason == 1:
            self.cancel("its timeout is over")
        else:
            self._abandoned = True
            self.cancel("its signal was aborted")

    def place(self):
        import io

        future = self._future
        if future is None or not hasattr(future, "print_stack"):
            return "it has not begun, or is no task"
        text = io.StringIO()
        future.print_stack(file=text)
        return text.getvalue().rstrip()


def _future_of(awaitable, loop, context):
    """What asyncio.ensure_future makes of it; on the loop."""
    import asyncio
    import sys

    if asyncio.isfuture(awaitable):
        other = awaitable.get_loop()
        if other is loop:
            return awaitable
        if not awaitable.done() and not other.is_running():
            raise RuntimeError(
                "%r belongs to an event loop that does not run: nothing would settle it. Await it once that loop runs"
                % awaitable
            )
        return _follow(awaitable, other, loop)
    if not asyncio.iscoroutine(awaitable):
        awaitable = _result_of(awaitable)
    if sys.version_info >= (3, 11):
        return loop.create_task(awaitable, context=context)
    return loop.create_task(awaitable)  # in a copy of the context


def _follow(future, other, loop):
    """A future of this loop that becomes what one of another loop's becomes; cancelling it cancels that one."""
    here = loop.create_future()

    def settle():
        if here.done():
            return
        if future.cancelled():
            here.cancel()
            return
        error = future.exception()
        if error is None:
            here.set_result(future.result())
        else:
            here.set_exception(error)

    def on_done(_):
        _tell_loop(loop, settle)

    def on_here_done(_):
        if here.cancelled():
            _tell_loop(other, future.cancel)

    here.add_done_callback(on_here_done)
    # By a callback and not by a task: a loop that runs until this future is done comes to callbacks, but to no task.
    _tell_loop(other, lambda: future.add_done_callback(on_done))
    # After that and not before: a loop that ran until this future was done may have stopped before it came to the
    # callback, and would leave the promise pending for ever.
    if future.done():
        settle()
    return here


def _tell_loop(loop, callback):
    try:
        loop.call_soon_threadsafe(callback)
    except RuntimeError:
        pass  # it was closed: nobody waits there any more


async def _result_of(awaitable):
    return await awaitable


def aio_submit(completion, awaitable, enter, context):
    """Runs an awaitable on the loop; its task, for the others here.

    enter: what runs a function in the asynchronous context of JavaScript's.
    context: the contextvars it runs in; None: a copy of the caller's.
    """
    if context is None:
        context = contextvars.copy_context()
    context.run(_async_context.set, enter)
    task = _AioTask(_task_owner(), completion, awaitable, context)  # noqa: F821: of tasks.c
    task.submit()
    return task


def aio_context():
    """A copy of the calling thread's contextvars, for what runs as several tasks."""
    return contextvars.copy_context()


def aio_cancel(task, reason):
    """JavaScript no longer waits for it."""
    task.abandon(reason)


def aio_place(task):
    """Where it is, as text."""
    return task.place()


_abort_signals = {}  # of tasks that have one, until they are done: the signal, and what aborts it. `_aio_lock`


def abort_signal():
    """An AbortSignal of JavaScript's that is aborted when the running task is cancelled.

    For JavaScript functions that take one: `await js.fetch(url, signal=nogil.abort_signal())`. It belongs to the
    JavaScript thread that awaits the task.
    """
    import asyncio

    task = asyncio.current_task()
    enter = _async_context.get(None)
    if task is None or enter is None:
        raise RuntimeError("nogil.abort_signal() is for tasks that JavaScript awaits, and what they await")
    with _aio_lock:
        known = _abort_signals.get(task)
    if known is None:
        known = tuple(enter.abortable())
        with _aio_lock:
            _abort_signals[task] = known
        task.add_done_callback(_on_task_done)
    return known[0]


def _on_task_done(task):
    with _aio_lock:
        _, abort = _abort_signals.pop(task)
    if task.cancelled():
        _post(abort)  # noqa: F821: of dispatch_post.c


def aio_aborter():
    """For a future that the running task awaits: a callback that aborts the task's signal where the future is
    cancelled, at once, not when the task has ended; None where the task has no signal.
    """
    import asyncio

    task = asyncio.current_task()
    with _aio_lock:
        known = _abort_signals.get(task)
    if known is None:
        return None

    def on_done(future):
        if future.cancelled():
            _post(known[1])  # noqa: F821

    return on_done


def event_loop():
    """The event loop that runs what JavaScript awaits, on a thread of its own: for run_coroutine_threadsafe."""
    return aio_loop()


def _publish_aio():
    import sys

    for function in (abort_signal, event_loop):
        function.__module__ = "nogil"
        setattr(sys.modules["nogil"], function.__name__, function)


_publish_aio()
