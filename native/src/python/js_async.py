"""Promises and what is asynchronous in JavaScript, for asyncio.

Works with any loop: the object's own thread settles the promise, and tells the loop by call_soon_threadsafe.
"""

import _collections_abc as _abc


class JsAwaitable(JsProxy, _abc.Awaitable):
    """A thenable, Promise or not. Its rejection is raised."""

    __slots__ = ()

    def __await__(self):
        return _settled(self).__await__()


def _settled(thenable):
    import asyncio

    loop = asyncio.get_running_loop()
    # The host's own loop comes back to JavaScript between its steps. Any other one that runs on the promise's thread
    # does so inside a call of JavaScript's, and waits for itself.
    if _is_here(thenable) and not getattr(loop, "is_driven_by_host", False):  # noqa: F821: of dispatch_context.c
        raise RuntimeError(
            "this promise is settled by the JavaScript thread that this event loop keeps from it: await the "
            "coroutine from JavaScript instead of running a loop inside a call, or make the call with callAsync"
        )
    future = loop.create_future()
    aborter = aio_aborter()
    if aborter is not None:
        future.add_done_callback(aborter)

    def tell(settle, value):
        def on_loop():
            if not future.done():  # cancelled meanwhile
                settle(value)

        try:
            loop.call_soon_threadsafe(on_loop)
        except RuntimeError:
            return  # the loop was closed: nobody waits any more

    def resolve(value=None):
        tell(future.set_result, value)

    def reject(error=None):
        tell(future.set_exception, _exception_of(error))

    thenable.__operate__(JS_SETTLE, resolve, reject)
    return future


def _exception_of(error):
    if isinstance(error, BaseException):
        if isinstance(error, StopIteration):  # which no future takes
            return RuntimeError("a promise was rejected with StopIteration")
        return error
    return JavaScriptError(str(error), error.js_get("stack") if isinstance(error, JsProxy) else None)


class JsAsyncIterable(JsProxy, _abc.AsyncIterable):
    __slots__ = ()

    def __aiter__(self):
        return self.__operate__(JS_ASYNC_ITERATE)


class JsAsyncIterator(JsProxy, _abc.AsyncIterator):
    """A JavaScript asynchronous iterator."""

    __slots__ = ()

    def __aiter__(self):
        return self

    async def __anext__(self):
        return await _async_step(self, "next")


async def _async_step(iterator, name, *values):
    step = iterator.__operate__(JS_CALL, name, *values)
    done, value = _step_of(await step if isinstance(step, JsAwaitable) else step)
    if done:
        raise StopAsyncIteration(value)
    return value


def _step_of(step):
    if isinstance(step, dict):
        return bool(step.get("done")), step.get("value")
    return bool(step.js_get("done")), step.js_get("value")


class JsAsyncGenerator(JsAsyncIterator, _abc.AsyncGenerator):
    """A JavaScript asynchronous generator."""

    __slots__ = ()

    async def asend(self, value):
        return await _async_step(self, "next", value)

    async def athrow(self, kind, value=None, traceback=None):
        error = kind if value is None else value
        return await _async_step(self, "throw", error() if isinstance(error, type) else error)

    async def aclose(self):
        try:
            await _async_step(self, "return")
        except StopAsyncIteration:
            return
        raise RuntimeError("the generator ignored its end: it yielded in a `finally`")


class JsAsyncDisposable(JsProxy):
    """`async with` ends it: [Symbol.asyncDispose]()."""

    __slots__ = ()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *failure):
        ended = self.__operate__(JS_DISPOSE_ASYNC)
        if isinstance(ended, JsAwaitable):
            await ended
