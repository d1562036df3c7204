"""JavaScript classes as Python types, in both directions. The other half is packages/runtime/src/classes.

A type that stands for a JavaScript class has `__nogil_class__` in its own namespace. Where the class derives
from a Python type, its instances are Python objects like any others, and JavaScript's `this` is their proxy.
Where it derives from none, an instance of a Python subclass has a JavaScript object of its own beside it
(`linked`): that one has the attributes.

The type refers to the class, and the class to the type: both are for good.
"""

import abc
import json
import sys
import threading
import weakref

_class_state = threading.local()
_CLASS_MARK = "__nogil_class__"


class _JsClass:
    """What a type knows of its JavaScript class."""

    __slots__ = ("js", "linked", "makes")

    def __init__(self, js, linked):
        self.js = js
        self.linked = linked
        self.makes = False  # whether calling the type makes a plain JavaScript object


def _stands_for_class(cls):
    return _CLASS_MARK in _names_of(cls)


def _bound_member(value, self, cls):
    bind = getattr(type(value), "__get__", None)
    return value if bind is None else bind(value, self, cls)


# ---- members ---------------------------------------------------------------------------------------


class _JsDefault:
    """A default value that only JavaScript can compute."""

    __slots__ = ("source",)

    def __init__(self, source):
        self.source = source

    def __repr__(self):
        return self.source


def _js_signature(parameters, first):
    """What inspect shows; None where Python could not spell it."""
    import inspect

    kinds = inspect.Parameter
    made = [kinds(first, kinds.POSITIONAL_OR_KEYWORD)]
    try:
        for name, kind, default in parameters:
            if kind == "rest":
                made.append(kinds(name, kinds.VAR_POSITIONAL))
            elif kind == "required":
                made.append(kinds(name, kinds.POSITIONAL_OR_KEYWORD))
            else:
                value = default if kind == "literal" else _JsDefault(default)
                made.append(kinds(name, kinds.POSITIONAL_OR_KEYWORD, default=value))
        return inspect.Signature(made)
    except ValueError:
        return None  # a keyword of Python's as a name; a required one behind an optional one


def _named_member(function, cls_name, name, parameters=None, first="self"):
    function.__name__ = name
    function.__qualname__ = cls_name + "." + name
    function.__module__ = "nogil"
    signature = None if parameters is None else _js_signature(parameters, first)
    if signature is not None:
        function.__signature__ = signature
    return function


def _js_method(js):
    def method(self, /, *values, **named):
        return js.__operate__(JS_CLASS_CALL, self, len(values), *values, **named)

    return method


def _iterating(method):
    def iterate(self):
        return iter(method(self))

    return iterate


def _js_getter(js):
    return lambda self: js.__operate__(JS_CLASS_CALL, self, 0)


def _js_setter(js):
    def set_value(self, value):
        js.__operate__(JS_CLASS_CALL, self, 1, value)

    return set_value


class _StaticProperty:
    """A static accessor: `this` is the class it is read of."""

    def __init__(self, get):
        self._get = get

    def __get__(self, instance, owner):
        return self._get(owner)


class _StaticField:
    """A static field of a class that derives from no Python type: JavaScript has it."""

    def __init__(self, js, name):
        self._js = js
        self._name = name

    def __get__(self, instance, owner):
        return self._js.__operate__(JS_GET, self._name)


def _type_member(cls_name, member, functions):
    kind, name, parameters = member["kind"], member["name"], member["parameters"]
    if kind == "method":
        method = _js_method(functions[member["get"]])
        if name == "__iter__":
            method = _iterating(method)
        return _named_member(method, cls_name, name, parameters)
    if kind == "static":
        method = _named_member(_js_method(functions[member["get"]]), cls_name, name, parameters, "cls")
        return classmethod(method)
    get = None if member["get"] < 0 else _js_getter(functions[member["get"]])
    if kind == "staticProperty":
        return _StaticProperty(get)
    return property(get, None if member["set"] < 0 else _js_setter(functions[member["set"]]))


