"""Modules, and source code that is run from JavaScript."""

import builtins
import itertools
import sys

_numbers = itertools.count(1)
_REMEMBERED_SOURCES = 256
_MOST_SOURCES = 8192


def import_module(name):
    import importlib

    return importlib.import_module(name)


# ---- sources, for tracebacks ----------------------------------------------------------------

_file_names = {}  # by source, the oldest first
_code_of = {}  # weak references to functions' code, by file name
_sources_limit = _REMEMBERED_SOURCES


def _functions(code, found):
    for constant in code.co_consts:
        if type(constant) is type(code):
            found.append(constant)
            _functions(constant, found)
    return found


def _is_needed(filename):
    return any(reference() is not None for reference in _code_of.get(filename, ()))


def _forget_sources():
    """Keeps the latest, and those of functions that live: as many as there may be, they are bounded."""
    global _sources_limit
    import linecache

    names = list(_file_names.items())
    spare = len(names) - _REMEMBERED_SOURCES // 2
    surplus = len(names) - _MOST_SOURCES
    for place, (source, filename) in enumerate(names[:spare]):
        if place < surplus or not _is_needed(filename):
            _file_names.pop(source, None)
            _code_of.pop(filename, None)
            linecache.cache.pop(filename, None)
    # Where most are needed, they are not looked through again each time.
    _sources_limit = max(_REMEMBERED_SOURCES, min(2 * len(_file_names), _MOST_SOURCES))


def _remember(source):
    """A file name under which tracebacks and pdb find `source`.

    The same source has the same name: free-threaded builds keep every file name, and every constant of
    compiled code, for ever. No lock: a thread that is interrupted in here would keep it.
    """
    filename = _file_names.get(source)
    if filename is None:
        filename = _file_names[source] = "<nogil:%d>" % next(_numbers)
        if len(_file_names) > _sources_limit:
            _forget_sources()
    _show_source(filename, source)
    return filename


def _show_source(filename, source):
    import linecache

    if filename not in linecache.cache:
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)


_named = {}  # file names that code was run under, and that name no file; the oldest first


def _name_source(source, filename):
    """A name that somebody gave the source: shown in tracebacks, the latest one if there are several."""
    import linecache
    import os

    if os.path.exists(filename):
        return filename
    linecache.cache.pop(filename, None)
    _named.pop(filename, None)
    _named[filename] = None
    _show_source(filename, source)
    for old in list(_named)[:-_REMEMBERED_SOURCES]:
        _named.pop(old, None)
        linecache.cache.pop(old, None)
    return filename


def _compile(tree, filename, mode):
    import weakref

    try:
        code = compile(tree, filename, mode, dont_inherit=True)
    except SyntaxError as error:
        if error.msg and "outside" in error.msg and ("await" in error.msg or "async" in error.msg):
            error.msg += (
                "; put it into a function and await what that returns in JavaScript: "
                "await python.run('async def main(): ...\\nmain()')"
            )
        raise
    functions = _functions(code, [])
    if functions and filename.startswith("<nogil:"):
        kept = [reference for reference in _code_of.get(filename, ()) if reference() is not None]
        _code_of[filename] = kept + [weakref.ref(function) for function in functions]
    return code


# ---- running --------------------------------------------------------------------------------


def main_namespace():
    return sys.modules["__main__"].__dict__


def _namespace(globals, isolated):
    if isolated:
        return {"__name__": "__isolated__", "__builtins__": builtins}
    return main_namespace() if globals is None else globals


def run(source, filename=None, globals=None, locals=None, isolated=False):
    """Executes `source`; the value of its last statement when that is an expression, else None."""
    import ast

    filename = _remember(source) if filename is None else _name_source(source, filename)
    globals = _namespace(globals, isolated)
    if locals is None:
        locals = globals
    tree = ast.parse(source, filename, "exec")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    # Both before anything runs: what cannot be compiled must not run half.
    body = _compile(tree, filename, "exec")
    value = None if last is None else _compile(ast.Expression(last.value), filename, "eval")
    builtins.exec(body, globals, locals)
    return None if value is None else builtins.eval(value, globals, locals)


def evaluate(source, filename=None, globals=None, locals=None, isolated=False):
    """The value of one expression."""
    filename = _remember(source) if filename is None else _name_source(source, filename)
    globals = _namespace(globals, isolated)
    code = _compile(source.lstrip(" \t"), filename, "eval")
    return builtins.eval(code, globals, globals if locals is None else locals)


# ---- modules --------------------------------------------------------------------------------


class _TextLoader:
    """Of modules made from a string. Tracebacks ask it for the source, as long as the module lives: which they
    do only for file names without angle brackets."""

    def __init__(self, source):
        self.source = source

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        code = compile(self.source, module.__spec__.origin, "exec", dont_inherit=True)
        builtins.exec(code, module.__dict__)

    def get_source(self, name):
        return self.source


def _module_spec(name, source, path, package):
    from importlib.machinery import ModuleSpec
    from importlib.util import spec_from_file_location

    if source is None:
        import os

        own = os.path.basename(path) == "__init__.py" or package
        where = [os.path.dirname(os.path.abspath(path))] if own else None
        spec = spec_from_file_location(name, path, submodule_search_locations=where)
        if spec is None:
            raise ImportError("%r is no file that Python imports" % (path,), name=name, path=path)
        return spec
    spec = ModuleSpec(name, _TextLoader(source), origin="nogil:%s.py" % name, is_package=package)
    return spec


_ABSENT = object()


def make_module(name, source=None, path=None, register=False, package=False):
    """A module of a text or a file. Where its code raises, all is as it was before."""
    from importlib.util import module_from_spec

    spec = _module_spec(name, source, path, package)
    parent = import_module(spec.parent) if spec.parent and spec.parent != name else None
    module = module_from_spec(spec)
    if source is not None:
        module.__file__ = spec.origin
    before = sys.modules.get(name, _ABSENT)
    # While its code runs it is found, as an imported module is: by dataclasses, and by what it imports in turn.
    shows = register or before is _ABSENT
    if shows:
        sys.modules[name] = module
    done = False
    try:
        spec.loader.exec_module(module)
        done = register
    finally:
        if shows and not done:
            if before is _ABSENT:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = before
    if not register:
        return module
    # A module may put another object in its place.
    module = sys.modules.get(name, module)
    if parent is not None:
        setattr(parent, name.rpartition(".")[2], module)
    return module
