"""JavaScript objects by Pyodide's rules, and the conversions of both directions.

`install` gets the core's own namespace and an object of the entry's, whose operations (root.ts, operations.ts) are
asked for by name: `object.__operate__(name, *arguments)`.
"""

import collections.abc as _abc
import keyword as _keyword
import operator as _operator
import sys as _sys
import weakref as _weakref

_nogil = _sys.modules["_pyodide_start"].nogil
_root = _sys.modules["_pyodide_start"].root
_JsObject = _nogil.JsObject
_missing = _nogil._missing
_NogilException = _nogil.JsException

js_flags = {
    name: 1 << bit
    for bit, name in enumerate(
        "IS_ITERABLE IS_ITERATOR HAS_LENGTH HAS_GET HAS_SET HAS_HAS HAS_INCLUDES HAS_DISPOSE HAS_ASYNC_DISPOSE "
        "IS_AWAITABLE IS_BUFFER IS_CALLABLE IS_ARRAY IS_ARRAY_LIKE IS_TYPEDARRAY IS_DOUBLE_PROXY IS_OBJECT_MAP "
        "IS_ASYNC_ITERABLE IS_GENERATOR IS_ASYNC_GENERATOR IS_ASYNC_ITERATOR IS_ERROR IS_PY_JSON_DICT "
        "IS_PY_JSON_SEQUENCE".split()
    )
}
_F = type("_Flags", (), js_flags)
INT_MAX = 2**31 - 1


# ---- scalars that JavaScript has and Python does not ----------------------------------------

_jsnull_type = type(_nogil.jsnull)
jsnull = _nogil.jsnull
JsNull = _jsnull_type


def _big(result):
    return JsBigInt(result) if type(result) is int or isinstance(result, JsBigInt) else result


def _big_method(name):
    plain = getattr(int, name)

    def method(self, *others):
        return _big(plain(self, *others))

    method.__name__ = name
    return method


class JsBigInt(int):
    """An int that is a BigInt in JavaScript, whatever its size."""

    __module__ = "pyodide.ffi"
    __slots__ = ()


for _name in "abs pos neg invert add sub and or xor floordiv lshift rshift pow mod".split():
    _name = "__%s__" % _name
    setattr(JsBigInt, _name, _big_method(_name))


class ConversionError(Exception):
    """A value cannot be converted between the languages."""

    __module__ = "pyodide.ffi"


class InternalError(Exception):
    """A defect of the bridge."""

    __module__ = "pyodide.ffi"


# ---- the abstract classes -------------------------------------------------------------------


class _JsProxyMetaClass(type):
    def __instancecheck__(cls, instance):
        return cls.__subclasscheck__(type(instance))

    def __subclasscheck__(cls, subclass):
        if type.__subclasscheck__(cls, subclass):
            return True
        flags = getattr(subclass, "_js_type_flags", None)
        if not isinstance(flags, int):
            return False
        own = cls.__dict__.get("_js_type_flags")
        if own is not None:  # a real class: only one of the same flags
            return own == flags
        return any(flags & wanted == wanted for wanted in cls._js_flag_sets) if cls._js_flag_sets else True

    def __call__(cls, *args, **kwargs):
        if "_js_flag_sets" in cls.__dict__ or "_js_type_flags" in cls.__dict__:
            raise TypeError("%s cannot be instantiated." % cls.__name__)
        return type.__call__(cls, *args, **kwargs)


class _JsTypeMeta(type):
    """Of the classes that JavaScript objects have: one for each set of flags."""

    def __repr__(cls):
        return "<class '%s.%s'>" % (cls.__module__, cls.__name__)

    def __subclasscheck__(cls, subclass):
        if type.__subclasscheck__(cls, subclass):
            return True
        wanted = getattr(subclass, "_js_flag_sets", None)
        own = cls.__dict__.get("_js_type_flags")
        if own == 0 and isinstance(getattr(subclass, "_js_type_flags", None), int):
            return True
        if wanted is None or own is None:
            return False
        return own in wanted if wanted else own == 0

    def __instancecheck__(cls, instance):
        return type.__subclasscheck__(cls, type(instance))

    def __call__(cls, *args, **kwargs):
        raise TypeError("%s cannot be instantiated." % cls.__name__)


# ---- attributes -----------------------------------------------------------------------------


def _property_of(name):
    if name.endswith("_") and _keyword.iskeyword(name.rstrip("_")):
        return name[:-1]
    return name


def _attribute_of(name):
    return name + "_" if _keyword.iskeyword(name.rstrip("_")) else name


_PYTHON_SIDE = frozenset(("__loader__", "__name__", "__package__", "__path__", "__spec__"))


class _JsBase(_JsObject, metaclass=_JsTypeMeta):
    __module__ = "pyodide.ffi"
    __slots__ = ("_sides",)
    _js_type_flags = 0

    def __getattr__(self, name):
        if name in _PYTHON_SIDE:
            try:
                return _side_of(self)[name]
            except KeyError:
                raise AttributeError(name) from None
        if name == "__all__" and _is_module(self):
            return _module_all(self)
        if name == "_sides" or (name == "keys" and self._js_type_flags & (_F.IS_ARRAY | _F.IS_TYPEDARRAY)):
            raise AttributeError(name)
        value = self.__operate__("get", _property_of(name))
        if value is _missing:
            raise AttributeError(name, name=name, obj=self)
        if isinstance(value, _JsBase) and value._js_type_flags & _F.IS_CALLABLE:
            return value if value._js_type_flags & _F.IS_DOUBLE_PROXY else _bound(value, self)
        return value

    def __setattr__(self, name, value):
        if name in _PYTHON_SIDE:
            _side_of(self)[name] = value
        elif name == "_sides":
            _JsObject.__setattr__(self, name, value)
        else:
            self.__operate__("set", _property_of(name), value)

    def __delattr__(self, name):
        if name in _PYTHON_SIDE:
            if _side_of(self).pop(name, None) is None:
                raise AttributeError(name)
        else:
            self.__operate__("delete_property", _property_of(name))

    def __dir__(self):
        names = set(object.__dir__(self))
        names.discard("_sides")
        if not self._js_type_flags & _F.IS_CALLABLE:
            names.discard("__call__")
        found = self.__operate__("names")
        names.update(_attribute_of(name) for name in found.split("\0") if name)
        if self._js_type_flags & (_F.IS_ARRAY | _F.IS_TYPEDARRAY):
            names.discard("keys")
        return sorted(names)

    def __repr__(self):
        return self.__operate__("to_string")

    __str__ = __repr__

    def __bool__(self):
        return self.__operate__("bool")

    def __eq__(self, other):
        return isinstance(other, _JsObject) and self.__operate__("compare", other, "===")

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return self.js_id

    def __lt__(self, other):
        return self.__operate__("compare", other, "<") if isinstance(other, _JsObject) else NotImplemented

    def __le__(self, other):
        return self.__operate__("compare", other, "<=") if isinstance(other, _JsObject) else NotImplemented

    def __gt__(self, other):
        return self.__operate__("compare", other, ">") if isinstance(other, _JsObject) else NotImplemented

    def __ge__(self, other):
        return self.__operate__("compare", other, ">=") if isinstance(other, _JsObject) else NotImplemented

    def __reduce_ex__(self, protocol):
        raise TypeError("cannot pickle 'pyodide.ffi.JsProxy' object")

    @property
    def js_id(self):
        owner, number = self.__describe__()[:2]
        return owner << 32 | number

    @property
    def typeof(self):
        return self.__operate__("typeof")

    def object_entries(self):
        return self.__operate__("object_entries")

    def object_keys(self):
        return self.__operate__("object_keys")

    def object_values(self):
        return self.__operate__("object_values")

    def to_py(self, *, depth=-1, default_converter=None):
        """A deep copy in Python."""
        return to_py(self, depth, default_converter)

    def to_weakref(self):
        return self.__operate__("weakref")

    def bind_sig(self, signature):
        from _pyodide.jsbind import bind_sig

        return bind_sig(self, signature)

    def bind_class(self, signature):
        from _pyodide.jsbind import bind_class

        return bind_class(self, signature)

    @property
    def _sig(self):
        return None


