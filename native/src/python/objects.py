"""What JavaScript asks of single objects."""

import types

get_attribute = getattr


def close_generator(iterator):
    """Closes a generator that is abandoned half-way. Not just anything with close(): a file is its own
    iterator, and whoever read one line of it may want the rest."""
    if type(iterator) is types.GeneratorType:
        iterator.close()
