"""JavaScript objects as modules."""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

from _pyodide_core import _JsBase as _JsProxy


class JsLoader(Loader):
    def __init__(self, jsproxy):
        self.jsproxy = jsproxy

    def create_module(self, spec):
        return self.jsproxy

    def exec_module(self, module):
        pass

    def is_package(self, fullname):
        return True


class JsFinder(MetaPathFinder):
    def __init__(self):
        self.jsproxies = {}

    def find_spec(self, fullname, path=None, target=None):
        parent, _, child = fullname.rpartition(".")
        if parent:
            holder = sys.modules.get(parent)
            if not isinstance(holder, _JsProxy):
                return None
            module = getattr(holder, child, None)
            if not isinstance(module, _JsProxy):
                if module is None and not hasattr(holder, child):
                    return None
                raise ModuleNotFoundError("No module named %r" % fullname, name=fullname)
        elif fullname in self.jsproxies:
            module = self.jsproxies[fullname]
        else:
            return None
        loader = JsLoader(module)
        return ModuleSpec(fullname, loader, origin="javascript", is_package=True)

    def register_js_module(self, name, jsproxy):
        if not isinstance(name, str):
            raise TypeError("Argument 'name' must be a str, not %r" % type(name).__name__)
        if not isinstance(jsproxy, _JsProxy):
            raise TypeError("Argument 'jsproxy' must be a JsProxy, not %r" % type(jsproxy).__name__)
        if name in self.jsproxies:
            _forget(name)
        self.jsproxies[name] = jsproxy

    def unregister_js_module(self, name):
        if name not in self.jsproxies:
            raise ValueError(
                "Cannot unregister %r: no Javascript module with that name is registered" % name
            )
        del self.jsproxies[name]


def _forget(name):
    for known in list(sys.modules):
        if known == name or known.startswith(name + "."):
            del sys.modules[known]


jsfinder = JsFinder()
register_js_module = jsfinder.register_js_module
unregister_js_module = jsfinder.unregister_js_module


def install(js, api):
    if jsfinder not in sys.meta_path:
        sys.meta_path.append(jsfinder)
    first = "js" not in jsfinder.jsproxies
    if first:
        import types

        for name in [name for name in sys.modules if name == "js" or name.startswith("js.")]:
            del sys.modules[name]
        _nogil_finders_give_way()
        jsfinder.register_js_module("js", js)
        jsfinder.register_js_module("pyodide_js", api)
        import js  # noqa: F401: it is a module from now on
        import pyodide_js  # noqa: F401


def _nogil_finders_give_way():
    """`js` is what this entry says, not what the entry `nogil` says."""
    for finder in sys.meta_path:
        if getattr(finder, "__name__", "") == "JavaScriptFinder":
            original = finder.find_spec

            def find_spec(name, path=None, target=None):
                if name in jsfinder.jsproxies:
                    return None
                return original(name, path, target)

            finder.find_spec = staticmethod(find_spec)