def _bound(function, receiver):
    return function.__bind__(receiver)


def _side_of(proxy):
    try:
        return proxy._sides
    except AttributeError:
        _JsObject.__setattr__(proxy, "_sides", {})
        return proxy._sides


def _is_module(proxy):
    hook = _sys.modules.get("_pyodide._importhook")
    return hook is not None and "__spec__" in _side_of(proxy)


def _module_all(proxy):
    value = proxy.__operate__("get", "__all__")
    if value is not _missing:
        return list(value.to_py()) if isinstance(value, _JsBase) else list(value)
    return [name for name in proxy.__operate__("own_names").split("\0") if name]


def _plain_object(values):
    made = _root.__operate__("object")
    for key, value in values.items():
        made.__operate__("set", key, value)
    return made


# ---- parts ----------------------------------------------------------------------------------


def _length(self, what="length"):
    length = self.__operate__("length")
    if not isinstance(length, (int, float)) or isinstance(length, bool) or length != length or length is _missing:
        raise TypeError("object does not have a valid length")
    length = int(length)
    if length < 0:
        raise ValueError("length %d of object is negative" % length)
    if length > INT_MAX:
        raise OverflowError("length %d of object is larger than INT_MAX (2147483647)" % length)
    return length


class _Length:
    __slots__ = ()

    def __len__(self):
        return _length(self)


class _Get:
    __slots__ = ()

    def __getitem__(self, key):
        value = self.__operate__("get_item", key)
        if value is _missing:
            raise KeyError(key)
        return value


class _Set:
    __slots__ = ()

    def __setitem__(self, key, value):
        self.__operate__("set_item", key, value)

    def __delitem__(self, key):
        if not self.__operate__("delete_item", key):
            raise KeyError(key)


class _Has:
    __slots__ = ()

    def __contains__(self, value):
        return self.__operate__("has", value)


class _Includes:
    __slots__ = ()

    def __contains__(self, value):
        return self.__operate__("includes", value)


class _Iterable:
    __slots__ = ()

    def __iter__(self):
        return self.__operate__("iterate")


class _MapIterable:
    __slots__ = ()

    def __iter__(self):
        return iter(self.__operate__("keys"))


class _Iterator:
    __slots__ = ()

    def __iter__(self):
        return self

    def __next__(self):
        return _step(self, "next")

    def send(self, value):
        return _step(self, "next", value)


def _two(pair):
    """Both items of a JavaScript array, which is itself iterated by what asks for this."""
    return pair.__operate__("item", 0), pair.__operate__("item", 1)


def _step(self, how, *values):
    done, value = _two(self.__operate__("step", how, *values).__operate__("pair"))
    if done:
        raise StopIteration(value)
    return value


def _error_of(kind, value=None, traceback=None):
    if isinstance(kind, type):
        if value is None:
            return kind()
        return value if isinstance(value, kind) else kind(value)
    return kind


class _Generator(_Iterator):
    __slots__ = ()

    def throw(self, kind, value=None, traceback=None):
        error = _error_of(kind, value, traceback)
        if isinstance(error, GeneratorExit):
            done, result = _two(self.__operate__("step", "return").__operate__("pair"))
            if done:
                raise error
            return result
        return _step(self, "throw", _exported(error))

    def close(self):
        done, _ = _two(self.__operate__("step", "return").__operate__("pair"))
        if not done:
            raise RuntimeError("JavaScript generator ignored return")


def _exported(error):
    return error if isinstance(error, _NogilException) else _root.__operate__("error_of", error)


class _AsyncIterable:
    __slots__ = ()

    def __aiter__(self):
        return self.__operate__("iterate_async")


class _AsyncIterator:
    __slots__ = ()

    def __aiter__(self):
        return self

    def __anext__(self):
        return _async_step(self, "next")

    def asend(self, value):
        return _async_step(self, "next", value)


def _async_step(self, how, *values):
    loop = _loop()
    future = loop.create_future()
    promise = self.__operate__("step_async", how, *values)

    def settled(result):
        if future.done():
            return
        done, value = _two(result.__operate__("pair"))
        if done:
            future.set_exception(StopAsyncIteration(value))
        else:
            future.set_result(value)

    _settle(promise, settled, lambda error: future.done() or future.set_exception(_raisable(error)))
    return future


class _AsyncGenerator(_AsyncIterator):
    __slots__ = ()

    def athrow(self, kind, value=None, traceback=None):
        error = _error_of(kind, value, traceback)
        if isinstance(error, GeneratorExit):
            return _async_step(self, "return")
        return _async_step(self, "throw", _exported(error))

    def aclose(self):
        loop = _loop()
        future = loop.create_future()

        def settled(result):
            if future.done():
                return
            done, _ = _two(result.__operate__("pair"))
            if done:
                future.set_result(None)
            else:
                future.set_exception(RuntimeError("JavaScript generator ignored return"))

        def failed(error):
            if not future.done():
                future.set_exception(_raisable(error))

        _settle(self.__operate__("step_async", "return"), settled, failed)
        return future


class _Dispose:
    __slots__ = ()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.__operate__("dispose")


class _AsyncDispose:
    __slots__ = ()

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, value, traceback):
        await promise_future(self.__operate__("dispose_async"))


# ---- promises -------------------------------------------------------------------------------


def _loop():
    import asyncio

    return asyncio.get_event_loop()


def _raisable(error):
    if isinstance(error, BaseException):
        if isinstance(error, StopIteration):
            return RuntimeError("a promise was rejected with StopIteration")
        return error
    return _root.__operate__("error_for_value", error)


def _settle(promise, resolved, rejected):
    _root.__operate__("settle", promise, resolved, rejected)


