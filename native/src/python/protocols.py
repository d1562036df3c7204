"""What a type's objects can do, for the JavaScript side of them; and what is done by protocols.

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
    if any("__nogil_class__" in _names_of(base) for base in mro):
        shape.add("emitted")
    return ",".join(sorted(shape - {"index", "float"}))


def _method(value, name):
    """As the interpreter finds special methods: of the type, bound; None where it has none."""
    cls = type(value)
    for base in _mro_of(cls):
        names = _names_of(base)
        if name in names:
            found = names[name]
            bind = None if found is None else getattr(type(found), "__get__", None)
            return found if bind is None else bind(found, value, cls)
    return None


def to_number(value):
    """What JavaScript's Number() means: an int stays exact where it can, the rest is a float."""
    index = _method(value, "__index__")
    return float(value) if index is None else index()


def has_name(value, name):
    """Whether `name` is an attribute, without running a property: the answer may be all that is wanted."""
    if any(name in _names_of(base) for base in _mro_of(type(value))):
        return True
    return hasattr(value, name)


def names_of(value):
    """dir(), as JSON: its strings, each once."""
    import json

    return json.dumps(list(dict.fromkeys(name for name in dir(value) if isinstance(name, str))))


def has_instance(cls, value):
    return isinstance(value, cls)


def has_index(value, index):
    """Whether an item has that index, or that key."""
    if "mapping" in shape_of_type(type(value)):
        return index in value
    return index < len(value)


def get_entry(mapping, key):
    try:
        return mapping[key]
    except KeyError:
        return None


def delete_entry(container, key):
    """Whether there was one."""
    if key not in container:
        return False
    discard = getattr(container, "discard", None)
    if discard is None:
        del container[key]
    else:
        discard(key)
    return True


# ---- slices ----

slice_of = slice


def slice_item(value, is_tuple, *parts):
    """value[key]; parts are (kind, a, b, c) one after the other, as slice-text.ts writes them."""
    keys = []
    for i in range(0, len(parts), 4):
        kind, start, stop, step = parts[i : i + 4]
        if kind == 0:
            keys.append(start)
        elif kind == 1:
            keys.append(slice(start, stop, step))
        else:
            keys.append(Ellipsis if kind == 2 else None)
    return value[tuple(keys) if is_tuple else keys[0]]


# ---- operators ----


def operator_named(name):
    import operator

    return divmod if name == "divmod" else pow if name == "pow" else getattr(operator, name)


# ---- context managers ----


def _special(value, name, wanted):
    method = _method(value, name)
    if method is None:
        raise TypeError("%r is no %s: its type has no %s" % (type(value).__name__, wanted, name))
    return method


def with_exit(manager):
    """Looked up before __enter__ runs, as the statement does it."""
    return _special(manager, "__exit__", "context manager")


def with_enter(manager):
    return _special(manager, "__enter__", "context manager")()


def async_with_exit(manager):
    return _special(manager, "__aexit__", "asynchronous context manager")


def async_with_enter(manager):
    return _special(manager, "__aenter__", "asynchronous context manager")()


def leave(leaver, error):
    """Calls what with_exit or async_with_exit gave."""
    if error is None:
        return leaver(None, None, None)
    return leaver(type(error), error, error.__traceback__)


truth = bool
length_of = len


type_of = type
hash_of = hash
id_of = id
iterator_of = iter
next_of = next
has_attribute = hasattr
set_attribute = setattr
delete_attribute = delattr


def is_instance(value, *classes):
    return isinstance(value, classes[0] if len(classes) == 1 else classes)


def is_subclass(cls, *bases):
    return issubclass(cls, bases[0] if len(bases) == 1 else bases)


def contains(container, key):
    return key in container


def call_method(value, name):
    return getattr(value, name)()


# ---- awaiting ----


def coroutine_type():
    return types.CoroutineType


def async_iterator(value):
    iterator = _special(value, "__aiter__", "asynchronous iterable")()
    _special(iterator, "__anext__", "asynchronous iterator")
    return iterator


async def async_next(iterator):
    """A tuple with the next value; None at the end."""
    try:
        return (await _special(iterator, "__anext__", "asynchronous iterator")(),)
    except StopAsyncIteration:
        return None


async def async_step(generator, action, value):
    """One step of an asynchronous generator: as async_next."""
    try:
        return (await getattr(generator, action)(value),)
    except StopAsyncIteration:
        return None


async def close_async_generator(iterator):
    """As close_generator: only what is certain to be nobody else's."""
    if type(iterator) is types.AsyncGeneratorType:
        await iterator.aclose()


# ---- JSON ----

_LARGEST_EXACT = (1 << 53) - 1


def to_json(value):
    """The JSON text of what JSON can hold. A TypeError for anything else: nothing is left out or made similar."""
    import json

    seen = set()
    path = [value]
    while path:
        each = path.pop()
        cls = type(each)
        if cls is bool or each is None:
            continue
        if cls is str:
            if not each.isascii():
                units = each.encode("utf-16-le", "surrogatepass")
                if units.decode("utf-16-le", "surrogatepass") != each:
                    raise TypeError("a str with a surrogate pair would become another text in JSON")
            continue
        if cls is int:
            if not -_LARGEST_EXACT <= each <= _LARGEST_EXACT:
                raise TypeError("an int beyond 2**53 is no exact JSON number; make it a str")
            continue
        if cls is float:
            if each != each or each in (float("inf"), float("-inf")):
                raise TypeError("%r is no JSON number; make it None or a str" % each)
            continue
        if cls not in (dict, list, tuple):
            raise TypeError(
                "a %s cannot be written as JSON; convert it first, with toJs() for example" % cls.__qualname__
            )
        if id(each) in seen:
            continue
        seen.add(id(each))
        if cls is dict:
            for key in each:
                if type(key) is not str:
                    raise TypeError("the key %r cannot be written as JSON: keys are str" % (key,))
            path.extend(each.values())
        else:
            path.extend(each)
    try:
        return json.dumps(value, allow_nan=False, check_circular=True)
    except ValueError:
        raise TypeError("it contains itself, which JSON cannot hold") from None
