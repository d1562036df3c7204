"""Modules, and source code that is run from JavaScript."""

import builtins
import itertools
import sys

_numbers = itertools.count(1)
_REMEMBERED_SOURCES = 256


def import_module(name):
    import importlib

    return importlib.import_module(name)


_file_names = {}  # of the latest sources, the oldest first


def _remember(source):
    """A file name under which tracebacks and pdb find `source`; only the latest ones are kept.

    The same source has the same name: free-threaded builds keep every file name, and every constant of
    compiled code, for ever. No lock: a thread that is interrupted in here would keep it.
    """
    import linecache

    filename = _file_names.get(source)
    if filename is None:
        filename = _file_names[source] = "<nogil:%d>" % next(_numbers)
        if len(_file_names) > _REMEMBERED_SOURCES:
            for old in list(_file_names)[:-_REMEMBERED_SOURCES]:
                linecache.cache.pop(_file_names.pop(old, None), None)
    if filename not in linecache.cache:
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    return filename


def _main_namespace():
    return sys.modules["__main__"].__dict__


def run(source, filename=None, globals=None):
    """Executes `source`; the value of its last statement when that is an expression, else None."""
    import ast

    if filename is None:
        filename = _remember(source)
    if globals is None:
        globals = _main_namespace()
    tree = ast.parse(source, filename, "exec")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    builtins.exec(compile(tree, filename, "exec", dont_inherit=True), globals)
    if last is None:
        return None
    expression = ast.Expression(last.value)
    return builtins.eval(compile(expression, filename, "eval", dont_inherit=True), globals)


def evaluate(source, filename=None, globals=None):
    """The value of one expression."""
    if filename is None:
        filename = _remember(source)
    if globals is None:
        globals = _main_namespace()
    code = compile(source.lstrip(" \t"), filename, "eval", dont_inherit=True)
    return builtins.eval(code, globals)
