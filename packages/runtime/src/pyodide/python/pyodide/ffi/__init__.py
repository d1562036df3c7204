"""What Python needs for JavaScript's objects."""

from _pyodide._importhook import register_js_module, unregister_js_module
from _pyodide_core import (
    ConversionError,
    InternalError,
    JsBigInt,
    JsException,
    JsNull,
    _F,
    _JsProxyMetaClass,
    create_once_callable,
    create_proxy,
    destroy_proxies,
    jsnull,
    to_js,
)

IN_PYODIDE = True


def _abstract(name, *flag_sets, bases=()):
    body = {"_js_flag_sets": flag_sets, "__module__": "pyodide.ffi", "__slots__": ()}
    return _JsProxyMetaClass(name, bases, body)


JsProxy = _abstract("JsProxy")
JsDoubleProxy = _abstract("JsDoubleProxy", _F.IS_DOUBLE_PROXY, bases=(JsProxy,))
JsPromise = _abstract("JsPromise", _F.IS_AWAITABLE, bases=(JsProxy,))
JsBuffer = _abstract("JsBuffer", _F.IS_BUFFER, bases=(JsProxy,))
JsIterator = _abstract("JsIterator", _F.IS_ITERATOR, bases=(JsProxy,))
JsAsyncIterator = _abstract("JsAsyncIterator", _F.IS_ASYNC_ITERATOR, bases=(JsProxy,))
JsIterable = _abstract("JsIterable", _F.IS_ITERABLE, bases=(JsProxy,))
JsAsyncIterable = _abstract("JsAsyncIterable", _F.IS_ASYNC_ITERABLE, bases=(JsProxy,))
JsGenerator = _abstract("JsGenerator", _F.IS_GENERATOR, bases=(JsIterable,))
JsAsyncGenerator = _abstract("JsAsyncGenerator", _F.IS_ASYNC_GENERATOR, bases=(JsAsyncIterable,))
JsCallable = _abstract("JsCallable", _F.IS_CALLABLE, bases=(JsProxy,))
JsOnceCallable = _abstract("JsOnceCallable", _F.IS_CALLABLE, bases=(JsCallable,))
JsArray = _abstract("JsArray", _F.IS_ARRAY, _F.IS_ARRAY_LIKE, _F.IS_TYPEDARRAY, bases=(JsIterable,))
JsTypedArray = _abstract("JsTypedArray", _F.IS_TYPEDARRAY, bases=(JsBuffer, JsArray))
_MAP = _F.HAS_GET | _F.HAS_LENGTH | _F.IS_ITERABLE
JsMap = _abstract("JsMap", _MAP, _F.IS_OBJECT_MAP, _F.IS_PY_JSON_DICT, bases=(JsIterable,))
JsMutableMap = _abstract(
    "JsMutableMap", _MAP | _F.HAS_SET, _F.IS_OBJECT_MAP, _F.IS_PY_JSON_DICT, bases=(JsMap,)
)
JsCallableDoubleProxy = _abstract(
    "JsCallableDoubleProxy", _F.IS_CALLABLE | _F.IS_DOUBLE_PROXY, bases=(JsCallable, JsDoubleProxy)
)
JsFetchResponse = _abstract("JsFetchResponse", 1 << 30, bases=(JsProxy,))
JsDomElement = _abstract("JsDomElement", 1 << 30, bases=(JsProxy,))
JsWeakRef = _abstract("JsWeakRef", 1 << 30, bases=(JsProxy,))


class ToJsConverter:
    """What a converter of `to_js` looks like."""


def can_run_sync():
    """Whether `run_sync` can wait: never, the stack cannot be switched natively."""
    return False


def run_sync(x):
    """Waits for an awaitable: needs a stack that can be switched."""
    if not hasattr(type(x), "__await__") and type(x).__name__ != "coroutine":
        raise TypeError("object %s is not awaitable" % type(x).__name__)
    close = getattr(x, "close", None)
    if close is not None:
        close()
    raise RuntimeError(
        "Cannot stack switch because the Python entrypoint was a synchronous function. "
        "Use pyFunc.callPromising() to fix."
    )


__all__ = [
    "ConversionError",
    "InternalError",
    "IN_PYODIDE",
    "JsArray",
    "JsAsyncGenerator",
    "JsAsyncIterable",
    "JsAsyncIterator",
    "JsBigInt",
    "JsBuffer",
    "JsCallable",
    "JsCallableDoubleProxy",
    "JsDomElement",
    "JsDoubleProxy",
    "JsException",
    "JsFetchResponse",
    "JsGenerator",
    "JsIterable",
    "JsIterator",
    "JsMap",
    "JsMutableMap",
    "JsNull",
    "JsOnceCallable",
    "JsPromise",
    "JsProxy",
    "JsTypedArray",
    "JsWeakRef",
    "ToJsConverter",
    "can_run_sync",
    "create_once_callable",
    "create_proxy",
    "destroy_proxies",
    "jsnull",
    "register_js_module",
    "run_sync",
    "to_js",
    "unregister_js_module",
]
