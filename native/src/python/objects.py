"""What JavaScript asks of single objects."""

import types

get_attribute = getattr


def close_generator(iterator):
    """Closes a generator that is abandoned half-way. Not just anything with close(): a file is its own
    iterator, and whoever read one line of it may want the rest."""
    if type(iterator) is types.GeneratorType:
        iterator.close()


def to_number(value):
    """What JavaScript's Number() means: an int stays exact where it can, the rest is a float."""
    index = getattr(type(value), "__index__", None)
    return float(value) if index is None else index(value)


def same(value):
    """What crosses becomes an object of Python's."""
    return value
