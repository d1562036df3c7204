"""JavaScript objects as Python sees them. `JsObject` is the core's (js_objects.c).

What an object can do is its shape, told when it crosses: one class for each, made of parts (js_types.py).

What `JsObject` has: `__operate__(what, *arguments)` does something with the object; `__getattr__` reads a property, a
function as a method of the object; `__bind__(receiver)` makes a method of a function; `__describe__()` says what it
stands for. Names between double underscores, as JavaScript has (next to) none of them.
"""

_EXTERNAL = "a JavaScript object lives in its own thread's memory and cannot be %s: %s"


class JsProxy(JsObject):  # noqa: F821: the core puts it here
    """A JavaScript object. Attributes are its properties.

    A property that is a function is a method of the object: it is called with the object as `this`. One that is missing
    raises AttributeError; one that is there and undefined is None. A property whose name is a word of Python's
    has an underscore behind it: `promise.finally_`. Calls take keyword arguments as one object, behind the others.

    Names of Python's win: those between double underscores, always, and the methods that the class has by the Python
    protocols it follows (`dir(type(object))` lists them). `object.js_get("keys")` reads the property of that name, whatever
    it is; js_set, js_delete and js_has are its like. Assigning to such a name, or deleting it, raises.

    Usable from every thread: what is done with it is done on the thread that the object belongs to, and raises
    JavaScriptError when that has ended. Two are equal when they stand for the same object.
    """

    __slots__ = ()
    __module__ = "nogil"

    def __setattr__(self, name, value):
        _refuse_pythons_names(self, name, "set")
        if not self.__operate__(JS_SET, name, value):
            raise TypeError("the property %r of this JavaScript object is read-only, or the object is frozen" % name)

    def __delattr__(self, name):
        _refuse_pythons_names(self, name, "delete")
        _check_deleted(self.__operate__(JS_DELETE, name), name, AttributeError)

    def __repr__(self):
        return self.__operate__(JS_REPR)

    def __str__(self):
        return self.__operate__(JS_STRING)

    def __dir__(self):
        names = self.__operate__(JS_NAMES).split("\n")
        return sorted(set(object.__dir__(self)).union(name for name in names if name))

    def __reduce_ex__(self, protocol):
        raise TypeError(_EXTERNAL % ("pickled", "convert it with to_py(), and pickle that"))

    def __copy__(self):
        raise TypeError(_EXTERNAL % ("copied", "to_py() is a copy in Python, js.structuredClone(object) one in JavaScript"))

    def __deepcopy__(self, memo):
        return self.__copy__()

    def js_get(self, key, default=None):
        """The property `key`, whatever Python thinks of the name: a str, an int, or a symbol. A function is a method.

        default: where there is no such property.
        """
        value = self.__operate__(JS_GET, key)
        if value is _missing:
            return default
        if isinstance(value, JsFunction) and not isinstance(value, JsClass):
            return value.__bind__(self)
        return value

    def js_set(self, key, value):
        """Sets the property `key`."""
        if not self.__operate__(JS_SET_KEY, key, value):
            raise TypeError("the property %r of this JavaScript object is read-only, or the object is frozen" % (key,))

    def js_delete(self, key):
        """Deletes the property `key`; AttributeError where there is none."""
        _check_deleted(self.__operate__(JS_DELETE_KEY, key), key, AttributeError)

    def js_has(self, key):
        """Whether there is a property `key`, its own or an inherited one."""
        return self.__operate__(JS_HAS, key)

    def to_py(self, depth=-1):
        """A copy in Python: a list, dict or set of what is an Array, plain object, Map or Set; else the object itself.

        depth: how many levels of containers are copied; what is deeper stays JavaScript's. -1: all.
        """
        return self.__operate__(JS_TO_PY, depth)

    def object_keys(self):
        """The names of its own enumerable properties."""
        return self.__operate__(JS_ENTRIES, 0)

    def object_values(self):
        """The values of its own enumerable properties."""
        return self.__operate__(JS_ENTRIES, 1)

    def object_entries(self):
        """Name and value of each of its own enumerable properties."""
        return self.__operate__(JS_ENTRIES, 2)

    def as_object_map(self):
        """Its own enumerable properties as a MutableMapping: the same object, other access."""
        return JsObjectMap(self)

    @property
    def typeof(self):
        """What JavaScript's `typeof` says."""
        return self.__operate__(JS_TYPE_OF)

    @property
    def js_id(self):
        """A number that tells JavaScript objects apart, as long as Python refers to them."""
        owner, number = self.__describe__()[:2]
        return owner << 32 | number


def _check_deleted(answer, key, error):
    if answer is _missing:
        raise error("this JavaScript object has no property %r of its own" % (key,))
    if not answer:
        raise TypeError(
            "the property %r of this JavaScript object cannot be deleted: it is inherited, or the object is frozen" % (key,)
        )


_names_of_classes = {}


def _refuse_pythons_names(proxy, name, what):
    cls = type(proxy)
    names = _names_of_classes.get(cls)
    if names is None:
        names = _names_of_classes[cls] = frozenset(known for base in cls.__mro__ for known in vars(base))
    if name in names or (len(name) > 4 and name[:2] == "__" == name[-2:]):
        raise AttributeError(
            "%r is a name of Python's here: js_%s(%r) reaches the JavaScript property" % (name, what, name)
        )


class JsSymbol(JsProxy):
    """A JavaScript symbol. It crosses back as the same one, and is a key for js_get and its like."""

    __slots__ = ()


class JsError(JsProxy):
    """A JavaScript Error as a mere object."""

    __slots__ = ()


class JsDisposable(JsProxy):
    """`with` ends it: [Symbol.dispose]()."""

    __slots__ = ()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.__operate__(JS_DISPOSE)
