"""asyncio on the event loop of the JavaScript thread: every callback is a task of the host's."""

import asyncio
import math
import sys
import time
import traceback

from _pyodide_core import _root

_MAX_TIMEOUT_MS = 2**31 - 1


def scheduleCallback(callback, delay):
    """Has the host call back after `delay` milliseconds."""
    _root.__operate__("timeout", callback, delay)


async def _awaited(value):
    while asyncio.isfuture(value) or hasattr(type(value), "__await__"):
        value = await value
    return value


class PyodideFuture(asyncio.Future):
    """A future with the methods of a promise."""

    def then(self, onfulfilled, onrejected=None):
        """A future of what the callback returns, awaited as often as it is awaitable."""
        result = PyodideFuture(loop=self.get_loop())

        async def settle(future):
            try:
                value = future.result()
            except (Exception, asyncio.CancelledError) as error:
                if onrejected is None or isinstance(error, asyncio.CancelledError):
                    raise
                return await _awaited(onrejected(error))
            return value if onfulfilled is None else await _awaited(onfulfilled(value))

        _chain(self, result, settle)
        return result

    def catch(self, onrejected):
        return self.then(None, onrejected)

    def finally_(self, onfinally):
        result = PyodideFuture(loop=self.get_loop())

        async def settle(future):
            await _awaited(onfinally())
            return future.result()

        _chain(self, result, settle)
        return result


def _chain(future, result, settle):
    loop = future.get_loop()

    async def run(future):
        try:
            value = await settle(future)
        except asyncio.CancelledError:
            result.cancel()
        except Exception as error:
            if not result.done():
                result.set_exception(error)
        else:
            if not result.done():
                result.set_result(value)

    def done(future):
        if not future.cancelled():
            future.exception()
        loop.create_task(run(future))

    future.add_done_callback(done)


class PyodideTask(asyncio.Task, PyodideFuture):
    """A task with the methods of a promise."""


