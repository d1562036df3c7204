"""What keeps what, across both heaps: how JavaScript objects are reached from Python objects."""

import types


def paths_to_javascript(most, seconds, *objects):
    """JSON: whether it looked at everything, and for each object its id and the JavaScript objects reached from it.

    Each of those is (owner, number, how it is reached: the types on the way). Looks at `most` objects, for `seconds`, all
    together. Modules and classes keep what they hold for good, whatever else does: nothing is looked for behind
    them.
    """
    import json
    import time

    until = time.monotonic() + seconds
    complete = True
    answers = []
    for start in objects:
        found = []
        most, whole = _search(start, most, until, found)
        complete = complete and whole
        answers.append([str(id(start)), found])
    return json.dumps([complete, answers])


def _search(start, most, until, found):
    """Appends to `found`; (how many more objects may be looked at, whether all were)."""
    import time

    js_object = globals().get("JsObject")
    if js_object is None:
        return most, True
    seen = {id(start)}
    held = [start]  # so that no id is used again
    came_from = [-1]
    at = 0
    while at < len(held):
        if most <= 0 or (at % 256 == 255 and time.monotonic() > until):
            return most, False
        most -= 1
        for reached in _kept_by(held[at], js_object):
            if id(reached) in seen:
                continue
            seen.add(id(reached))
            if isinstance(reached, js_object):
                owner, number, _, function, receiver = reached.__describe__()
                found.append([owner, number, _way_to(held, came_from, at)])
                for part in (function, receiver):
                    if part is not None:
                        held.append(part)
                        came_from.append(at)
                        found.append(list(part.__describe__()[:2]) + [_way_to(held, came_from, at)])
                continue
            held.append(reached)
            came_from.append(at)
        at += 1
    return most, True


def _kept_by(value, js_object):
    import gc

    if isinstance(value, (type, types.ModuleType, js_object)):
        return ()
    if type(value) is types.FunctionType:
        # Not its globals: they are the module's.
        return [one for one in (value.__closure__, value.__defaults__, value.__kwdefaults__, value.__dict__) if one]
    if type(value) is types.FrameType:
        return [value.f_locals] if value.f_locals is not value.f_globals else ()
    if type(value) is dict and "__name__" in value and "__loader__" in value:
        return ()  # a module's
    own = gc.get_referents(value)
    return [one for one in own if not isinstance(one, (type, types.ModuleType, str, bytes, int, float))]


def _way_to(held, came_from, at):
    way = []
    while at >= 0:
        way.append(type(held[at]).__qualname__)
        at = came_from[at]
    return way[::-1]
