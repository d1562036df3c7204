"""The core's own Python code: compiled once, when Python starts, into the module `_nogil`.

It holds what is easier to say in Python than in C. Everything here may be called from any thread at
any time and keeps no state but the bounded source cache.
"""

import builtins
import itertools
import sys
import threading  # here, so that it takes the core's thread for the main one, not a worker
import types

# Everything else is imported where it is used: it would be paid for at every start.

__file__ = "<nogil>"  # as compiled by bootstrap.c
_numbers = itertools.count(1)
_REMEMBERED_SOURCES = 256


class JavaScriptError(RuntimeError):
    """A JavaScript function threw, or cannot be reached any more.

    stack: the JavaScript stack as text; None where there is none.
    """

    def __init__(self, message, stack=None):
        super().__init__(message)
        self.stack = stack


class EnvironmentEnded(BaseException):
    """The JavaScript thread on which this code runs is being terminated: unwind.

    Not an Exception, as KeyboardInterrupt is none: code that goes on after errors must not go on now.
    """


def check_parameters(parameters):
    """Raises SyntaxError unless `parameters` can stand between the parentheses of a `def`."""
    import ast

    module = ast.parse("def f(" + parameters + "\n): pass", "<parameters>")
    if len(module.body) != 1 or len(module.body[0].body) != 1:
        raise SyntaxError("not a list of parameters: " + parameters)


def emit_type(name, bases, attributes, metaclass):
    """A new type, made as a class statement makes it. metaclass: None: that of the bases."""

    def body(namespace):
        namespace["__module__"] = "nogil"
        namespace["__qualname__"] = name
        namespace.update(attributes)

    keywords = {} if metaclass is None else {"metaclass": metaclass}
    return types.new_class(name, bases, keywords, body)


def import_module(name):
    import importlib

    return importlib.import_module(name)


get_attribute = getattr


def _type_name(cls):
    module = getattr(cls, "__module__", None)
    name = getattr(cls, "__qualname__", None) or cls.__name__
    if not isinstance(module, str) or module in ("builtins", "__main__"):
        return name
    return module + "." + name


_LONGEST_TEXT = 1 << 24


def _readable(text):
    """What a person may want to see of a text: JavaScript's strings have a limit."""
    if len(text) <= _LONGEST_TEXT:
        return text
    return text[:_LONGEST_TEXT] + "... (%d characters in all)" % len(text)


def describe_exception(error):
    """(type, message, traceback): never raises for an exception whose own methods do."""
    import traceback

    name = _type_name(type(error))
    try:
        message = str.__str__(str(error))
    except BaseException as inner:
        message = "<str() of the exception raised " + type(inner).__name__ + ">"
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next  # our own frames, before those of the code that was run
    try:
        text = "".join(traceback.format_exception(type(error), error, frames))
    except BaseException as inner:
        text = name + ": " + message + "\n<the traceback could not be formatted: "
        text += type(inner).__name__ + ">\n"
    return name, _readable(message), _readable(text)


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


def may_finalize():
    """Whether Py_FinalizeEx would come back, and nobody would touch what it frees.

    It waits without bound for non-daemon threads and for the workers of executors, and before 3.12
    daemon threads may touch what it has freed. A thread started from a JavaScript thread is a daemon by
    default, so that word says nothing: no thread of Python's may be left. The dummies stand for threads
    that Python did not start, which the gate keeps out.
    """
    main = threading.main_thread()
    return not any(
        thread.is_alive() and thread is not main and not isinstance(thread, threading._DummyThread)
        for thread in threading.enumerate()
    )


def flush():
    """Writes out what the standard streams hold. A stream that cannot be written is not our failure."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # closed, None, or a broken pipe: nobody is left to tell
            continue


def run_exit_callbacks():
    """The atexit callbacks, for an exit at which Python cannot be finalized."""
    import atexit

    atexit._run_exitfuncs()


def describe():
    """What JavaScript cannot know by itself, as JSON: one crossing, and nothing to release."""
    import json
    import sysconfig

    check = getattr(sys, "_is_gil_enabled", None)
    return json.dumps(
        {
            "executable": sys.executable,
            "versionText": sys.version,
            "gilEnabled": True if check is None else check(),
            "prefix": sys.prefix,
            "basePrefix": sys.base_prefix,
            "stdlib": sysconfig.get_path("stdlib"),
        }
    )





def close_generator(iterator):
    """Closes a generator that is abandoned half-way. Not just anything with close(): a file is its own
    iterator, and whoever read one line of it may want the rest."""
    if type(iterator) is types.GeneratorType:
        iterator.close()


def to_number(value):
    """What JavaScript's Number() means: an int stays exact where it can, the rest is a float."""
    index = getattr(type(value), "__index__", None)
    return float(value) if index is None else index(value)


# Containers are made empty and filled in steps, so that a cycle can refer to what is not full yet.


# Filling answers by how much a container grew: keys that JavaScript tells apart (1 and true) may be one
# in Python, and the caller must not lose an entry without a word.


def new_list():
    return []


def extend(items, *values):
    items.extend(values)
    return len(values)


def new_dict():
    return {}


def update(mapping, *pairs):
    before = len(mapping)
    for i in range(0, len(pairs), 2):
        mapping[pairs[i]] = pairs[i + 1]
    return 2 * (len(mapping) - before)


def new_set():
    return set()


def add(items, *values):
    before = len(items)
    items.update(values)
    return len(items) - before


def describe_build():
    """What this build of Python is, as JSON."""
    import json
    import struct
    import sysconfig

    return json.dumps(
        {
            "version": "%d.%d.%d" % sys.version_info[:3],
            "releaseLevel": sys.version_info.releaselevel,
            "implementation": sys.implementation.name,
            "freeThreaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
            "debug": hasattr(sys, "gettotalrefcount"),
            "abiFlags": getattr(sys, "abiflags", ""),
            "soabi": sysconfig.get_config_var("SOABI") or "",
            "compiler": sys.version.rpartition("[")[2].rstrip("]"),
            "platform": sysconfig.get_platform(),
            "pointerSize": struct.calcsize("P"),
            "littleEndian": sys.byteorder == "little",
        }
    )


_type_members = {
    "name": "__name__",
    "qualifiedName": "__qualname__",
    "module": "__module__",
    "basicSize": "__basicsize__",
    "itemSize": "__itemsize__",
    "dictOffset": "__dictoffset__",
    "weakrefOffset": "__weakrefoffset__",
}


def describe_type(cls):
    """What the structure of a type says, as JSON: a metaclass has no say in it."""
    import json

    facts = {}
    for key, name in _type_members.items():
        value = type.__dict__[name].__get__(cls)
        # A class may put anything there: __module__ = None
        facts[key] = value if isinstance(value, (str, int)) else None
    return json.dumps(facts)
