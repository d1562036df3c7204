"""Code is run from here: `eval_code` and its like."""

import ast
import builtins
import tokenize
from io import StringIO
from textwrap import dedent


def should_quiet(source, /):
    """Whether the last statement ends with a semicolon."""
    try:
        tokens = list(tokenize.generate_tokens(StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return False
    skipped = (
        tokenize.ENDMARKER,
        tokenize.NL,
        tokenize.COMMENT,
        tokenize.INDENT,
        tokenize.NEWLINE,
        tokenize.DEDENT,
    )
    for token in reversed(tokens):
        if token.type in skipped:
            continue
        return token.type == tokenize.OP and token.string == ";"
    return False


def _last_value(body, return_mode):
    """Makes the last statement one whose value is returned, if it has any."""
    if not body or return_mode == "none":
        return False
    last = body[-1]
    if isinstance(last, ast.Expr):
        value = last.value
    elif return_mode == "last_expr_or_assign" and isinstance(last, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        target = last.targets[0] if isinstance(last, ast.Assign) else last.target
        if not isinstance(target, ast.Name) or getattr(last, "value", None) is None:
            return False
        value = ast.copy_location(ast.Name(target.id, ast.Load()), last)
        body.append(ast.copy_location(ast.Expr(value), last))
    else:
        return False
    body[-1] = ast.copy_location(ast.Expr(value), body[-1])
    return True


class CodeRunner:
    """Source code that can be looked at and changed before it is compiled and run."""

    def __init__(
        self,
        source,
        *,
        return_mode="last_expr",
        mode="exec",
        quiet_trailing_semicolon=True,
        filename="<exec>",
        flags=0,
        dont_inherit=False,
        optimize=-1,
    ):
        self._compiled = False
        self._source = source = dedent(source)
        self._filename = filename
        self._flags = flags
        self._dont_inherit = dont_inherit
        self._optimize = optimize
        self._mode = mode
        self.code = None
        if quiet_trailing_semicolon and should_quiet(source):
            return_mode = "none"
        self._return_mode = return_mode
        self.ast = builtins.compile(
            source, filename, mode, flags | ast.PyCF_ONLY_AST, dont_inherit=True, optimize=optimize
        )
        if not (filename.startswith("<") and filename.endswith(">")):
            import linecache

            linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)

    def _parts(self):
        """The code to be executed, and that of the value."""
        flags = self._flags

        def compiled(tree, mode):
            return builtins.compile(
                tree, self._filename, mode, flags, dont_inherit=True, optimize=self._optimize
            )

        if self._mode != "exec":
            return None, compiled(self.ast, self._mode)
        body = list(ast.fix_missing_locations(self.ast).body)
        tree = ast.Module(body, self.ast.type_ignores)
        if not _last_value(body, self._return_mode):
            return compiled(tree, "exec"), None
        last = body.pop()
        value = compiled(ast.Expression(last.value), "eval")
        return (compiled(tree, "exec") if body else None), value

    def compile(self):
        """Compiles it. Once."""
        if self._compiled:
            raise RuntimeError("Already compiled")
        self._body, self._value = self._parts()
        self.code = self._value if self._body is None else self._body
        self._compiled = True
        return self

    def _codes(self):
        """The parts to run. `code` may have been replaced since: it is the first of them."""
        if self._body is None:
            return None, self.code
        return self.code, self._value

    def _names(self, globals, locals):
        if not self._compiled:
            raise RuntimeError("Not yet compiled")
        if globals is None:
            globals = {}
        return globals, globals if locals is None else locals

    def run(self, globals=None, locals=None):
        """Runs it; the value of the last expression, by `return_mode`."""
        globals, locals = self._names(globals, locals)
        body, value = self._codes()
        if body is not None:
            builtins.eval(body, globals, locals)
        return None if value is None else builtins.eval(value, globals, locals)

    async def run_async(self, globals=None, locals=None):
        """The same where `await` is allowed everywhere."""
        globals, locals = self._names(globals, locals)
        result = None
        for code in self._codes():
            if code is not None:
                result = builtins.eval(code, globals, locals)
                if code.co_flags & 0x80:
                    result = await result
        return None if self._value is None else result


def eval_code(
    source,
    globals=None,
    locals=None,
    *,
    return_mode="last_expr",
    quiet_trailing_semicolon=True,
    filename="<exec>",
    flags=0,
    dont_inherit=False,
    optimize=-1,
):
    """Runs source code; the value of the last expression."""
    return (
        CodeRunner(
            source,
            return_mode=return_mode,
            quiet_trailing_semicolon=quiet_trailing_semicolon,
            filename=filename,
            flags=flags,
            dont_inherit=dont_inherit,
            optimize=optimize,
        )
        .compile()
        .run(globals, locals)
    )


async def eval_code_async(
    source,
    globals=None,
    locals=None,
    *,
    return_mode="last_expr",
    quiet_trailing_semicolon=True,
    filename="<exec>",
    flags=0,
    dont_inherit=False,
    optimize=-1,
):
    """The same where `await` is allowed everywhere."""
    return (
        await CodeRunner(
            source,
            return_mode=return_mode,
            quiet_trailing_semicolon=quiet_trailing_semicolon,
            filename=filename,
            flags=flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
            dont_inherit=dont_inherit,
            optimize=optimize,
        )
        .compile()
        .run_async(globals, locals)
    )


def find_imports(source):
    """The names of the modules that are imported, with those of their packages, sorted."""
    try:
        tree = ast.parse(dedent(source))
    except SyntaxError:
        return []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            names = [node.module]
        else:
            continue
        for name in names:
            parts = name.split(".")
            found.update(".".join(parts[: i + 1]) for i in range(len(parts)))
    return sorted(found)


def pyimport_impl(path):
    """A module, or an attribute of one, by its path."""
    from importlib import import_module

    stem, _, name = path.rpartition(".")
    if not stem:
        return __import__(path)
    try:
        module = __import__(stem, fromlist=[name])
        return getattr(module, name)
    except AttributeError:
        return import_module(path)
