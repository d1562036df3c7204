"""Values that Python itself has no word for."""


class JsNull:
    """The type of `jsnull`, JavaScript's null where that is not None."""

    __slots__ = ()

    def __new__(cls):
        return jsnull

    def __init_subclass__(cls):
        raise TypeError("JsNull has one instance, jsnull, and no subclasses")

    def __bool__(self):
        return False

    def __repr__(self):
        return "jsnull"

    def __reduce__(self):
        return "jsnull"


jsnull = object.__new__(JsNull)