def promise_future(promise):
    """A future that has the promise's result."""
    future = _loop().create_future()
    _settle(
        promise,
        lambda value=None: future.done() or future.set_result(value),
        lambda error=None: future.done() or future.set_exception(_raisable(error)),
    )
    return future


class _Awaitable:
    __slots__ = ()

    def __await__(self):
        if not self.__operate__("is_thenable"):
            raise TypeError("object %s can't be used in 'await' expression" % type(self).__name__)
        return promise_future(self).__await__()

    def then(self, onfulfilled=None, onrejected=None):
        return _root.__operate__("then", self, onfulfilled, onrejected)

    def catch(self, onrejected):
        return _root.__operate__("then", self, None, onrejected)

    def finally_(self, onfinally):
        return _root.__operate__("finally", self, onfinally)


# ---- functions ------------------------------------------------------------------------------


class _Callable:
    __slots__ = ()

    def new(self, *args, **kwargs):
        """Constructs an object, as JavaScript's `new` does."""
        if kwargs:
            args = (*args, _plain_object(kwargs))
        return self.__operate__("new", *args)

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return _Method(self, instance)


class _Method:
    """A JavaScript function that a Python class has for a method."""

    __slots__ = ("__func__", "__self__")

    def __init__(self, function, instance):
        self.__func__ = function
        self.__self__ = instance

    def __call__(self, *args, **kwargs):
        if kwargs:
            args = (*args, _plain_object(kwargs))
        return self.__func__.__operate__("call", self.__self__, *args)


class _DoubleProxy:
    __slots__ = ()

    def destroy(self):
        self.__operate__("destroy_proxy")

    def unwrap(self):
        return self.__operate__("unwrap")


# ---- arrays ---------------------------------------------------------------------------------

_ABSENT = object()


def _array_index(self, key, length=None):
    index = _operator.index(key)
    if index < 0:
        index += _length(self) if length is None else length
    return index


def _check_key(key):
    if not isinstance(key, slice) and not hasattr(type(key), "__index__"):
        raise TypeError("list indices must be integers or slices, not %s" % type(key).__name__)


class _ArrayReading:
    __slots__ = ()

    def __len__(self):
        return _length(self)

    def __iter__(self):
        return self.__operate__("iterate")

    def __reversed__(self):
        return _reversed(self)

    def __getitem__(self, key):
        _check_key(key)
        if isinstance(key, slice):
            if self._js_type_flags & _F.IS_TYPEDARRAY:
                raise NotImplementedError("Slice subscripting isn't implemented for typed arrays")
            start, stop, step = key.indices(_length(self))
            return self.__operate__("slice", start, step, len(range(start, stop, step)))
        value = self.__operate__("at", _array_index(self, key))
        if value is _missing:
            raise IndexError(key)
        return value

    def index(self, value, start=0, stop=_sys.maxsize):
        length = _length(self)
        start, stop, _ = slice(start, stop).indices(length)
        for place in range(start, stop):
            if _same(_item(self, place), value):
                return place
        raise ValueError("%r is not in list" % (value,))

    def count(self, value):
        return sum(_same(_item(self, place), value) for place in range(_length(self)))


class _ArrayContains:
    """Not of what is only like an array: `in` iterates those."""

    __slots__ = ()

    def __contains__(self, value):
        return any(_same(_item(self, place), value) for place in range(_length(self)))


def _reversed(array):
    for place in range(_length(array) - 1, -1, -1):
        yield array.__operate__("item", place)


def _item(array, place):
    """An item; nothing for a proxy that was destroyed."""
    try:
        return array.__operate__("item", place)
    except JsException:
        return _missing


def _same(item, value):
    if isinstance(item, _JsBase) and item._js_type_flags & _F.IS_DOUBLE_PROXY and not isinstance(value, _JsObject):
        item = item.unwrap()
    return item is value or item == value


class _Concatenating:
    __slots__ = ()

    def __add__(self, other):
        return _root.__operate__("concat", self, _sequence(other))

    def __radd__(self, other):
        return _root.__operate__("concat", _sequence(other), self)

    def __mul__(self, count):
        return self.__operate__("repeat", _operator.index(count))

    __rmul__ = __mul__


def _sequence(value):
    if isinstance(value, _JsObject):
        return value
    return _new_array(value)


def _new_array(values):
    return _root.__operate__("array", *values)


class _TypedArray(_ArrayContains, _ArrayReading):
    __slots__ = ()

    def __setitem__(self, key, value):
        _check_key(key)
        if isinstance(key, slice):
            raise NotImplementedError("Slice assignment isn't implemented for typed arrays")
        index = _array_index(self, key)
        if not 0 <= index < _length(self):
            raise IndexError(key)
        self.__operate__("put", index, value)

    def __delitem__(self, key):
        raise TypeError("object doesn't support item deletion")

    def reverse(self):
        self.__operate__("call_method", "reverse")


class _ArrayLike(_ArrayReading, _Concatenating):
    __slots__ = ()


class _Array(_ArrayContains, _ArrayReading, _Concatenating):
    __slots__ = ()

    def __setitem__(self, key, value):
        _check_key(key)
        if isinstance(key, slice):
            self._set_slice(key, value)
            return
        index = _array_index(self, key)
        if not 0 <= index < _length(self):
            raise IndexError(key)
        self.__operate__("put", index, value)

    def _set_slice(self, key, value):
        length = _length(self)
        values = list(value) if hasattr(type(value), "__iter__") else value
        like = [None] * length
        like[key] = values  # raises what a list raises
        start, stop, step = key.indices(length)
        if step == 1:
            self.__operate__("splice", start, max(stop - start, 0), *values)
            return
        for place, item in zip(range(start, stop, step), values):
            self.__operate__("put", place, item)

    def __delitem__(self, key):
        _check_key(key)
        length = _length(self)
        if isinstance(key, slice):
            start, stop, step = key.indices(length)
            if step == 1:
                self.__operate__("splice", start, max(stop - start, 0))
                return
            for place in sorted(range(start, stop, step), reverse=True):
                self.__operate__("splice", place, 1)
            return
        index = _array_index(self, key, length)
        if not 0 <= index < length:
            raise IndexError(key)
        self.__operate__("splice", index, 1)

    def __iadd__(self, other):
        self.extend(other)
        return self

    def __imul__(self, count):
        self.__operate__("repeat_here", _operator.index(count))
        return self

    def extend(self, values):
        values = list(values)
        self.__operate__("splice", _length(self), 0, *values)

    def append(self, value):
        self.__operate__("push", value)

    def pop(self, index=-1):
        length = _length(self)
        if length == 0:
            raise IndexError("pop from empty list")
        place = _array_index(self, index, length)
        if not 0 <= place < length:
            raise IndexError("pop index out of range")
        return self.__operate__("pop", place)

    def remove(self, value):
        del self[self.index(value)]

    def insert(self, index, value):
        length = _length(self)
        index = _operator.index(index)
        if index < 0:
            index = max(index + length, 0)
        self.__operate__("splice", min(index, length), 0, value)

    def reverse(self):
        self.__operate__("call_method", "reverse")


