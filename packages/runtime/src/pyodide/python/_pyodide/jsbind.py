"""Signatures of JavaScript objects: `bind_sig` and `bind_class` of proxies. Experimental in Pyodide, as here.

A bound proxy is another instance for the same JavaScript object, of a class that asks the signature.
"""

import inspect
import types
import typing

import _pyodide_core as _core

from ._annotations import (
    BindClass,
    Deep,
    Default,
    Js2PyConverterMeta,
    Json,
    Py2JsConverterMeta,
    js2py_bind,
    to_javascript,
    to_python,
)
from ._converters import (
    _Proxies,
    create_promise_converter,
    js2py_default,
    js2py_default_call_result,
    py2js_default,
)

__all__ = [
    "BindClass",
    "Deep",
    "Default",
    "Js2PyConverterMeta",
    "JsFuncSignature",
    "Json",
    "Py2JsConverterMeta",
    "bind_class",
    "bind_class_sig",
    "bind_sig",
    "default_signature",
    "func_to_sig",
    "func_to_sig_inner",
    "get_attr_sig",
    "js2py_bind",
    "no_default",
]

_F = _core._F
_JsBase = _core._JsBase
_JsObject = _core._JsObject
no_default = inspect.Parameter.empty
MOST_KEYWORDS = 64


# ---- calls ----------------------------------------------------------------------------------


class JsFuncSignature:
    """How a JavaScript function is called, made of a Python function that is not."""

    def __init__(self, func, should_construct, parameters, result):
        self.func = func
        self.should_construct = should_construct
        self.positional = []
        self.required = 0
        self.rest = None
        self.named = {}
        self.other_names = None
        self.result = result
        for parameter, converter in parameters:
            self._add(parameter, converter)
        if len(self.named) > MOST_KEYWORDS:
            raise RuntimeError("Cannot handle function with more than 64 kwonly args")

    def _add(self, parameter, converter):
        kind = parameter.kind
        if kind is parameter.POSITIONAL_ONLY:
            self.positional.append((converter, parameter.default))
            self.required += parameter.default is no_default
        elif kind is parameter.VAR_POSITIONAL:
            self.rest = converter
        elif kind is parameter.KEYWORD_ONLY:
            self.named[parameter.name] = (converter, parameter.default)
        elif kind is parameter.VAR_KEYWORD:
            self.other_names = converter
        else:
            raise RuntimeError("Don't currently handle POS_OR_KWD args")

    def __repr__(self):
        return "<JsSignature %s>" % inspect.signature(self.func)

    def accepts(self, args, kwargs):
        if len(args) < self.required or (self.rest is None and len(args) > len(self.positional)):
            return False
        if self.other_names is None and not kwargs.keys() <= self.named.keys():
            return False
        return all(default is not no_default or name in kwargs for name, (_, default) in self.named.items())

    def convert(self, args, kwargs, proxies):
        """The arguments for JavaScript, behind them an object of the named ones where there are any."""
        if not self.accepts(args, kwargs):
            # The function itself knows best what Python says about such a call.
            self.func(*args, **kwargs)
            raise SystemError("Expected an error but none was raised")
        given = [converter.convert(value, proxies) for (converter, _), value in zip(self.positional, args)]
        for converter, default in self.positional[len(args) :]:
            given.append(converter.convert(default, proxies))
        for value in args[len(self.positional) :]:
            given.append(self.rest.convert(value, proxies))
        named = {}
        for name, value in kwargs.items():
            converter = self.named[name][0] if name in self.named else self.other_names
            named[name] = converter.convert(value, proxies)
        for name, (converter, default) in self.named.items():
            if name not in kwargs and default is not None:  # a property that is missing is undefined anyway
                named[name] = converter.convert(default, proxies)
        if self.named and not named:
            given.append(_core._root.__operate__("object"))
        return given, named


def func_to_sig_inner(func, cls):
    """The signature that `func` describes; with `cls`, that of its constructor."""
    hints = typing.get_type_hints(func, include_extras=True)
    parameters = [
        (parameter, to_javascript(hints.get(parameter.name)) or py2js_default)
        for parameter in inspect.signature(func).parameters.values()
    ]
    result = to_python(hints.get("return") if cls is None else cls)
    if inspect.iscoroutinefunction(func):
        result = create_promise_converter(result or js2py_default)
    return JsFuncSignature(func, cls is not None, parameters, result or js2py_default_call_result)


def _default_signature(*args, **kwargs):
    pass


default_signature = func_to_sig_inner(_default_signature, None)


def _constructed(sig):
    """A of type[A]."""
    return typing.get_args(sig)[0] if typing.get_origin(sig) is type else None


def _declared(cls, name):
    """What a class says itself of a name: `object` and the metaclass have a __call__ and much else, too."""
    for base in cls.__mro__:
        if base is not object and base is not BindClass and name in vars(base):
            return vars(base)[name]
    return None