# ---- construction ----------------------------------------------------------------------------------


def _after_class(mro, base):
    """Where the bases of the JavaScript class that has `base` begin in an MRO: what super() means there."""
    try:
        at = mro.index(base)
    except ValueError:
        raise TypeError("%r is no base of %r any more" % (base, mro[0])) from None
    for i in range(at - 1, -1, -1):
        if base in mro[i].__bases__ and _stands_for_class(mro[i]):
            return i + 1
    return at


def _base_view(cls, base, self):
    return super(_mro_of(cls)[_after_class(_mro_of(cls), base) - 1], self)


def _pass_for(cls):
    """The base to go on with when JavaScript constructs a `cls` already; else None."""
    passing = getattr(_class_state, "passing", None)
    if not passing or passing[-1][0] is not cls:
        return None
    passing[-1][0] = None  # once: what that constructs in turn is another construction
    return passing[-1][1]


def class_construct(cls, base, /, *values, **named):
    """`super(...)` of a `new`: makes the object as calling the type does, but the JavaScript constructor, which
    runs already, is passed over."""
    passing = _class_state.__dict__.setdefault("passing", [])
    passing.append([cls, base])
    try:
        return cls(*values, **named)
    finally:
        passing.pop()


def class_initialize(self, base, /, *values, **named):
    """`super(...)` where Python made the object: itself, as it may have its JavaScript object now."""
    _base_view(type(self), base, self).__init__(*values, **named)
    return self


def class_new(cls, base, /, *values, **named):
    """`super(...)` where Python asked for the object of a type whose bases have no `__init__`."""
    return _base_view(cls, base, cls).__new__(cls, *values, **named)


def _make_init(info):
    def __init__(self, /, *values, **named):
        cls = type(self)
        base = _pass_for(cls)
        if base is not None:
            class_initialize(self, base, *values, **named)
            return
        info.js.__operate__(JS_CLASS_CONSTRUCT, self, cls, len(values), *values, **named)
        if info.linked:
            _hand_over_attributes(info, self)

    return __init__


def _make_new(info):
    def __new__(cls, /, *values, **named):
        base = _pass_for(cls)
        if base is not None:
            return class_new(cls, base, *values, **named)
        return info.js.__operate__(JS_CLASS_NEW, cls, len(values), *values, **named)

    return __new__


def _constructs_in_new(bases):
    """Whether objects are what `__new__` makes of the arguments, as a float or a tuple is."""
    if any(base.__init__ is not object.__init__ for base in bases):
        return False
    return any(base.__new__ is not object.__new__ for base in bases)


# ---- copies ----------------------------------------------------------------------------------------


def _refuse_pickle(self, protocol):
    raise TypeError(
        "cannot pickle %r: its class is a JavaScript class of this process, which no other process can "
        "import. Pickle its data, or define __reduce__ in the class" % type(self).__qualname__
    )


def _bare_instance(cls, /, *values):
    """A new object, without JavaScript's constructor."""
    for each in _mro_of(cls):
        names = _names_of(each)
        if not _stands_for_class(each) and "__new__" in names:
            return each.__new__(cls, *values)
    raise TypeError("%r has no __new__" % cls)


def _copied_instance(self, convert):
    import copyreg

    function, values, state, items, pairs = (tuple(object.__reduce_ex__(self, 4)) + (None,) * 3)[:5]
    values = tuple(map(convert, values))
    made = _bare_instance(*values) if function is copyreg.__newobj__ else function(*values)
    if state is not None:
        state = convert(state)
        if hasattr(made, "__setstate__"):
            made.__setstate__(state)
        else:
            attributes, slots = state if isinstance(state, tuple) else (state, None)
            made.__dict__.update(attributes or {})
            for name, value in (slots or {}).items():
                setattr(made, name, value)
    for item in items or ():
        made.append(convert(item))
    for key, value in pairs or ():
        made[convert(key)] = convert(value)
    return made


