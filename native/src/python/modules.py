"""JavaScript's modules in Python: `js`, `nogil`, and what JavaScript registers."""

import sys
import types

_JAVASCRIPT_FINDER = "<JavaScript>"
_registered = {}  # by name: the module, and what it hides


class JavaScriptModule(types.ModuleType):
    """A JavaScript object as a module: its attributes are the object's properties, for reading and for writing."""

    def __getattr__(self, name):
        if name == "__all__":
            return [key for key in _target_of(self).object_keys() if key.isidentifier()]
        if name[:2] == "__" == name[-2:]:
            raise AttributeError("module %r has no attribute %r" % (self.__name__, name))
        return getattr(_target_of(self), name)

    def __setattr__(self, name, value):
        if name[:2] == "__" == name[-2:] or isinstance(value, types.ModuleType):
            types.ModuleType.__setattr__(self, name, value)
        else:
            setattr(_target_of(self), name, value)

    def __delattr__(self, name):
        if name in self.__dict__:
            types.ModuleType.__delattr__(self, name)
        else:
            delattr(_target_of(self), name)

    def __dir__(self):
        return sorted(set(self.__dict__).union(dir(_target_of(self))))

    def __repr__(self):
        return "<JavaScript module %r>" % self.__name__


def _target_of(module):
    """The object: of `js`, the globalThis of the calling thread, which is another one in each JavaScript thread."""
    target = module.__dict__["__target__"]
    return _ask_javascript(0) if target is None else target


def _ask_javascript(*what):
    ask = globals().get("_javascript")
    if ask is None:
        raise JavaScriptError("no JavaScript of this process uses Python: there is nobody to ask")
    return ask(*what)


def _make_module(name, target):
    import importlib.machinery

    module = JavaScriptModule(name, "A JavaScript object as a module.")
    spec = importlib.machinery.ModuleSpec(name, JavaScriptFinder, origin=_JAVASCRIPT_FINDER, is_package=True)
    module.__dict__.update(__target__=target, __spec__=spec, __loader__=JavaScriptFinder, __path__=[])
    module.__dict__["__package__"] = name
    return module


class JavaScriptFinder:
    """Finds `js`, what is registered, and what those have: `import name.sub` is the property `sub`."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "js":
            return _make_module(name, None).__spec__
        if name in _registered:
            return _registered[name][0].__spec__
        parent, _, child = name.rpartition(".")
        holder = sys.modules.get(parent)
        if isinstance(holder, JavaScriptModule):
            value = _target_of(holder).__operate__(JS_PART, child)  # noqa: F821: of constants.py
            if isinstance(value, JsProxy):  # noqa: F821: of js_proxy.py
                module = _make_module(name, value)
                module.__spec__.loader_state = module
                return module.__spec__
        return None

    @staticmethod
    def create_module(spec):
        if spec.loader_state is not None:
            return spec.loader_state
        if spec.name in _registered:
            return _registered[spec.name][0]
        return _make_module(spec.name, None)

    @staticmethod
    def exec_module(module):
        module.__spec__.loader_state = None


def register_module(name, target, override=False):
    """Enters `target` into sys.modules as `name`."""
    import importlib.util

    if not all(part.isidentifier() for part in name.split(".")):
        raise ValueError("%r is no name of a module" % name)
    known = _registered.get(name)
    if known is None and not override:
        try:
            spec = None if name in sys.modules else importlib.util.find_spec(name)
            # A property of the parent's is no Python module.
            exists = name in sys.modules or (spec is not None and spec.origin != _JAVASCRIPT_FINDER)
        except (ImportError, ValueError):  # its parent is no package, or not there: then it is not, either
            exists = False
        if exists:
            raise ValueError(
                "there is a Python module %r, which this would hide: register it under another name, or with "
                "{ override: true }" % name
            )
    hidden = sys.modules.get(name) if known is None else known[1]
    module = _make_module(name, target)
    _registered[name] = module, hidden
    sys.modules[name] = module
    _bind_to_parent(name, module)


def unregister_module(name):
    """Takes it out again; what it hid is there again."""
    known = _registered.pop(name, None)
    if known is None:
        raise ValueError("no JavaScript object is registered as module %r" % name)
    for other, module in list(sys.modules.items()):
        if other.startswith(name + ".") and isinstance(module, JavaScriptModule) and other not in _registered:
            del sys.modules[other]
    module, hidden = known
    if sys.modules.get(name) is module:
        if hidden is None:
            del sys.modules[name]
        else:
            sys.modules[name] = hidden
    _bind_to_parent(name, hidden)


def _bind_to_parent(name, module):
    parent, _, child = name.rpartition(".")
    holder = sys.modules.get(parent)
    if holder is None:
        return
    if module is not None:
        types.ModuleType.__setattr__(holder, child, module)
    elif child in holder.__dict__:
        types.ModuleType.__delattr__(holder, child)


def require(specifier, relative_to=None):
    """What JavaScript's `require(specifier)` gives.

    relative_to: the file whose `require` it is, as a path; the main script without it.
    """
    return _ask_javascript(1, specifier, relative_to)


def import_module_of_javascript(specifier, relative_to=None):
    """What JavaScript's `import(specifier)` gives: an awaitable of the module's namespace.

    relative_to: the file that imports it, as a path; the main script without it.
    """
    return _ask_javascript(2, specifier, relative_to)


class _Nogil(types.ModuleType):
    """Python's side of nogil."""

    def __getattr__(self, name):
        if name.startswith("Js"):
            if name not in globals():
                _ask_javascript(0)  # the classes are made when the first object crosses
            if name in globals():
                return globals()[name]
        raise AttributeError("module 'nogil' has no attribute %r" % name)


def _start_modules():
    nogil = _Nogil("nogil", _Nogil.__doc__)
    require.__module__ = import_module_of_javascript.__module__ = "nogil"
    import_module_of_javascript.__name__ = import_module_of_javascript.__qualname__ = "import_module"
    nogil.require = require
    nogil.import_module = import_module_of_javascript
    for public in (JavaScriptError, DeadlockError, EnvironmentEnded, Interrupted):
        setattr(nogil, public.__name__, public)
    nogil.jsnull = jsnull
    sys.modules["nogil"] = nogil
    # Behind all others: a module of the user's that is called js is theirs.
    sys.meta_path.append(JavaScriptFinder)


_start_modules()
