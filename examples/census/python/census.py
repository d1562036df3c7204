"""Measure Python source files with Python's own ``ast`` and ``tokenize``.

One call measures one file: :func:`measure` takes a path and answers with one JSON object, either
the figures or, for a file that cannot be read, decoded or parsed, the reason. The same file gives
the same answer on every thread and in every run.

Any number of threads may call :func:`measure` at once. There is no shared mutable state: what a
thread reuses from file to file lives in :class:`_Tools`. :func:`prepare` changes settings of the
whole interpreter and belongs to the program, not to a thread: call it once, before the threads.
"""

import ast
import gc
import hashlib
import importlib.util
import io
import json
import threading
import warnings
from types import ModuleType

__all__ = ["measure", "prepare"]

# What a node means to the survey; everything else is PLAIN.
(
    PLAIN,
    LEAF,
    BRANCH,
    IF,
    BOOLEAN,
    COMPREHENSION,
    BLOCK,
    LOOP,
    FUNCTION,
    CLASS,
    LAMBDA,
    CASE,
    IMPORT,
    IMPORT_FROM,
) = range(14)

# By class name, because `TryStar` exists since 3.11 and `match` has nothing to say about
# classes of the future. A `try` nests but does not branch: its handlers do.
_ROLES = {
    "Name": LEAF,
    "Constant": LEAF,
    "MatchSingleton": LEAF,
    "IfExp": BRANCH,
    "ExceptHandler": BRANCH,
    "If": IF,
    "BoolOp": BOOLEAN,
    "comprehension": COMPREHENSION,
    "With": BLOCK,
    "AsyncWith": BLOCK,
    "Try": BLOCK,
    "TryStar": BLOCK,
    "Match": BLOCK,
    "For": LOOP,
    "AsyncFor": LOOP,
    "While": LOOP,
    "FunctionDef": FUNCTION,
    "AsyncFunctionDef": FUNCTION,
    "ClassDef": CLASS,
    "Lambda": LAMBDA,
    "match_case": CASE,
    "Import": IMPORT,
    "ImportFrom": IMPORT_FROM,
}

# Fields that never hold a node worth visiting: names, and the operator and context objects that
# the whole interpreter shares.
_SKIPPED_FIELDS = frozenset({"ctx", "op", "ops", "attr", "kind", "type_comment", "type_ignores"})


class _Tools(threading.local):
    """What one thread keeps from file to file; made when the thread measures its first file.

    The private copy of ``tokenize`` is what makes two threads twice as fast as one: the module
    builds every token with ``TokenInfo._make``, a class method, and binding it counts a reference
    on the function and on its closure. With the one copy in ``sys.modules`` all threads write to
    these same counters for every token (measured on 3.14t: 2 threads gain 1.4 times); an object
    made by the thread that uses it is counted without atomic instructions (1.9 times).
    For the same reason the field names of each node class are copied instead of read from
    ``cls._fields``.
    """

    def __init__(self) -> None:
        spec = importlib.util.find_spec("tokenize")
        if spec is None or spec.loader is None:
            raise ImportError("the standard library has no module 'tokenize'")
        self.tokenize: ModuleType = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.tokenize)
        self.plan: dict[type, tuple[int, tuple[str, ...]]] = {}


_tools = _Tools()


class _Scope:
    """A module, class or function while its body is visited."""

    __slots__ = ("name", "is_class", "is_function", "line", "lines", "branches", "nesting", "parameters")

    def __init__(self, name: str, node: ast.AST, is_class: bool, is_function: bool) -> None:
        self.name = name
        self.is_class = is_class
        self.is_function = is_function
        self.line = getattr(node, "lineno", 1)
        self.lines = getattr(node, "end_lineno", 1) - self.line + 1
        self.branches = 0
        self.nesting = 0
        self.parameters = 0


class _Survey:
    """The figures of one syntax tree."""

    __slots__ = (
        "nodes",
        "scopes",
        "classes",
        "lambdas",
        "async_functions",
        "comprehensions",
        "docstrings",
        "docstring_lines",
        "documentable",
        "annotated",
        "annotatable",
        "imports",
    )

    def __init__(self) -> None:
        self.nodes = 0
        self.scopes: list[_Scope] = []
        self.classes = 0
        self.lambdas = 0
        self.async_functions = 0
        self.comprehensions = 0
        self.docstrings = 0
        self.docstring_lines = 0
        self.documentable = 0
        self.annotated = 0
        self.annotatable = 0
        self.imports: set[str] = set()


def prepare() -> None:
    """Set up the interpreter for a census. Call once, on one thread, before the others start.

    Warnings about the measured files (invalid escapes, ``return`` in ``finally``) are not ours to
    show. The filter is set for the process and left alone: ``warnings.catch_warnings`` around each
    file is not safe with threads before 3.14.

    Syntax trees have no reference cycles, so everything here is freed by reference counting, yet
    the garbage collector would run again and again because objects are made so fast, and on a
    free-threaded build it stops all threads each time (2 threads: 1.6 instead of 1.9 times). It
    stays on, for a program that really leaks, with a threshold that trees do not reach.
    """
    for category in (SyntaxWarning, DeprecationWarning):
        warnings.simplefilter("ignore", category)
    gc.set_threshold(2_000_000)


