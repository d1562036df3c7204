"""How the values of one call or attribute cross, where a signature says so (see jsbind.py)."""

import _pyodide_core as _core

_JsBase = _core._JsBase
_SCALARS = _core._SCALARS
_root = _core._root


class Py2JsConverter:
    """What becomes of an argument on its way to JavaScript."""

    __slots__ = ("_convert", "pre_convert", "__weakref__")

    def __init__(self, convert, pre_convert=None):
        self._convert = convert
        self.pre_convert = pre_convert

    def copy(self):
        return Py2JsConverter(self._convert, self.pre_convert)

    def convert(self, value, proxies):
        """`proxies` collects those that must end with the call; what crosses by itself is not among them."""
        if self.pre_convert is not None:
            value = self.pre_convert(value)
        return self._convert(value, proxies)

    def py2js_convert(self, value):
        return self.convert(value, None)


class Js2PyConverter:
    """What becomes of a result, or of a property's value, on its way to Python."""

    __slots__ = ("_convert", "post_convert", "_extra", "__weakref__")

    def __init__(self, convert, post_convert=None, extra=None):
        self._convert = convert
        self.post_convert = post_convert
        self._extra = extra

    def copy(self):
        return Js2PyConverter(self._convert, self.post_convert, self._extra)

    def convert(self, value):
        value = self._convert(value, self._extra)
        return value if self.post_convert is None else self.post_convert(value)

    def js2py_convert(self, value):
        return self.convert(value)


def _as_it_is(value, _):
    return value


class _Proxies:
    """A JavaScript array of the proxies that deep conversions made, made when the first of them is asked for."""

    __slots__ = ("_array",)

    def __init__(self):
        self._array = None

    def array(self):
        if self._array is None:
            self._array = _root.__operate__("array")
        return self._array

    def end(self, _=None):
        array, self._array = self._array, None
        if array is not None:
            _root.__operate__("end_of_call", array)


def _deep_to_js(value, proxies):
    if isinstance(value, _SCALARS):
        return value
    array = None if proxies is None else proxies.array()
    return _core._to_js(value, -1, array, True, _from_entries, None, None, True)


def _from_entries(pairs):
    return _root.__operate__("from_entries", pairs)


def _json_to_js(value, _):
    return value if isinstance(value, _SCALARS) else _root.__operate__("json_adaptor", value)


def _deep_to_py(value, _):
    return value.to_py() if isinstance(value, _JsBase) else value


def _json_to_py(value, _):
    as_json = getattr(type(value), "as_py_json", None) if isinstance(value, _JsBase) else None
    return value if as_json is None else as_json(value)


def _promise_to_py(value, converter):
    # A call has made a future of its promise already; a property is the promise itself.
    if isinstance(value, _JsBase) and value._js_type_flags & _core._F.IS_AWAITABLE:
        value = _core.promise_future(value)
    elif not hasattr(value, "add_done_callback"):
        raise TypeError("Expected js func to return a promise")
    return value if converter is None else _converted_future(value, converter)


def _converted_future(future, converter):
    made = _core._loop().create_future()

    def settled(future):
        if made.done():
            return
        if future.cancelled():
            made.cancel()
            return
        error = future.exception()
        try:
            if error is None:
                made.set_result(converter.convert(future.result()))
            else:
                made.set_exception(error)
        except Exception as failure:  # the converter's: whoever awaits must not wait for ever
            made.set_exception(_core._raisable(failure))

    def cancelled(made):
        if made.cancelled():
            future.cancel()

    future.add_done_callback(settled)
    made.add_done_callback(cancelled)
    return made


def create_promise_converter(converter):
    """For promises of what `converter` converts."""
    return Js2PyConverter(_promise_to_py, None, converter)


py2js_default = Py2JsConverter(_as_it_is)
py2js_deep = Py2JsConverter(_deep_to_js)
py2js_as_js_json = Py2JsConverter(_json_to_js)
js2py_default = Js2PyConverter(_as_it_is)
js2py_default_call_result = Js2PyConverter(_as_it_is)
js2py_deep = Js2PyConverter(_deep_to_py)
js2py_as_py_json = Js2PyConverter(_json_to_py)
js2py_promise = Js2PyConverter(_promise_to_py)