# ---- maps -----------------------------------------------------------------------------------


class _Map:
    __slots__ = ()

    def keys(self):
        return _abc.KeysView(self)

    def values(self):
        return _abc.ValuesView(self)

    def items(self):
        return _abc.ItemsView(self)

    def get(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            return default


class _MutableMap(_Map):
    __slots__ = ()

    pop = _abc.MutableMapping.pop
    popitem = _abc.MutableMapping.popitem
    setdefault = _abc.MutableMapping.setdefault

    def update(*args, **kwargs):
        _abc.MutableMapping.update(*args, **kwargs)

    def clear(self):
        if not self.__operate__("clear"):
            _abc.MutableMapping.clear(self)


# MutableMapping.pop takes its own mark for its default.
def _pop(self, key, default=_ABSENT):
    try:
        value = self[key]
    except KeyError:
        if default is _ABSENT:
            raise
        return default
    del self[key]
    return value


_MutableMap.pop = _pop


class _ObjectMap(_MutableMap):
    __slots__ = ()

    def __len__(self):
        return self.__operate__("entry_count")

    def __iter__(self):
        return iter([key for key in self.__operate__("object_keys").to_py()])

    def __getitem__(self, key):
        value = self.__operate__("own", key) if isinstance(key, str) else _missing
        if value is _missing:
            raise KeyError(key)
        return value

    def __setitem__(self, key, value):
        if not isinstance(key, str):
            raise TypeError("Can only assign keys of type string to JavaScript object map")
        self.__operate__("set", key, value)

    def __delitem__(self, key):
        if not isinstance(key, str) or not self.__operate__("delete_own", key):
            raise KeyError(key)

    def __contains__(self, key):
        return isinstance(key, str) and self.__operate__("own", key) is not _missing

    def clear(self):
        for key in list(self):
            del self[key]


class _AsObjectMap:
    __slots__ = ()

    def as_object_map(self, *, hereditary=False):
        """Its own enumerable properties as a mapping."""
        return self.__operate__("as_object_map", bool(hereditary))


class _AsJson:
    __slots__ = ()

    def as_py_json(self):
        """The same object with arrays as sequences and objects as mappings, all the way down."""
        return self.__operate__("as_py_json")


# ---- buffers --------------------------------------------------------------------------------


class _Buffer:
    __slots__ = ()

    def to_bytes(self):
        return bytes(_buffer_view(self))

    def to_memoryview(self):
        kind = self.__operate__("buffer_format")
        return memoryview(bytearray(_buffer_view(self))).cast("B").cast(kind)

    def to_py(self, *, depth=-1, default_converter=None):
        return self.to_memoryview()

    def to_string(self, encoding=None):
        return _root.__operate__("decode", self, encoding)

    def assign(self, source):
        view = memoryview(source)
        _check_assign(self, view, "cannot assign to TypedArray of length %d from buffer of length %d")
        self.__operate__("write_bytes", view.tobytes().decode("latin-1"))

    def assign_to(self, target):
        view = memoryview(target)
        _check_assign(self, view, "cannot assign from TypedArray of length %d to buffer of length %d")
        if view.readonly:
            raise ValueError("the buffer is read-only")
        view.cast("B")[:] = _buffer_view(self)

    def to_file(self, file):
        import os

        file.flush()
        data = self.to_bytes()
        while data:
            data = data[os.write(file.fileno(), data) :]

    def _into_file(self, file):
        self.to_file(file)

    def from_file(self, file):
        import os

        count = self.__operate__("byte_length")
        data = b""
        while len(data) < count:
            part = os.read(file.fileno(), count - len(data))
            if not part:
                break
            data += part
        self.__operate__("write_bytes", data.decode("latin-1"))


def _buffer_view(buffer):
    return buffer.__operate__("bytes").encode("latin-1")


def _check_assign(array, view, message):
    length = array.__operate__("byte_length")
    if view.nbytes != length:
        raise ValueError(message % (length, view.nbytes))
    size = array.__operate__("item_size")
    if size and size != view.itemsize:
        raise ValueError("TypedArray and memorybuffer have incompatible formats")


# ---- the classes ----------------------------------------------------------------------------

_types = {}


def _map_flags(flags):
    wanted = _F.HAS_GET | _F.HAS_LENGTH | _F.IS_ITERABLE
    return flags & wanted == wanted and not flags & (_F.IS_ARRAY | _F.IS_TYPEDARRAY)


def _parts_of(flags):
    parts = []
    add = parts.append
    if flags & (_F.IS_OBJECT_MAP | _F.IS_PY_JSON_DICT):
        add(_ObjectMap)
    elif flags & _F.IS_TYPEDARRAY:
        add(_TypedArray)
    elif flags & _F.IS_ARRAY:
        add(_Array)
    else:
        if _map_flags(flags):
            add(_MutableMap if flags & _F.HAS_SET else _Map)
        elif flags & _F.IS_ARRAY_LIKE:
            add(_ArrayLike)
        if flags & _F.HAS_HAS:
            parts.insert(0, _Has)
        elif flags & _F.HAS_INCLUDES:
            parts.insert(0, _Includes)
        if flags & _F.HAS_GET:
            parts.insert(0, _Get)
        if flags & _F.HAS_SET:
            add(_Set)
        if flags & _F.HAS_LENGTH:
            add(_Length)
    if flags & _F.IS_GENERATOR:
        add(_Generator)
    elif flags & _F.IS_ITERATOR:
        add(_Iterator)
    elif flags & _F.IS_ITERABLE and not flags & (_F.IS_ARRAY | _F.IS_TYPEDARRAY | _F.IS_OBJECT_MAP | _F.IS_PY_JSON_DICT):
        parts.insert(0, _MapIterable if _map_flags(flags) else _Iterable)
    if flags & _F.IS_ASYNC_GENERATOR:
        add(_AsyncGenerator)
    elif flags & _F.IS_ASYNC_ITERATOR:
        add(_AsyncIterator)
    elif flags & _F.IS_ASYNC_ITERABLE:
        add(_AsyncIterable)
    if flags & _F.IS_AWAITABLE:
        add(_Awaitable)
    if flags & _F.IS_BUFFER:
        parts.insert(0, _Buffer)
    if flags & _F.IS_CALLABLE:
        add(_Callable)
    if flags & _F.IS_DOUBLE_PROXY:
        add(_DoubleProxy)
    if flags & _F.HAS_DISPOSE:
        add(_Dispose)
    if flags & _F.HAS_ASYNC_DISPOSE:
        add(_AsyncDispose)
    without = _F.IS_BUFFER | _F.IS_TYPEDARRAY | _F.IS_ITERATOR | _F.IS_CALLABLE | _F.IS_ERROR | _F.IS_DOUBLE_PROXY
    if not flags & without:
        add(_AsJson)
        if not flags & _F.IS_ARRAY:
            add(_AsObjectMap)
    return parts


def js_type(flags):
    """The class for a set of flags."""
    known = _types.get(flags)
    if known is None:
        known = _types.setdefault(flags, _make_type(flags))
    return known


def _make_type(flags):
    body = {"__slots__": (), "__module__": "pyodide.ffi", "_js_type_flags": flags}
    if not flags & _F.IS_CALLABLE:
        body["__call__"] = None
    if flags & _F.IS_OBJECT_MAP or flags & _F.IS_PY_JSON_DICT:
        pass
    if not flags & _F.IS_CALLABLE:
        del body["__call__"]
    made = _JsTypeMeta("JsProxy", (*_parts_of(flags), _JsBase), body)
    if flags & (_F.IS_ARRAY | _F.IS_TYPEDARRAY):
        _abc.MutableSequence.register(made)
    elif flags & _F.IS_ARRAY_LIKE:
        _abc.Sequence.register(made)
    elif flags & (_F.IS_OBJECT_MAP | _F.IS_PY_JSON_DICT):
        _abc.MutableMapping.register(made)
    elif _map_flags(flags):
        (_abc.MutableMapping if flags & _F.HAS_SET else _abc.Mapping).register(made)
    return made


# ---- errors ---------------------------------------------------------------------------------


class _JsExceptionMeta(type):
    def __repr__(cls):
        return "<class '%s.%s'>" % (cls.__module__, cls.__name__)


class JsException(_NogilException, metaclass=_JsExceptionMeta):
    """A JavaScript Error; raised, it is thrown."""

    __module__ = "pyodide.ffi"
    _js_type_flags = _F.IS_ERROR
    __notes__ = None

    def __init__(self, name="Error", message="", stack=""):
        _NogilException.__init__(self, "%s: %s" % (name, message))
        carrier = _root.__operate__("make_error", name, message, stack)
        self.__dict__["_carrier"] = carrier
        self.__dict__["_is_error"] = True

    @property
    def js_error(self):
        return self

    @property
    def args(self):
        return (self,)

    @args.setter
    def args(self, value):
        pass

    def __getattribute__(self, name):
        if name in ("name", "message", "stack", "value") or name == "__notes__":
            if name == "__notes__":
                raise AttributeError(name)
            return self.__dict__["_carrier"].__getattr__(name)
        return _NogilException.__getattribute__(self, name)

    def __getattr__(self, name):
        carrier = self.__dict__.get("_carrier")
        if carrier is None or name == "__notes__":
            raise AttributeError(name)
        return getattr(carrier, name)

    def __setattr__(self, name, value):
        if name[:2] == "__":
            _NogilException.__setattr__(self, name, value)
        else:
            setattr(self.__dict__["_carrier"], name, value)

    def __str__(self):
        return str(self.__dict__["_carrier"])

    __repr__ = __str__

    def __bool__(self):
        return True

    def __dir__(self):
        return sorted(set(object.__dir__(self)) | set(dir(self.__dict__["_carrier"])))

    def __eq__(self, other):
        if isinstance(other, JsException):
            return self.__dict__["_carrier"] == other.__dict__["_carrier"]
        return False

    def __hash__(self):
        return hash(self.__dict__["_carrier"])

    def __reduce__(self):
        return JsException, (self.name, self.message, self.stack)


_exceptions = _weakref.WeakValueDictionary()


def js_exception(carrier):
    """The exception for an Error: the same one while it lives."""
    known = _exceptions.get(carrier.js_id)
    if known is not None and known.__dict__["_carrier"] is carrier:
        return known
    made = JsException.__new__(JsException)
    made.__dict__["_carrier"] = carrier
    made.__dict__["_is_error"] = True
    _exceptions[carrier.js_id] = made
    return made


def format_exception(error):
    """As Python shows it; and what `sys.last_exc` is from now on."""
    import traceback

    _sys.last_exc = _sys.last_value = error
    _sys.last_type = type(error)
    entry = error.__traceback__
    while entry is not None and entry.tb_frame.f_code.co_filename.startswith("<nogil/"):
        entry = entry.tb_next
    while entry is not None and entry.tb_frame.f_code.co_filename == __file__:
        entry = entry.tb_next
    _sys.last_traceback = entry
    try:
        return "".join(traceback.format_exception(type(error), error, entry))
    except BaseException as inner:
        return "%s\n<the traceback could not be formatted: %s>\n" % (type(error).__name__, type(inner).__name__)


def exception_name(error):
    return type(error).__qualname__


# ---- what a Python object can do ------------------------------------------------------------

_PLAIN, _BIGINT = -1, -2


def describe(value):
    """The flags of its proxy; below zero what is no proxy."""
    cls = type(value)
    if issubclass(cls, (int, float, str)):
        if cls is JsBigInt or issubclass(cls, JsBigInt):
            return _BIGINT
        return _PLAIN
    known = _flags_of_type.get(cls)
    if known is None:
        known = _type_flags(cls)
        try:
            _flags_of_type[cls] = known
        except TypeError:
            pass
    if isinstance(value, type) and hasattr(value, "__class_getitem__"):
        known |= 2
    return known


_flags_of_type = _weakref.WeakKeyDictionary()


def _type_flags(cls):
    names = set()
    for base in cls.__mro__:
        for name in base.__dict__:
            names.add(name)
    has = names.__contains__
    flags = 0
    if has("__len__"):
        flags |= 1
    if has("__getitem__"):
        flags |= 2
    if has("__setitem__") or has("__delitem__"):
        flags |= 4
    if has("__contains__"):
        flags |= 8
    if has("__next__"):
        flags |= 32
    elif (has("__iter__") and getattr(cls, "__iter__", None) is not None) or has("__getitem__"):
        flags |= 16
    if has("__await__") or cls.__name__ == "coroutine":
        flags |= 64
    if _has_buffer(cls):
        flags |= 128
    if has("__call__"):
        flags |= 256
    if has("__aiter__"):
        flags |= 512
    if has("__anext__"):
        flags |= 1024
    if issubclass(cls, _abc.Generator):
        flags |= 2048
    if issubclass(cls, _abc.AsyncGenerator):
        flags |= 4096
    if flags & 27 == 27:
        if issubclass(cls, _abc.MutableSequence):
            flags |= 8192 | 16384
        elif issubclass(cls, _abc.Sequence):
            flags |= 8192
    if cls is dict:
        flags |= 1 << 17
    return flags


def _has_buffer(cls):
    if "__buffer__" in dir(cls):
        return True
    import array
    import mmap

    return issubclass(cls, (bytes, bytearray, memoryview, array.array, mmap.mmap)) or cls.__module__ == "numpy"


def plain(value):
    if isinstance(value, bool):
        return bool(value)
    for cls in (int, float, str):
        if isinstance(value, cls):
            return cls.__add__(value, cls()) if cls is not str else str.__str__(value[:])
    return value


def big_text(value):
    return hex(int(value))


def big_int(text):
    return JsBigInt(int(text, 16))


def type_name(value):
    return type(value).__name__


# ---- deep conversions -----------------------------------------------------------------------

_SCALARS = (type(None), bool, int, float, str, _JsObject, _NogilException, _jsnull_type)


class _ToJs:
    def __init__(self, depth, pyproxies, create, dict_converter, default_converter, eager_converter, python):
        self.pyproxies = pyproxies
        self.create = create
        self.dict_converter = dict_converter
        self.default_converter = default_converter
        self.eager_converter = eager_converter
        self.python = python  # whether converters are Python's: they get objects, not proxies
        self.cache = {}
        self.kept = []
        self.eager = set()

    def convert(self, value, depth):
        if isinstance(value, _SCALARS):
            return value
        key = id(value)
        if key in self.cache:
            return self.cache[key]
        if self.eager_converter is not None and key not in self.eager:
            self.eager.add(key)
            try:
                return self._custom(self.eager_converter, value, depth)
            finally:
                self.eager.discard(key)
        return self._deep(value, depth)

    def remember(self, value, made):
        self.kept.append(value)
        self.cache[id(value)] = made
        return made

    def _deep(self, value, depth):
        if depth == 0:
            return self._proxy(value)
        if isinstance(value, (list, tuple)):
            made = self.remember(value, _root.__operate__("array"))
            for item in value:
                made.__operate__("push", self.convert(item, depth - 1))
            return made
        if isinstance(value, dict):
            return self._dict(value, depth)
        if isinstance(value, set):
            made = self.remember(value, _root.__operate__("set_object"))
            for item in value:
                if not isinstance(item, _SCALARS):
                    raise ConversionError("Cannot use %r as a key for a Javascript Set" % (item,))
                made.__operate__("add", item)
            return made
        if _has_buffer(type(value)):
            return self.remember(value, _copied_buffer(value))
        return self._unknown(value, depth)

    def _dict(self, value, depth):
        if self.dict_converter is not None:
            pairs = _root.__operate__("array")
            for key, item in value.items():
                self._check_key(key)
                pairs.__operate__("push", _root.__operate__("array", key, self.convert(item, depth - 1)))
            return self.remember(value, self.dict_converter(pairs))
        if _root.__operate__("literal_maps"):
            made = self.remember(value, _root.__operate__("literal_map"))
            for key, item in value.items():
                self._check_key(key)
                made.__operate__("set_item", key, self.convert(item, depth - 1))
            return made
        made = self.remember(value, _root.__operate__("object"))
        for key, item in value.items():
            self._check_key(key)
            item = self.convert(item, depth - 1)
            if not made.__operate__("put_new", key, item):
                raise ConversionError(
                    "Key collision when converting Python dictionary to JavaScript. Key: %r" % (key,)
                )
        return made

    def _check_key(self, key):
        if not isinstance(key, _SCALARS):
            raise ConversionError("Cannot use %r as a key for a Javascript Map" % (key,))

    def _proxy(self, value):
        if not self.create:
            raise ConversionError("No conversion known for x.")
        made = _root.__operate__("proxy", value)
        if self.pyproxies is not None:
            self.pyproxies.__operate__("push", made)
        return made

    def _unknown(self, value, depth):
        if self.default_converter is not None:
            return self._custom(self.default_converter, value, depth)
        return self.remember(value, self._proxy(value))

    def _custom(self, converter, value, depth):
        def convert(item):
            if isinstance(item, _JsBase) and item._js_type_flags & _F.IS_DOUBLE_PROXY:
                item = item.unwrap()
            if item is value and converter is self.eager_converter:
                return self._deep(item, depth)
            return self.convert(item, depth - 1)

        def cache(item, made):
            if isinstance(item, _JsBase) and item._js_type_flags & _F.IS_DOUBLE_PROXY:
                item = item.unwrap()
            self.remember(item, made)

        if self.python:
            made = converter(value, convert, cache)
        else:
            made = _root.__operate__("convert_by", converter, value, convert, cache)
        if isinstance(made, _SCALARS):
            return made
        return self._proxy(made)


def _copied_buffer(value):
    view = memoryview(value)
    return _array_of(view)


def _array_of(view):
    if view.ndim > 1:
        made = _root.__operate__("array")
        for place in range(view.shape[0]):
            if view.ndim == 2 and view.format is not None:
                start = [place] + [0] * (view.ndim - 1)
            made.__operate__("push", _array_of(_row(view, place)))
        return made
    kind = view.format.lstrip("@=<>!") or "B"
    swapped = view.format[0] in ">!"
    if kind == "?":
        return _root.__operate__("array", *[bool(item) for item in view.tolist()])
    if kind == "s":
        return view.tobytes().decode("latin-1")
    data = view.tobytes()
    if swapped:
        size = view.itemsize
        data = b"".join(data[i : i + size][::-1] for i in range(0, len(data), size))
    return _root.__operate__("typed_array", kind, view.itemsize, data.decode("latin-1"))


def _row(view, place):
    flat = memoryview(view.tobytes()).cast("B")
    size = len(flat) // view.shape[0] if view.shape[0] else 0
    part = flat[place * size : (place + 1) * size]
    kind = view.format.lstrip("@=<>!")
    if view.ndim == 2:
        return part.cast(kind)
    return part.cast(kind, view.shape[1:])


def _wrap_converter(converter):
    return converter


def to_js_for_proxy(value, depth, pyproxies, create, dict_converter, default_converter, eager_converter):
    """`toJs` of a proxy: converters are JavaScript's."""
    return _to_js(value, depth, pyproxies, create, dict_converter, default_converter, eager_converter, False)


def _to_js(value, depth, pyproxies, create, dict_converter, default_converter, eager_converter, python):
    state = _ToJs(depth, pyproxies, create, dict_converter, default_converter, eager_converter, python)
    try:
        return state.convert(value, depth)
    except ConversionError:
        raise
    except (KeyboardInterrupt, RecursionError):
        raise
    except Exception as error:
        raise ConversionError("Conversion from python to javascript failed") from error


def to_js(
    obj,
    /,
    *,
    depth=-1,
    pyproxies=None,
    create_pyproxies=True,
    dict_converter=None,
    default_converter=None,
    eager_converter=None,
):
    """A deep conversion to JavaScript."""
    if isinstance(obj, _SCALARS):
        return obj
    if pyproxies is not None and not (
        isinstance(pyproxies, _JsBase) and pyproxies._js_type_flags & _F.IS_ARRAY
    ):
        raise TypeError("Expected a JsArray for the pyproxies argument")
    return _to_js(obj, depth, pyproxies, create_pyproxies, dict_converter, default_converter, eager_converter, True)


_CONVERTERS = frozenset(
    "Js2PyConverter Py2JsConverter create_promise_converter js2py_as_py_json js2py_deep js2py_default "
    "js2py_default_call_result js2py_promise py2js_as_js_json py2js_deep py2js_default".split()
)


def __getattr__(name):
    # Made of what is here, so they cannot be imported above.
    if name in _CONVERTERS:
        from _pyodide import _converters

        return getattr(_converters, name)
    raise AttributeError("module %r has no attribute %r" % (__name__, name))


def destroy_proxies(pyproxies, /):
    _root.__operate__("destroy_all", pyproxies)


class _ToPy:
    def __init__(self, converter, javascript):
        self.converter = converter
        self.javascript = javascript
        self.cache = {}

    def convert(self, value, depth):
        if not isinstance(value, _JsBase):
            return value
        if depth == 0:  # first: how deep an object is shown must not hang on whether it was seen before
            return value
        known = self.cache.get(value.js_id, _ABSENT)
        if known is not _ABSENT:
            return known
        kind = value.__operate__("kind")
        if kind == "array":
            made = self.cache[value.js_id] = []
            for place in range(_length(value)):
                made.append(self.convert(value.__operate__("item", place), depth - 1))
            return made
        if kind == "map":
            made = self.cache[value.js_id] = {}
            for key, item in _pairs(value.__operate__("map_entries")):
                self._put(made, key, self.convert(item, depth - 1), "Map")
            return made
        if kind == "object":
            made = self.cache[value.js_id] = {}
            for key, item in _pairs(value.__operate__("object_entries")):
                made[key] = self.convert(item, depth - 1)
            return made
        if kind == "set":
            made = self.cache[value.js_id] = set()
            seen = {}
            for item in _items(value.__operate__("set_items")):
                if isinstance(item, _JsBase):
                    item = self.convert(item, depth - 1)
                try:
                    hash(item)
                except TypeError:
                    item = None if item is None else self._refuse(item, value, "set")
                if isinstance(item, _JsBase):
                    self._refuse(item, value, "set")
                self._see(seen, item, "Set")
                made.add(item)
            return made
        if kind == "buffer":
            return value.to_memoryview()
        if self.converter is None:
            return value
        return self._custom(value, depth)

    def _put(self, made, key, item, kind):
        if isinstance(key, _JsBase):
            self._refuse(key, None, "dict")
        if key in made:
            other = next(known for known in made if known == key)
            raise ConversionError(
                "Cannot faithfully convert %s into Python since it contains both %s and %s as keys."
                % (kind, _js_text(other), _js_text(key))
            )
        made[key] = item

    def _see(self, seen, key, kind):
        if key in seen:
            raise ConversionError(
                "Cannot faithfully convert %s into Python since it contains both %s and %s as keys."
                % (kind, _js_text(seen[key]), _js_text(key))
            )
        seen[key] = key

    def _refuse(self, key, holder, kind):
        name = key.__operate__("constructor_name") if isinstance(key, _JsBase) else _js_kind(key)
        raise ConversionError("Cannot use key of type %s as a key to a Python %s" % (name, kind))

    def _custom(self, value, depth):
        def convert(item):
            return self.convert(item, depth - 1)

        def cache(item, made):
            self.cache[item.js_id] = made

        if self.javascript:
            return _root.__operate__("convert_to_py_by", self.converter, value, convert, cache)
        return self.converter(value, convert, cache)


def _js_kind(value):
    return {list: "Array", dict: "Object", set: "Set"}.get(type(value), type(value).__name__)


def _js_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _items(array):
    for place in range(_length(array)):
        yield array.__operate__("item", place)


def _pairs(array):
    for pair in _items(array):
        yield pair.__operate__("item", 0), pair.__operate__("item", 1)


def to_py(value, depth=-1, default_converter=None, javascript=False):
    return _ToPy(default_converter, javascript).convert(value, depth)


# ---- proxies that Python makes --------------------------------------------------------------


def create_proxy(obj, /, *, capture_this=False, roundtrip=True):
    """A proxy that nothing but `destroy` destroys."""
    return _root.__operate__("create_proxy", obj, bool(capture_this), bool(roundtrip))


def create_once_callable(obj, /, *, _may_syncify=False):
    """A function that can be called once, and releases the object then."""
    return _root.__operate__("create_once_callable", obj)


# ---- calls ----------------------------------------------------------------------------------

_CO_COROUTINE = 0x80


def is_scheduled(function, result):
    """Whether a call's result is a coroutine function's: it runs without being awaited."""
    return type(result).__name__ == "coroutine" and _is_coroutine_function(function)


def _is_coroutine_function(function):
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    if code is not None and getattr(code, "co_flags", 0) & _CO_COROUTINE:
        return True
    import inspect

    return inspect.iscoroutinefunction(function)


def call_relaxed(function, *args, **kwargs):
    from pyodide.code import relaxed_call

    result = relaxed_call(function, *args, **kwargs)
    if type(result).__name__ == "coroutine" and _is_coroutine_function(function):
        return _loop().create_task(result)
    return result


def _nothing():
    """What JavaScript knows for no value at all."""
    return _root.__operate__("absent")


def get_item(value, key):
    """(found, item)"""
    try:
        return value[key]
    except (KeyError, IndexError):
        return _nothing()


def get_attribute(value, name):
    try:
        return getattr(value, name)
    except AttributeError:
        return _nothing()


def attribute_key(value, name):
    """What an attribute is cached by: (whether, id)."""
    import inspect

    found = inspect.getattr_static(value, name, None)
    return id(found)


def has_attribute(value, name):
    return hasattr(value, name)


def iterate(value):
    return iter(value)


def advance(iterator):
    try:
        return next(iterator)
    except StopIteration:
        return _nothing()


def step(iterator, how, *values):
    """[done, value] as a JavaScript array."""
    try:
        if how == "send":
            if values and values[0] is not None and hasattr(iterator, "send"):
                result = iterator.send(values[0])
            elif hasattr(iterator, "send") and not hasattr(iterator, "__next__"):
                result = iterator.send(None)
            else:
                result = next(iterator)
        elif how == "throw":
            result = iterator.throw(values[0])
        else:
            result = iterator.throw(GeneratorExit)
    except StopIteration as stop:
        return _root.__operate__("array", "returned", stop.value)
    except GeneratorExit:
        if how != "return":
            raise
        return _root.__operate__("array", "closed", None)
    return _root.__operate__("array", "yielded", result)


async def async_step(iterator, how, *values):
    try:
        if how == "send":
            if hasattr(iterator, "asend"):
                result = await iterator.asend(values[0] if values else None)
            else:
                result = await iterator.__anext__()
        elif how == "throw":
            result = await iterator.athrow(values[0])
        else:
            result = await iterator.athrow(GeneratorExit)
    except StopAsyncIteration:
        return _root.__operate__("array", "returned", None)
    except GeneratorExit:
        if how == "send":
            raise
        return _root.__operate__("array", "closed" if how == "return" else "returned", None)
    return _root.__operate__("array", "yielded", result)


def ensure_future(awaitable, resolve, reject):
    """Tells JavaScript what becomes of an awaitable."""
    import asyncio

    future = asyncio.ensure_future(awaitable)

    def done(future):
        if future.cancelled():
            reject(asyncio.CancelledError())
            return
        error = future.exception()
        if error is None:
            resolve(future.result())
        else:
            reject(error)

    future.add_done_callback(done)


def to_string(value, use_repr):
    return repr(value) if use_repr else str(value)


def dir_text(value):
    return "\0".join(name for name in dir(value) if isinstance(name, str))


def length_of(value):
    return len(value)


def contains(value, key):
    return key in value


def set_item(value, key, item):
    value[key] = item


def delete_item(value, key):
    del value[key]


def replace_list(value, items):
    value[:] = [items.__operate__("item", place) for place in range(_length(items))]


def dict_key(value, text):
    """The key that a property's name means, in an array; nothing where there is none."""
    if text in value:
        return text
    if text.isdigit() and text.isascii() and (text == "0" or text[0] != "0"):
        return int(text)
    return text


def dict_get(value, text):
    if not hasattr(type(value), "__contains__"):
        return get_item(value, text)
    key = dict_key(value, text)
    return value[key] if key in value else _nothing()


def dict_set(value, text, item):
    value[dict_key(value, text)] = item


def dict_delete(value, text):
    key = dict_key(value, text)
    if key not in value:
        return False
    del value[key]
    return True


def dict_has(value, text):
    if not hasattr(type(value), "__contains__"):
        # Asking by `in` might go on for ever.
        try:
            value[text]
        except (KeyError, IndexError):
            return False
        return True
    return dict_key(value, text) in value


def dict_names(value):
    names = [str(key) for key in value if isinstance(key, (str, int, float)) and not isinstance(key, bool)]
    return _root.__operate__("array", *names)


def slice_of(value, start, stop, items=None):
    removed = list(value[start:stop])
    value[start:stop] = [] if items is None else list(items)
    return removed


def sequence_insert(value, index, item):
    value.insert(index, item)


def is_json_container(value):
    """1 dict, 2 sequence, 0 neither."""
    if isinstance(value, (str, bytes)):
        return 0
    if isinstance(value, _abc.Sequence):
        return 2
    return 1 if hasattr(type(value), "__getitem__") else 0


def globals_get(namespace, name):
    import builtins

    if name in namespace:
        return namespace[name]
    found = getattr(builtins, name, _missing) if isinstance(name, str) else _missing
    return _nothing() if found is _missing else found


def globals_has(namespace, name):
    import builtins

    return name in namespace or (isinstance(name, str) and hasattr(builtins, name))


def handle_interrupt():
    """Does what Python does for SIGINT."""
    import signal

    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(signal.SIGINT, _sys._getframe())
    elif handler is None:
        raise KeyboardInterrupt


def same(value):
    return value


def throw_interrupt():
    raise KeyboardInterrupt


def address(value):
    return id(value)


def set_attribute(value, name, item):
    setattr(value, name, item)


def delete_attribute(value, name):
    delattr(value, name)


def iterate_async(value):
    return value.__aiter__()


def sequence_reverse(value):
    value.reverse()


def sequence_append(value, item):
    value.append(item)


def sequence_pop(value, index):
    return value.pop(index)


def sequence_splice(value, start, stop, items):
    removed = list(value[start:stop])
    value[start:stop] = [items.__operate__("item", place) for place in range(_length(items))]
    return _root.__operate__("array", *removed)


def raise_type_error(message):
    raise TypeError(message)


def raise_value_error(message):
    raise ValueError(message)


def import_module(name):
    import importlib

    return importlib.import_module(name)


_loads = {}


def main_globals(own):
    """Of the first that loads, those of __main__; others have their own."""
    import __main__

    if not own:
        return __main__.__dict__
    import builtins

    return {"__name__": "__main__", "__builtins__": builtins, "__doc__": None}


def version_numbers():
    return _root.__operate__("array", *_sys.version_info[:3])


def set_up(js, api, env):
    """Makes what was loaded known to Python."""
    from _pyodide import _importhook
    from pyodide import webloop

    if env is not None:
        import os

        for name, value in _pairs(env.__operate__("object_entries")):
            os.environ[name] = str(value)
    _importhook.install(js, api)
    if "" not in _sys.path:
        _sys.path.insert(0, "")  # modules beside the program are found, as Pyodide finds them in its own folder
    webloop.start()


def save_state():
    from _pyodide import _state

    return _state.save_state()


def restore_state(state):
    from _pyodide import _state

    _state.restore_state(state)


def _pip(*arguments):
    import subprocess

    done = subprocess.run([_sys.executable, "-m", "pip", *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError("pip %s failed:\n%s" % (" ".join(arguments), done.stderr))
    import importlib

    importlib.invalidate_caches()


def install_packages(names):
    """What loadPackage is here: pip, in the active environment."""
    import importlib.util

    wanted = []
    for name in names if isinstance(names, list) else list(names):
        if name not in _sys.stdlib_module_names and importlib.util.find_spec(name.replace("-", "_")) is None:
            wanted.append(name)
    if wanted:
        _pip("install", "--disable-pip-version-check", *wanted)


def install_imports(source):
    from _pyodide._base import find_imports

    install_packages([name for name in find_imports(source) if "." not in name])


def install():
    for name, function in list(globals().items()):
        if callable(function) and name[0] != "_" and name not in ("install",):
            setattr(_nogil, "pyodide_" + name, function)
    _install_json()


def _install_json():
    """json knows jsnull as null."""
    import json
    import json.encoder as encoder

    if getattr(encoder, "_nogil_pyodide", False):
        return
    encoder._nogil_pyodide = True
    original = encoder.JSONEncoder.iterencode

    def iterencode(self, o, _one_shot=False):
        return original(self, _without_null(o, set()), _one_shot)

    def encode(self, o):
        return original_encode(self, _without_null(o, set()))

    original_encode = encoder.JSONEncoder.encode
    encoder.JSONEncoder.iterencode = iterencode
    encoder.JSONEncoder.encode = encode


def _without_null(value, path):
    if value is jsnull:
        return None
    if type(value) in (list, tuple, dict):
        if id(value) in path:
            return value
        path.add(id(value))
        try:
            if type(value) is dict:
                if any(key is jsnull or _nulls(item) for key, item in value.items()):
                    return {
                        None if key is jsnull else key: _without_null(item, path) for key, item in value.items()
                    }
            elif any(_nulls(item) for item in value):
                return [_without_null(item, path) for item in value]
        finally:
            path.discard(id(value))
    return value


def _nulls(value):
    return value is jsnull or type(value) in (list, tuple, dict)