def measure(path: str) -> str:
    """Measure the file at `path` and return a JSON object.

    With ``"ok": true`` it holds the figures, with ``"ok": false`` a ``reason`` (the name of the
    exception), a ``message`` and, where known, a ``line``. Either way ``digest`` stands for
    everything that was found, including what is not listed (each function, each import).
    A fault of the census itself is not a property of the file and is raised.
    """
    tokenize = _tools.tokenize
    try:
        with open(path, "rb") as file:
            data = file.read()
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = io.TextIOWrapper(io.BytesIO(data), encoding).read()
        tree = ast.parse(text)
        lines, tokens = _count_tokens(text, tokenize)
    except (
        OSError,
        SyntaxError,
        ValueError,  # UnicodeDecodeError; a NUL byte, up to 3.11
        LookupError,  # a coding line that names a codec which is not for text
        RecursionError,
        MemoryError,  # nested too deeply for the parser
        tokenize.TokenError,
    ) as error:
        return _failure(error)
    return _figures(len(data), encoding, lines, tokens, _survey(tree))


def _failure(error: BaseException) -> str:
    """The record of a file that cannot be measured, without the path, which may differ per machine."""
    if isinstance(error, SyntaxError):
        message, line = error.msg, error.lineno
    elif isinstance(error, OSError):
        message, line = error.strerror or str(error), None
    else:
        message, line = str(error), None
    record = {"ok": False, "reason": type(error).__name__, "message": message, "line": line}
    return json.dumps({**record, "digest": _digest(record)})


def _count_tokens(text: str, tokenize: ModuleType) -> tuple[dict[str, int], dict[str, int]]:
    """Count lines by what stands on them, and tokens by kind.

    A line with code and a comment is a line of code; a line inside a string is a line of code.
    """
    comment_kind, name_kind, number_kind = tokenize.COMMENT, tokenize.NAME, tokenize.NUMBER
    operator_kind = tokenize.OP
    layout_kinds = (
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    )
    total = code = comments = comment_lines = names = numbers = operators = strings = 0
    last_code = 0
    for kind, _, (first, _), (last, _), _ in tokenize.generate_tokens(io.StringIO(text).readline):
        total += 1
        if kind == name_kind:
            names += 1
        elif kind == operator_kind:
            operators += 1
        elif kind == comment_kind:
            comments += 1
            if first > last_code:
                comment_lines += 1
            continue
        elif kind in layout_kinds:
            continue
        elif kind == number_kind:
            numbers += 1
        else:
            strings += 1
        if last > last_code:
            code += last - max(first - 1, last_code)
            last_code = last
    all_lines = text.count("\n") + (1 if text and not text.endswith("\n") else 0)
    lines = {
        "total": all_lines,
        "code": code,
        "comment": comment_lines,
        "blank": all_lines - code - comment_lines,
    }
    tokens = {
        "total": total,
        "names": names,
        "numbers": numbers,
        "operators": operators,
        "strings": strings,
        "comments": comments,
    }
    return lines, tokens


def _survey(tree: ast.Module) -> _Survey:
    """Visit every node once. Not recursive: a tree may be deeper than Python's stack."""
    plan = _tools.plan
    survey = _Survey()
    module = _open_scope(survey, tree, "", is_class=False, is_function=False)
    nodes = 0
    pending: list[tuple[ast.AST, int, _Scope]] = [(tree, 0, module)]
    while pending:
        node, depth, scope = pending.pop()
        nodes += 1
        try:
            role, fields = plan[node.__class__]
        except KeyError:
            role, fields = plan[node.__class__] = _role_and_fields(node.__class__)
        if role == LEAF:
            continue
        inner = scope
        if role != PLAIN:
            if role == IF or role == LOOP or role == BLOCK:
                if role != BLOCK:
                    scope.branches += 1
                # `elif` is an `if` alone in the `else`, in the column of its parent: same level.
                otherwise = node.orelse if role == IF else ()
                if (
                    len(otherwise) == 1
                    and otherwise[0].__class__ is node.__class__
                    and otherwise[0].col_offset == node.col_offset
                ):
                    pending.append((otherwise[0], depth, scope))
                    fields = fields[:-1]
                depth += 1
                if depth > scope.nesting:
                    scope.nesting = depth
            elif role == BRANCH:
                scope.branches += 1
            elif role == BOOLEAN:
                scope.branches += len(node.values) - 1
            elif role == COMPREHENSION:
                survey.comprehensions += 1
                scope.branches += 1 + len(node.ifs)
            elif role == FUNCTION or role == CLASS:
                inner = _enter(survey, node, scope, role == FUNCTION)
                for statement in node.body:
                    pending.append((statement, 0, inner))
                fields = fields[1:]  # decorators, defaults, annotations and bases run outside
            elif role == CASE:
                # `case _:` is the `else` of a `match`: it adds no way through.
                pattern = node.pattern
                if not (pattern.__class__ is ast.MatchAs and pattern.name is None):
                    scope.branches += 1
                elif node.guard is not None:
                    scope.branches += 1
            elif role == LAMBDA:
                survey.lambdas += 1
            elif role == IMPORT:
                for alias in node.names:
                    survey.imports.add(alias.name.partition(".")[0])
            elif role == IMPORT_FROM and not node.level:
                survey.imports.add(node.module.partition(".")[0])
        for field in fields:
            child = getattr(node, field)
            if child.__class__ is list:
                for item in child:
                    if isinstance(item, ast.AST):
                        pending.append((item, depth, scope))
            elif isinstance(child, ast.AST):
                pending.append((child, depth, scope))
    survey.nodes = nodes
    return survey


