"""Lists, dicts and sets that are filled from JavaScript.

Containers are made empty and filled in steps, so that a cycle can refer to what is not full yet. Filling
answers by how much a container grew: keys that JavaScript tells apart (1 and true) may be one in Python, and
the caller must not lose an entry without a word.
"""


def same(value):
    return value


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
