"""JavaScript objects as Python sees them. `JsObject` is the core's (js_objects.c).

What an object can do is its shape, told when it crosses: one class for each, made of the parts below.
"""

_js_types = {}


class JsProxy(JsObject):  # noqa: F821: the core puts it here
    """A JavaScript object. Attributes are its properties."""

    __slots__ = ()
    __module__ = "nogil"

    def __getattr__(self, name):
        return self._operate(JS_GET, name)

    def __setattr__(self, name, value):
        self._operate(JS_SET, name, value)

    def __delattr__(self, name):
        self._operate(JS_DELETE, name)

    def __repr__(self):
        return self._operate(JS_REPR)


def js_type(shape):
    """The class for a shape: the same one for everybody who asks."""
    return _js_types.setdefault(shape, JsProxy)