def _role_and_fields(cls: type) -> tuple[int, tuple[str, ...]]:
    """What a class of nodes means, and the fields to visit: `body` first, `orelse` last."""
    fields = [field for field in cls._fields if field not in _SKIPPED_FIELDS]  # type: ignore[attr-defined]
    fields.sort(key=lambda field: (field != "body", field == "orelse"))
    return _ROLES.get(cls.__name__, PLAIN), tuple(fields)


def _enter(survey: _Survey, node: ast.AST, parent: _Scope, is_function: bool) -> _Scope:
    """Open the scope of a function or class and count what its head says."""
    name = f"{parent.name}.{node.name}" if parent.name else node.name
    scope = _open_scope(survey, node, name, is_class=not is_function, is_function=is_function)
    if not is_function:
        survey.classes += 1
        return scope
    if node.__class__ is ast.AsyncFunctionDef:
        survey.async_functions += 1
    head = node.args
    parameters = [*head.posonlyargs, *head.args, *head.kwonlyargs]
    parameters += [extra for extra in (head.vararg, head.kwarg) if extra is not None]
    scope.parameters = len(parameters)
    # Nobody annotates `self`.
    if parent.is_class and parameters and parameters[0].arg in ("self", "cls"):
        del parameters[0]
    survey.annotatable += len(parameters) + 1
    survey.annotated += sum(parameter.annotation is not None for parameter in parameters)
    survey.annotated += node.returns is not None
    return scope


def _open_scope(
    survey: _Survey, node: ast.AST, name: str, *, is_class: bool, is_function: bool
) -> _Scope:
    """A new scope in the survey, with its docstring counted."""
    scope = _Scope(name, node, is_class, is_function)
    survey.scopes.append(scope)
    survey.documentable += 1
    first = node.body[0] if node.body else None
    if (
        first.__class__ is ast.Expr
        and first.value.__class__ is ast.Constant
        and first.value.value.__class__ is str
    ):
        survey.docstrings += 1
        survey.docstring_lines += first.end_lineno - first.lineno + 1
    return scope


def _figures(
    size: int, encoding: str, lines: dict[str, int], tokens: dict[str, int], survey: _Survey
) -> str:
    """The record of a measured file."""
    functions = [scope for scope in survey.scopes if scope.is_function]
    functions.sort(key=lambda scope: (scope.line, scope.name))
    record = {
        "ok": True,
        "bytes": size,
        "encoding": encoding,
        "lines": {**lines, "docstring": survey.docstring_lines},
        "tokens": tokens,
        "nodes": survey.nodes,
        "functions": {
            "total": len(functions),
            "async": survey.async_functions,
            "lambdas": survey.lambdas,
            "parameters": sum(scope.parameters for scope in functions),
        },
        "classes": survey.classes,
        "comprehensions": survey.comprehensions,
        "complexity": {
            # Each function starts at 1; branches outside of functions count as well.
            "total": len(functions) + sum(scope.branches for scope in survey.scopes),
            "worst": _largest(functions, [scope.branches + 1 for scope in functions]),
        },
        "nesting": max(scope.nesting for scope in survey.scopes),
        "longest": _largest(functions, [scope.lines for scope in functions]),
        "docstrings": {"present": survey.docstrings, "possible": survey.documentable},
        "annotations": {"present": survey.annotated, "possible": survey.annotatable},
        "imports": len(survey.imports),
    }
    detail = [[s.name, s.line, s.lines, s.branches, s.nesting, s.parameters] for s in functions]
    digest = _digest([record, detail, sorted(survey.imports)])
    return json.dumps({**record, "digest": digest})


def _largest(functions: list[_Scope], values: list[int]) -> dict[str, object] | None:
    """The first function, in the order of the file, that has the largest value."""
    if not functions:
        return None
    value = max(values)
    scope = functions[values.index(value)]
    return {"name": scope.name, "line": scope.line, "value": value}


def _digest(value: object) -> str:
    """Equal for equal values, on every thread and in every process."""
    return hashlib.blake2b(json.dumps(value).encode(), digest_size=16).hexdigest()
