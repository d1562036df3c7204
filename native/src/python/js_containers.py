"""JavaScript's containers as Python's: what the mixins of collections.abc build on."""

import _collections_abc as _abc  # collections.abc, without the package around it, which takes as long to load as the rest of this

_MOST_VALUES = 4096  # in one crossing


class JsIterable(JsProxy):
    """Something that JavaScript iterates over."""

    __slots__ = ()

    def __iter__(self):
        return _iterator(self.__operate__(JS_ITERATE, 0))


class JsLength(JsProxy):
    """Something with a `length`, or a `size`."""

    __slots__ = ()

    def __len__(self):
        length = self.__operate__(JS_LENGTH)
        if not isinstance(length, int):
            raise TypeError("the length of this JavaScript object is %r" % (length,))
        return length

    def __bool__(self):
        return True  # as JavaScript has it: its length may be anything


class JsItems(JsProxy):
    """Something with `get` and `has` that is no Map: items, and `in`, are what those say."""

    __slots__ = ()

    def __getitem__(self, key):
        value = self.__operate__(JS_CALL, "get", key)
        if (value is None or value is jsnull) and not self.__operate__(JS_CALL, "has", key):
            raise KeyError(key)
        return value

    def __setitem__(self, key, value):
        self.__operate__(JS_DO, "set", key, value)

    def __delitem__(self, key):
        if not self.__operate__(JS_CALL, "has", key):
            raise KeyError(key)
        self.__operate__(JS_DO, "delete", key)

    def __contains__(self, key):
        return bool(self.__operate__(JS_CALL, "has", key))


class JsArray(JsProxy, _abc.MutableSequence):
    """A JavaScript Array: a MutableSequence. Two arrays are equal when they are the same one.

    An empty one is false, as Python has it. A hole is None.
    """

    __slots__ = ()

    def __len__(self):
        return self.__operate__(JS_LENGTH)

    def __iter__(self):
        return _iterator(self.__operate__(JS_ITERATE, 0))

    def __getitem__(self, key):
        if isinstance(key, slice):
            start, _, step, count = _range(key, len(self))
            return self.__operate__(JS_SLICE, start, step, count)
        value = self.__operate__(JS_AT, _place(self, key))
        if value is _missing:
            raise IndexError("array index out of range")
        return value

    def __setitem__(self, key, value):
        if isinstance(key, slice):
            _set_slice(self, key, list(value))
            return
        done = self.__operate__(JS_PUT, _place(self, key), value)
        if done is _missing:
            raise IndexError("array assignment index out of range")
        if not done:
            raise TypeError("this JavaScript array is frozen")

    def __delitem__(self, key):
        length = len(self)
        if isinstance(key, slice):
            start, stop, step, count = _range(key, length)
            if step == 1:
                _splice(self, start, count, ())
            else:
                for index in sorted(range(start, stop, step), reverse=True):
                    _splice(self, index, 1, ())
            return
        index = _index(key)
        index = index + length if index < 0 else index
        if not 0 <= index < length:
            raise IndexError("array deletion index out of range")
        _splice(self, index, 1, ())

    def insert(self, index, value):
        length = len(self)
        index = _index(index)
        index = max(index + length, 0) if index < 0 else min(index, length)
        _splice(self, index, 0, (value,))

    def append(self, value):
        self.__operate__(JS_DO, "push", value)

    def extend(self, values):
        _splice(self, len(self), 0, list(values))

    def clear(self):
        _splice(self, 0, len(self), ())


def _place(array, key):
    index = _index(key)
    return index + len(array) if index < 0 else index


def _set_slice(array, key, values):
    start, stop, step, count = _range(key, len(array))
    if step == 1:
        _splice(array, start, count, values)
        return
    if len(values) != count:
        raise ValueError(
            "attempt to assign sequence of size %d to extended slice of size %d" % (len(values), count)
        )
    for index, value in zip(range(start, stop, step), values):
        array[index] = value


def _splice(array, start, gone, values):
    array.__operate__(JS_SPLICE, start, gone, *values[:_MOST_VALUES])
    for done in range(_MOST_VALUES, len(values), _MOST_VALUES):
        array.__operate__(JS_SPLICE, start + done, 0, *values[done : done + _MOST_VALUES])


def _index(key):
    method = getattr(type(key), "__index__", None)
    if method is None:
        raise TypeError("array indices must be integers or slices, not " + type(key).__name__)
    return method(key)


def _range(key, length):
    """start, stop, step and how many."""
    start, stop, step = key.indices(length)
    if step == 1:
        stop = max(start, stop)
    return start, stop, step, len(range(start, stop, step))


class JsMap(JsProxy, _abc.MutableMapping):
    """A JavaScript Map: a MutableMapping. Keys are equal as JavaScript has it: by value for scalars, else by identity.

    Keys that are objects are never copied: they are JavaScript's.
    """

    __slots__ = ()

    def __len__(self):
        return self.__operate__(JS_LENGTH)

    def __iter__(self):
        return _iterator(self.__operate__(JS_ITERATE, 1))

    def __contains__(self, key):
        return self.__operate__(JS_CALL, "has", key)

    def __getitem__(self, key):
        value = self.__operate__(JS_CALL, "get", key)
        if value is None and not self.__operate__(JS_CALL, "has", key):
            raise KeyError(key)
        return value

    def __setitem__(self, key, value):
        self.__operate__(JS_DO, "set", key, value)

    def __delitem__(self, key):
        if not self.__operate__(JS_CALL, "delete", key):
            raise KeyError(key)

    def clear(self):
        self.__operate__(JS_DO, "clear")


class JsSet(JsProxy, _abc.MutableSet):
    """A JavaScript Set: a MutableSet. What operators make of two sets is a set of Python's."""

    __slots__ = ()

    # Those of JsObject, which comes first, know of no order.
    __le__ = _abc.Set.__le__
    __lt__ = _abc.Set.__lt__
    __ge__ = _abc.Set.__ge__
    __gt__ = _abc.Set.__gt__

    @classmethod
    def _from_iterable(cls, values):
        return set(values)

    def __len__(self):
        return self.__operate__(JS_LENGTH)

    def __iter__(self):
        return _iterator(self.__operate__(JS_ITERATE, 1))

    def __contains__(self, value):
        return self.__operate__(JS_CALL, "has", value)

    def add(self, value):
        self.__operate__(JS_DO, "add", value)

    def discard(self, value):
        self.__operate__(JS_DO, "delete", value)

    def clear(self):
        self.__operate__(JS_DO, "clear")


class JsObjectMap(_abc.MutableMapping):
    """The own enumerable properties of a JavaScript object as a mapping. `target` is the object."""

    __slots__ = ("target",)
    __module__ = "nogil"

    def __init__(self, target):
        self.target = target

    def __repr__(self):
        return "JsObjectMap(%r)" % (self.target,)

    def __len__(self):
        return len(self.target.object_keys())

    def __iter__(self):
        return iter(self.target.object_keys())

    def __contains__(self, key):
        return isinstance(key, str) and self.target.__operate__(JS_HAS_OWN, key)

    def __getitem__(self, key):
        if key not in self:
            raise KeyError(key)
        return self.target.__operate__(JS_GET, key)

    def __setitem__(self, key, value):
        if not isinstance(key, str):
            raise TypeError("the names of JavaScript properties are strings, not " + type(key).__name__)
        self.target.js_set(key, value)

    def __delitem__(self, key):
        if key not in self:
            raise KeyError(key)
        _check_deleted(self.target.__operate__(JS_DELETE_KEY, key), key, KeyError)