def _copy_instance(self):
    return _copied_instance(self, lambda value: value)


def _deepcopy_instance(self, memo):
    import copy

    return _copied_instance(self, lambda value: copy.deepcopy(value, memo))


# ---- a class that derives from no Python type ------------------------------------------------------


class JsClassType(abc.ABCMeta):
    """The type of such classes. An ABCMeta, so that they go together with abstract bases."""

    __module__ = "nogil"

    def __call__(cls, /, *values, **named):
        info = _names_of(cls).get(_CLASS_MARK)
        if info is None or not info.makes:
            return super().__call__(*values, **named)
        return info.js.__operate__(JS_CLASS_MAKE, len(values), *values, **named)

    def new(cls, /, *values, **named):
        """As JavaScript's `new`: the same as a call."""
        return cls(*values, **named)

    def __instancecheck__(cls, value):
        if super().__instancecheck__(value):
            return True
        info = _names_of(cls).get(_CLASS_MARK)
        return info is not None and isinstance(value, JsObject) and info.js.__operate__(JS_CLASS_HAS, value)

    def __setattr__(cls, name, value):
        info = _names_of(cls).get(_CLASS_MARK)
        if info is not None and type(_names_of(cls).get(name)) is _StaticField:
            info.js.__operate__(JS_SET, name, value)
        else:
            super().__setattr__(name, value)


def _is_special_name(name):
    return name.startswith("__") and name.endswith("__")


def _hand_over_attributes(info, self):
    """Gives the JavaScript object what was set before it was there."""
    for name in list(self.__dict__):
        if not _is_special_name(name):
            info.js.__operate__(JS_CLASS_SET, self, name, self.__dict__.pop(name))


def _attribute_methods(info):
    js = info.js

    def __getattr__(self, name):
        found = () if _is_special_name(name) else js.__operate__(JS_CLASS_GET, self, name)
        if len(found) == 0:
            raise AttributeError("%r object has no attribute %r" % (type(self).__name__, name))
        return found[0]

    def __setattr__(self, name, value):
        for base in _mro_of(type(self)):
            if name in _names_of(base):
                if hasattr(type(_names_of(base)[name]), "__set__"):
                    object.__setattr__(self, name, value)
                    return
                break
        if _is_special_name(name) or not js.__operate__(JS_CLASS_SET, self, name, value):
            object.__setattr__(self, name, value)

    def __delattr__(self, name):
        if _is_special_name(name) or not js.__operate__(JS_CLASS_DELETE, self, name):
            object.__delattr__(self, name)

    def __dir__(self):
        return sorted({*object.__dir__(self), *js.__operate__(JS_CLASS_KEYS, self)})

    return {method.__name__: method for method in (__getattr__, __setattr__, __delattr__, __dir__)}


# ---- types -----------------------------------------------------------------------------------------


class _ClassDefinition:
    """What emit_type makes a type of."""

    def __init__(self, js, facts, options, attributes, functions):
        self.facts = json.loads(facts)
        self.name = self.facts["name"]
        self.info = _JsClass(js, self.facts["linked"])
        self.keywords = dict((options or {}).get("keywords") or {})
        self.attributes = {**((options or {}).get("attributes") or {}), **attributes}
        self.functions = functions

    def fill(self, namespace, bases):
        name, info, parameters = self.name, self.info, self.facts["parameters"]
        mine = {_CLASS_MARK: info}
        of_bases = [_names_of(base).get(_CLASS_MARK) for base in bases]
        info.makes = info.linked and all(base is not None and base.makes for base in of_bases)
        for member in self.facts["members"]:
            mine[member["name"]] = _type_member(name, member, self.functions)
        for field in self.facts["fields"]:
            mine[field] = _StaticField(info.js, field)
        if _constructs_in_new(bases):
            mine["__new__"] = _named_member(_make_new(info), name, "__new__", parameters, "cls")
        else:
            mine["__init__"] = _named_member(_make_init(info), name, "__init__", parameters)
            if parameters is None and not info.linked:
                self._inherit_signature(mine["__init__"], bases)
        mine.update(self.attributes)
        if info.linked and not any(isinstance(base, JsClassType) for base in bases):
            for key, method in _attribute_methods(info).items():
                mine.setdefault(key, method)
        if not {"__reduce__", "__reduce_ex__"} & mine.keys():
            mine["__reduce_ex__"] = _refuse_pickle
            for key, method in (("__copy__", _copy_instance), ("__deepcopy__", _deepcopy_instance)):
                if not any(hasattr(base, key) for base in bases):
                    mine.setdefault(key, method)
        namespace.update(mine)

    def _inherit_signature(self, init, bases):
        """A class without a constructor takes what its base takes."""
        import inspect

        try:
            init.__signature__ = inspect.signature((*bases, object)[0].__init__)
        except (TypeError, ValueError):
            pass  # some that are written in C have none


