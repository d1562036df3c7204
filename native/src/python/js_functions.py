"""JavaScript functions, classes and iterators as Python's."""

import _collections_abc as _abc


class JsFunction(JsProxy):
    """A JavaScript function. Keyword arguments become one object, behind the others.

    Read as an attribute it is a method: `__self__` is the object it was read from, `__func__` the function alone.
    """

    __slots__ = ()

    @property
    def __self__(self):
        return _part_of_method(self, 4)

    @property
    def __func__(self):
        return _part_of_method(self, 3)

    @property
    def __name__(self):
        return self.__operate__(JS_GET, "name") or "<anonymous>"

    @property
    def __signature__(self):
        return _signature(self.__operate__(JS_SOURCE))

    def new(self, *values, **named):
        """`new function(...)`."""
        return self.__operate__(JS_NEW, *values, **named)


def _part_of_method(function, index):
    part = function.__describe__()[index]
    if part is None:
        raise AttributeError("this JavaScript function is no method: it was not read from an object")
    return part


class JsClass(JsFunction):
    """A JavaScript class. Calling it is `new`, but for Number, String, Boolean, Symbol and BigInt, which convert."""

    __slots__ = ()


_SIGNATURE_TEXT = 4096  # where a function's parameters are looked for


def _signature(source):
    """What inspect shows: names where the source has plain ones, else *args."""
    import inspect
    import re

    source = re.sub(r"//[^\n]*|/\*.*?\*/", " ", source[:_SIGNATURE_TEXT], flags=re.S)
    head = re.match(
        r"\s*(?:(?:async\s+)?(?:function\b)?\s*\*?\s*[\w$]*\s*\(([^()]*)\)|(?:async\s+)?([\w$]+)\s*=>)", source
    )
    names = None
    if source.startswith("class"):
        head = re.search(r"[\s{;}]constructor\s*\(([^()]*)\)\s*\{", source)
    if head is not None and "[native code]" not in source:
        names = head.group(1) if head.group(1) is not None else head.group(2)
    try:
        return inspect.Signature(_parameters(inspect, names))
    except (ValueError, TypeError):  # two of one name, or one that Python keeps for itself
        return inspect.Signature(_parameters(inspect, None))


def _parameters(inspect, names):
    if names is None:
        return [inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL)]
    parameters = []
    optional = False
    for part in filter(None, (name.strip() for name in names.split(","))):
        name, has_default, _ = part.partition("=")
        name = name.strip()
        if name.startswith("..."):
            parameters.append(inspect.Parameter(name[3:].strip(), inspect.Parameter.VAR_POSITIONAL))
            continue
        optional = optional or bool(has_default)
        parameters.append(
            inspect.Parameter(
                name,
                inspect.Parameter.POSITIONAL_ONLY,
                default=... if optional else inspect.Parameter.empty,
            )
        )
    return parameters


class JsIterator(JsProxy, _abc.Iterator):
    """A JavaScript iterator. What it returns at its end is the value of StopIteration."""

    __slots__ = ()

    def __iter__(self):
        return self

    def __next__(self):
        return _step(self, JS_NEXT)


def _step(iterator, *what):
    value = iterator.__operate__(*what)
    if value is _missing:
        result = iterator.__operate__(JS_RETURNED)
        raise StopIteration if result is None else StopIteration(result)
    return value


class _Iterator:
    """Iterates over what is no iterator to its shape: one that lost its `next`, or a Proxy."""

    __slots__ = ("_target",)

    def __init__(self, target):
        self._target = target

    def __iter__(self):
        return self

    def __next__(self):
        return _step(self._target, JS_NEXT)


def _iterator(made):
    """What an iterable gave: an iterator of Python's as it is."""
    if isinstance(made, JsProxy) and not isinstance(made, JsIterator):
        return _Iterator(made)
    return made


class JsGenerator(JsIterator, _abc.Generator):
    """A JavaScript generator: send is next(value), throw is throw(error), close is return()."""

    __slots__ = ()

    def send(self, value):
        return _step(self, JS_NEXT, value)

    def throw(self, kind, value=None, traceback=None):
        error = kind if value is None else value
        if isinstance(error, type):
            error = error()
        if traceback is not None:
            error = error.with_traceback(traceback)
        return _step(self, JS_THROW, error)

    def close(self):
        if self.__operate__(JS_RETURN) is not _missing:
            raise RuntimeError("the generator ignored its end: it yielded in a `finally`")
        self.__operate__(JS_RETURNED)
