"""What Python knows, to be put back."""

import sys

import __main__

from _pyodide_core import _JsBase

from ._importhook import jsfinder


def save_state():
    return {
        "globals": dict(__main__.__dict__),
        "proxies": dict(jsfinder.jsproxies),
        "modules": {name for name in sys.modules},
    }


def restore_state(state):
    __main__.__dict__.clear()
    __main__.__dict__.update(state["globals"])
    for name in list(jsfinder.jsproxies):
        if name not in state["proxies"]:
            jsfinder.unregister_js_module(name)
    for name, module in state["proxies"].items():
        jsfinder.jsproxies[name] = module
    # What was imported since would be found there, though nobody offers it any more.
    for name, module in list(sys.modules.items()):
        if name not in state["modules"] and isinstance(module, _JsBase):
            del sys.modules[name]
    return 0