def class_definition(js, facts, options, attributes, /, *functions):
    return _ClassDefinition(js, facts, options, attributes, functions)


def class_metaclass(linked, options):
    """The metaclass to emit with; None: that of the bases."""
    chosen = (options or {}).get("metaclass")
    return chosen if chosen is not None or not linked else JsClassType


def class_origin(cls):
    """The nearest JavaScript class that a type derives from, as it is in JavaScript; None."""
    for base in _mro_of(cls):
        if _stands_for_class(base):
            return _names_of(base)[_CLASS_MARK].js
    return None


# ---- what JavaScript's super means -----------------------------------------------------------------


class _FoundMember:
    """`value` is there when there is one."""

    __slots__ = ("value",)


def base_member(self, base, name):
    """`super.name` in a method: what comes behind the class that has `base` as its base, up to the next JavaScript
    class, where JavaScript goes on by itself."""
    cls, found = type(self), _FoundMember()
    mro = _mro_of(cls)
    for each in mro[_after_class(mro, base) :]:
        if _stands_for_class(each):
            break
        if name in _names_of(each):
            found.value = _bound_member(_names_of(each)[name], self, cls)
            break
    return found


def base_has(cls, name):
    for each in _mro_of(cls):
        if _stands_for_class(each):
            return False
        if name in _names_of(each):
            return True
    return False


def base_set(self, base, name, value):
    """`super.name = value`: whether a property or another descriptor took it."""
    mro = _mro_of(type(self))
    for each in mro[_after_class(mro, base) :]:
        if _stands_for_class(each):
            return False
        if name in _names_of(each):
            descriptor = _names_of(each)[name]
            assign = getattr(type(descriptor), "__set__", None)
            if assign is None:
                return False
            assign(descriptor, self, value)
            return True
    return False


def static_member(cls, base, name):
    """`super.name` in a static method, and `Class.name` for what only Python has."""
    found = _FoundMember()
    mro = _mro_of(cls)
    for each in mro[_after_class(mro, base) :]:
        if name in _names_of(each):
            found.value = _bound_member(_names_of(each)[name], None, cls)
            return found
    try:
        found.value = getattr(cls, name)
    except AttributeError:
        pass  # of its metaclass neither
    return found


def has_own(self, name):
    """Whether the object itself has that attribute, in front of what its class has."""
    return name in getattr(self, "__dict__", ())


# ---- lifetime --------------------------------------------------------------------------------------

new_object = object


def unheld(*objects):
    """Which of them nothing refers to but a handle each, as their places with commas between. The first one is
    known to be such an object: it says what the count is then. What has a weak reference may be had through that
    at any time."""
    alone = sys.getrefcount(objects[0])
    places = range(1, len(objects))
    return ",".join(
        str(i - 1)
        for i in places
        if sys.getrefcount(objects[i]) <= alone and weakref.getweakrefcount(objects[i]) == 0
    )
