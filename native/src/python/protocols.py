"""What a type's objects can do, for the JavaScript side of them.

Read off the type, as the interpreter itself does: neither an instance's __getattr__ nor a metaclass has a say, and no
code of anybody's runs.
"""

_mro_of = type.__dict__["__mro__"].__get__
_names_of = type.__dict__["__dict__"].__get__

# A capability, and the methods an object has it by.
_protocols = {
    "length": ("__len__",),
    "items": ("__getitem__",),
    "iterable": ("__iter__",),
    "iterator": ("__next__", "__iter__"),
    "generator": ("__next__", "send", "throw", "close"),
    "awaitable": ("__await__",),
    "coroutine": ("__await__", "send", "throw", "close"),
    "asyncIterable": ("__aiter__",),
    "asyncIterator": ("__anext__", "__aiter__"),
    "asyncGenerator": ("__anext__", "asend", "athrow", "aclose"),
    "contextManager": ("__enter__", "__exit__"),
    "asyncContextManager": ("__aenter__", "__aexit__"),
    "instanceCheck": ("__instancecheck__",),
    "contains": ("__contains__",),
    "mapping": ("keys", "__getitem__", "__len__", "__iter__"),
    "set": ("isdisjoint", "__contains__", "__len__", "__iter__"),
    "index": ("__index__",),
    "float": ("__float__",),
}


def shape_of_type(cls):
    """The capabilities of its instances: their names, with commas between."""
    mro = _mro_of(cls)

    def has(name):
        for base in mro:
            names = _names_of(base)
            if name in names:
                return names[name] is not None  # `__iter__ = None` takes it away
        return False

    shape = {name for name, methods in _protocols.items() if all(map(has, methods))}
    if "set" in shape and "items" in shape:
        shape.discard("set")
    if {"length", "items"} <= shape and "mapping" not in shape:
        shape.add("sequence")
    if "items" in shape and not has("__iter__") and "mapping" not in shape:
        if not any("__iter__" in _names_of(base) for base in mro):
            shape.add("iterable")  # by its items, one after the other
    if shape & {"index", "float"} and "length" not in shape:
        shape.add("number")
    if type in mro:
        shape.add("type")
    if BaseException in mro:
        shape.add("exception")
    return ",".join(sorted(shape - {"index", "float"}))