def _method(cls, name):
    """A method of a class as one calls it on an instance, without `self`."""
    raw = _declared(cls, name)
    if isinstance(raw, (staticmethod, classmethod)):
        return raw.__get__(None, cls)
    if inspect.isclass(raw) or not callable(raw):
        return None
    return types.MethodType(raw, cls)


# Kept by what they were made of, which an attribute of it does without keeping it alive.
_CACHE = "_nogil_js_signature"


def func_to_sig(sig):
    """The signature of calls, for what a proxy was bound to."""
    cls = _constructed(sig)
    if cls is not None:
        func = _method(cls, "__init__")
        return func_to_sig_inner(func or _default_signature, cls)
    func = _method(sig, "__call__") if inspect.isclass(sig) else sig
    if func is None or not callable(func):
        return default_signature
    # A method and its function differ in a parameter, and are never the same to whoever binds them.
    method = inspect.ismethod(func)
    holder = func.__func__ if method else func
    name = _CACHE + "_of_method" if method else _CACHE
    known = getattr(holder, "__dict__", {}).get(name)
    if known is None or known.func != func:
        known = func_to_sig_inner(func, None)
        try:
            setattr(holder, name, known)
        except (AttributeError, TypeError):
            pass  # a builtin: it is looked at each time
    return known


def call(function, sig, args, kwargs):
    """Calls a JavaScript function as a signature says."""
    signature = func_to_sig(sig)
    proxies = _Proxies()
    try:
        given, named = signature.convert(args, kwargs, proxies)
        if signature.should_construct:
            result = function.__operate__("new", *given, **named)
        else:
            result = function(*given, **named)
    except BaseException:
        proxies.end()
        raise
    # What a promise's function was given lives until the promise is settled.
    later = getattr(result, "add_done_callback", None) if not isinstance(result, _JsBase) else None
    if later is None:
        try:
            return signature.result.convert(result)
        finally:
            proxies.end()
    later(proxies.end)
    return signature.result.convert(result)


# ---- attributes -----------------------------------------------------------------------------


def _hints(cls):
    known = vars(cls).get(_CACHE)  # its own: hints of a subclass are others
    if known is None:
        known = typing.get_type_hints(cls, include_extras=True)
        try:
            setattr(cls, _CACHE, known)
        except TypeError:
            pass  # a builtin: it is looked at each time
    return known


def get_attr_sig(sig, name):
    """(True, converter), (False, signature) or (False, None)."""
    cls = sig if inspect.isclass(sig) else None
    if cls is None or typing.get_origin(sig) is not None:
        return False, None
    hint = _hints(cls).get(name)
    if hint is not None:
        if isinstance(hint, BindClass):
            return False, hint
        converter = to_python(hint)
        return converter is not None, converter
    found = _method(cls, name)
    if found is None:
        any_name = _method(cls, "__getattr__")
        found = None if any_name is None else typing.get_type_hints(any_name, include_extras=True).get("return")
    return False, found


# ---- proxies --------------------------------------------------------------------------------


class _Signed:
    """What classes of bound proxies have before those of others."""

    __slots__ = ()

    def __getattr__(self, name):
        value = _JsBase.__getattr__(self, name)
        if name[:2] == "__":
            return value
        converts, found = get_attr_sig(self._sig, name)
        if converts:
            return found.convert(value)
        return value if found is None or not isinstance(value, _JsBase) else bind_sig(value, found)

    @property
    def _sig(self):
        return _core._side_of(self)["_sig"][0]


class _SignedCallable(_Signed):
    __slots__ = ()

    def __call__(self, /, *args, **kwargs):
        sig, function = _core._side_of(self)["_sig"]
        return call(function, sig, args, kwargs)


_types = {}


def _type_for(flags):
    known = _types.get(flags)
    if known is None:
        part = _SignedCallable if flags & _F.IS_CALLABLE else _Signed
        body = {"__slots__": (), "__module__": "pyodide.ffi", "_js_type_flags": flags}
        made = type(_JsBase)("JsProxy", (part, _core.js_type(flags)), body)
        known = _types.setdefault(flags, made)
    return known


def bind_sig(proxy, sig):
    """Another proxy for the same JavaScript object, that asks `sig` how values cross."""
    sides = _core._side_of(proxy)
    plain = sides["_sig"][1] if "_sig" in sides else proxy
    made = plain.__bind__(plain)  # another instance: its receiver is never asked for, calls go to `plain`
    _JsObject.__setattr__(made, "__class__", _type_for(plain._js_type_flags))
    _JsObject.__setattr__(made, "_sides", {**_core._side_of(plain), "_sig": (sig, plain)})
    return made


def bind_class_sig(sig):
    return type[sig]


def bind_class(proxy, sig):
    """`bind_sig` for a JavaScript class: `sig` describes its instances."""
    return bind_sig(proxy, bind_class_sig(sig))
