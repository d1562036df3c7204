"""Types and signatures that JavaScript emits."""

import types


def check_parameters(parameters):
    """Raises SyntaxError unless `parameters` can stand between the parentheses of a `def`."""
    import ast

    module = ast.parse("def f(" + parameters + "\n): pass", "<parameters>")
    if len(module.body) != 1 or len(module.body[0].body) != 1:
        raise SyntaxError("not a list of parameters: " + parameters)


def emit_type(name, bases, attributes, metaclass):
    """A new type, made as a class statement makes it. metaclass: None: that of the bases.

    An attribute `__nogil_definition__` (classes.py) is none: it says what the class is called, what else is in
    it, and with which keywords it is made.
    """
    definition = attributes.pop("__nogil_definition__", None)

    def body(namespace):
        namespace["__module__"] = "nogil"
        namespace["__qualname__"] = name
        namespace.update(attributes)
        if definition is not None:
            definition.fill(namespace, bases)

    keywords = {} if metaclass is None else {"metaclass": metaclass}
    if definition is not None:
        keywords.update(definition.keywords)
    return types.new_class(name if definition is None else definition.name, bases, keywords, body)
