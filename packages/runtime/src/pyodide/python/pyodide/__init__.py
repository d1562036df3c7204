"""Pyodide's Python side, on native CPython."""

__version__ = "314.0.7"

from . import code, ffi, webloop
from .code import CodeRunner, eval_code, eval_code_async, find_imports, should_quiet
from .ffi import (
    ConversionError,
    JsException,
    JsProxy,
    create_once_callable,
    create_proxy,
    destroy_proxies,
    register_js_module,
    to_js,
    unregister_js_module,
)

__all__ = [
    "__version__",
    "code",
    "ffi",
    "webloop",
    "CodeRunner",
    "eval_code",
    "eval_code_async",
    "find_imports",
    "should_quiet",
    "ConversionError",
    "JsException",
    "JsProxy",
    "create_once_callable",
    "create_proxy",
    "destroy_proxies",
    "register_js_module",
    "to_js",
    "unregister_js_module",
]
