"""What an annotation of a signature says about a value's way between the languages."""

import asyncio
import collections.abc
import inspect
import types
import typing

from ._converters import (
    Js2PyConverter,
    Py2JsConverter,
    create_promise_converter,
    js2py_as_py_json,
    js2py_deep,
    js2py_default,
    py2js_as_js_json,
    py2js_deep,
    py2js_default,
)

_PROMISES = (asyncio.Future, collections.abc.Awaitable, collections.abc.Coroutine)


class BindClass:
    """The base of classes that describe JavaScript objects: what is annotated with one is bound to it."""


class Deep:
    """Annotated[..., Deep]: a deep copy."""

    py2js = py2js_deep
    js2py = js2py_deep


class Json:
    """Annotated[..., Json]: a view that looks like what JSON makes."""

    py2js = py2js_as_js_json
    js2py = js2py_as_py_json


class Default:
    """Annotated[..., Default]: as without a signature."""


def _chained(first, second):
    if first is None or second is None:
        return second if first is None else first
    return lambda value: second(first(value))


class Py2JsConverterMeta(type):
    """A class statement with this makes a converter: `pre_convert` comes before `converter`'s own."""

    def __new__(cls, name, bases, namespace):
        made = namespace.get("converter", py2js_default).copy()
        made.pre_convert = _chained(namespace.get("pre_convert"), made.pre_convert)
        return made


class Js2PyConverterMeta(type):
    """A class statement with this makes a converter: `post_convert` comes after `converter`'s own."""

    def __new__(cls, name, bases, namespace):
        made = namespace.get("converter", js2py_default).copy()
        made.post_convert = _chained(made.post_convert, namespace.get("post_convert"))
        return made


def js2py_bind(signature):
    """A converter that binds what it gets; scalars and Python's own objects have nothing to bind."""

    def bind(value):
        bind_sig = getattr(type(value), "bind_sig", None)
        return value if bind_sig is None else bind_sig(value, signature)

    return Js2PyConverter(js2py_default._convert, bind)


def _without_none(annotation):
    """`X` of `X | None`; of other unions nothing can be said."""
    if typing.get_origin(annotation) not in (typing.Union, types.UnionType):
        return annotation
    members = [member for member in typing.get_args(annotation) if member is not type(None)]
    return members[0] if len(members) == 1 else None


def _marker(annotation):
    """What says how to convert: the first thing behind the type in Annotated, or the annotation itself."""
    annotation = _without_none(annotation)
    if typing.get_origin(annotation) is typing.Annotated:
        return annotation.__metadata__[0]
    return annotation


def _is_shape(value):
    return inspect.isclass(value) and issubclass(value, BindClass)


def to_python(annotation):
    """The converter for a result or a property, or None."""
    marker = _marker(annotation)
    origin = typing.get_origin(marker)
    if origin in _PROMISES:
        # Of a coroutine's three parameters the last is the result.
        return create_promise_converter(to_python(typing.get_args(marker)[-1]))
    if origin is type:
        return js2py_bind(marker) if _is_shape(typing.get_args(marker)[0]) else None
    if origin is not None or marker is None:
        return None
    if isinstance(marker, Js2PyConverter):
        return marker
    found = getattr(marker, "js2py", None)
    if found is not None:
        return found
    return js2py_bind(marker) if _is_shape(marker) else None


def to_javascript(annotation):
    """The converter for an argument, or None."""
    marker = _marker(annotation)
    return marker if isinstance(marker, Py2JsConverter) else getattr(marker, "py2js", None)