class WebLoop(asyncio.AbstractEventLoop):
    """An event loop whose callbacks are run by the host: it always runs."""

    is_driven_by_host = True  # the core's own code asks

    def __init__(self):
        self._task_factory = None
        self._exception_handler = None
        self._in_progress = 0
        self._no_in_progress_handler = None
        self._keyboard_interrupt_handler = None
        self._system_exit_handler = None
        self._asyncgens = __import__("weakref").WeakSet()
        self._asyncgens_closed = False
        self._debug = False

    # ---- running ----

    def get_debug(self):
        return self._debug

    def set_debug(self, enabled):
        self._debug = enabled

    def is_running(self):
        return True

    def is_closed(self):
        return False

    def _check_closed(self):
        pass

    def run_forever(self):
        pass

    def run_until_complete(self, future):
        """Nothing can wait here: the future, which the host's loop completes."""
        return asyncio.ensure_future(future, loop=self)

    def stop(self):
        pass

    def close(self):
        pass

    # ---- callbacks ----

    def call_soon(self, callback, *args, context=None):
        return self.call_later(0, callback, *args, context=context)

    def call_soon_threadsafe(self, callback, *args, context=None):
        return self.call_later(0, callback, *args, context=context)

    def call_at(self, when, callback, *args, context=None):
        return self.call_later(when - self.time(), callback, *args, context=context)

    def call_later(self, delay, callback, *args, context=None):
        if delay < 0:
            raise ValueError("Can't schedule in the past")
        handle = asyncio.Handle(callback, args, self, context=context)
        if math.isinf(delay):
            return handle
        milliseconds = min(delay * 1000, _MAX_TIMEOUT_MS)

        def run():
            if not handle.cancelled():
                self._run_handle(handle)

        scheduleCallback(run, milliseconds)
        return handle

    def _run_handle(self, handle):
        before = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=self._firstiter, finalizer=self._finalizer)
        try:
            handle._run()
        except SystemExit as error:
            if self._system_exit_handler is None:
                raise
            self._system_exit_handler(error.code)
        except KeyboardInterrupt:
            if self._keyboard_interrupt_handler is None:
                raise
            self._keyboard_interrupt_handler()
        finally:
            sys.set_asyncgen_hooks(*before)

    def _timer_handle_cancelled(self, handle):
        pass

    def time(self):
        return time.monotonic()

    # ---- futures ----

    def create_future(self):
        self._in_progress += 1
        future = PyodideFuture(loop=self)
        future.add_done_callback(self._decrement)
        return future

    def _decrement(self, future):
        self._in_progress -= 1
        if isinstance(future, asyncio.Task) and not future.cancelled() and future._exception is not None:
            # After the other callbacks, one of which may ask for it.
            self.call_soon(_report_unseen, self, future)
        if self._in_progress == 0 and self._no_in_progress_handler is not None:
            self._no_in_progress_handler()

    def create_task(self, coro, *, name=None, context=None, **kwargs):
        self._in_progress += 1
        if self._task_factory is not None:
            if context is None:
                task = self._task_factory(self, coro, **kwargs)
            else:
                task = self._task_factory(self, coro, context=context, **kwargs)
            if name is not None:
                task.set_name(name)
        else:
            options = {"name": name, **kwargs}
            if context is not None:
                options["context"] = context
            task = PyodideTask(coro, loop=self, **options)
            if task._source_traceback:
                del task._source_traceback[-1]
        task.add_done_callback(self._decrement)
        return task

    def set_task_factory(self, factory):
        if factory is not None and not callable(factory):
            raise TypeError("task factory must be a callable or None")
        self._task_factory = factory

    def get_task_factory(self):
        return self._task_factory

    def run_in_executor(self, executor, func, *args):
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def set_default_executor(self, executor):
        pass

    async def shutdown_default_executor(self, timeout=None):
        pass

    # ---- errors ----

    def set_exception_handler(self, handler):
        if handler is not None and not callable(handler):
            raise TypeError("A callable object or None is expected, got %r" % (handler,))
        self._exception_handler = handler

    def get_exception_handler(self):
        return self._exception_handler

    def default_exception_handler(self, context):
        message = context.get("message") or "Unhandled exception in event loop"
        lines = [message]
        error = context.get("exception")
        for key in sorted(context):
            if key in ("message", "exception"):
                continue
            lines.append("%s: %r" % (key, context[key]))
        text = "\n".join(lines) + "\n"
        if error is not None:
            text += "".join(traceback.format_exception(type(error), error, error.__traceback__))
        print(text, file=sys.stderr)

    def call_exception_handler(self, context):
        if self._exception_handler is None:
            try:
                self.default_exception_handler(context)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException:
                print("Exception in default exception handler", file=sys.stderr)
                traceback.print_exc()
            return
        try:
            self._exception_handler(self, context)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as error:
            self.default_exception_handler(
                {"message": "Unhandled error in exception handler", "exception": error, "context": context}
            )

    # ---- asynchronous generators ----

    def _firstiter(self, generator):
        if self._asyncgens_closed:
            import warnings

            warnings.warn(
                "asynchronous generator %r was scheduled after loop.shutdown_asyncgens() call" % (generator,),
                ResourceWarning,
                source=self,
            )
        self._asyncgens.add(generator)

    def _finalizer(self, generator):
        self._asyncgens.discard(generator)
        self.call_soon(self.create_task, generator.aclose())

    async def shutdown_asyncgens(self):
        self._asyncgens_closed = True
        live = list(self._asyncgens)
        self._asyncgens.clear()
        results = await asyncio.gather(*[generator.aclose() for generator in live], return_exceptions=True)
        for result, generator in zip(results, live):
            if isinstance(result, Exception):
                self.call_exception_handler(
                    {
                        "message": "an error occurred during closing of asynchronous generator %r" % (generator,),
                        "exception": result,
                        "asyncgen": generator,
                    }
                )


def _report_unseen(loop, future):
    """The error of a task that nobody waits for, at once."""
    error = future._exception
    if error is None or not future._log_traceback:
        return
    future._log_traceback = False
    loop.call_exception_handler(
        {"message": "Unhandled exception in event loop", "exception": error, "future": future}
    )


class _Policy(getattr(asyncio, "DefaultEventLoopPolicy", object) if sys.version_info < (3, 14) else object):
    pass


class WebLoopPolicy(_Policy):
    """The one loop there is."""

    def __init__(self):
        self._default_loop = None

    def get_event_loop(self):
        if self._default_loop is None:
            self._default_loop = WebLoop()
        return self._default_loop

    def new_event_loop(self):
        return self.get_event_loop()

    def set_event_loop(self, loop):
        self._default_loop = loop


_loops = {}


def start():
    """Makes this thread's loop the running one, for good."""
    if asyncio._get_running_loop() is not None:
        return
    loop = WebLoop()
    asyncio._set_running_loop(loop)
