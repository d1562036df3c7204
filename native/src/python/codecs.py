"""How values of special types cross. Which codec makes a JavaScript value of an object is looked up here, by type."""

import sys

# A metaclass has no say in these.
_mro_of = type.__dict__["__mro__"].__get__
_name_of = type.__dict__["__name__"].__get__
_module_of = type.__dict__["__module__"].__get__


def new_codec_table(*entries):
    """What find_codec looks into. entries: type or its full name, priority, order, and so on.

    Types are told apart by identity: a metaclass may define __eq__ and __hash__.
    """
    types = {}
    names = {}
    for i in range(0, len(entries), 3):
        key = entries[i]
        entry = (entries[i + 1], entries[i + 2])
        table, name = (names, key) if isinstance(key, str) else (types, id(key))
        known = table.get(name)
        if known is None or known[0] < entry:
            table[name] = (entry, key)
    return types, names


def _is_named(cls, name):
    """Whether `cls` is the type of that full name, and not one that only says so."""
    module, _, attribute = name.rpartition(".")
    return getattr(sys.modules.get(module), attribute, None) is cls


def find_codec(table, value):
    """The order of the best codec for the object's type, or -1. Among equals that of the nearest class."""
    types, names = table
    best = None
    for cls in _mro_of(type(value)):
        found = types.get(id(cls))
        if found is not None and (best is None or best[0] < found[0][0]):
            best = found[0]
        module = _module_of(cls) if names and cls is not object else None
        if type(module) is str:
            name = module + "." + _name_of(cls)
            found = names.get(name)
            if found is not None and (best is None or best[0] < found[0][0]):
                if _is_named(cls, name):
                    best = found[0]
    return -1 if best is None else best[1]


def type_name(value):
    cls = type(value)
    return str(getattr(cls, "__module__", "?")) + "." + cls.__qualname__


def append_known(known, value):
    """Numbers a container, or another object, that something is known of."""
    known.append(value)
    return len(known) - 1


# ---- JavaScript to Python ---------------------------------------------------------------------


def datetime_from_milliseconds(milliseconds):
    import datetime

    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return epoch + datetime.timedelta(milliseconds=milliseconds)


def datetime_from_microseconds(microseconds, zone=None):
    import datetime

    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    instant = epoch + datetime.timedelta(microseconds=microseconds)
    if zone is None:
        return instant
    if zone[0] in "+-":  # an offset is a zone, too
        hours, minutes = zone[1:].split(":")
        offset = datetime.timedelta(hours=int(hours), minutes=int(minutes))
        return instant.astimezone(datetime.timezone(-offset if zone[0] == "-" else offset))
    import zoneinfo

    return instant.astimezone(zoneinfo.ZoneInfo(zone))


def make_date(*parts):
    import datetime

    return datetime.date(*parts)


def make_time(*parts):
    import datetime

    return datetime.time(*parts)


def make_datetime(*parts):
    import datetime

    return datetime.datetime(*parts)


def make_timedelta(microseconds):
    import datetime

    return datetime.timedelta(microseconds=microseconds)


# ---- Python to JavaScript. Answers that are text and not a value begin with "!": what would be lost. ---------


def datetime_milliseconds(value):
    """Milliseconds since 1970 of an aware datetime."""
    import datetime

    if value.utcoffset() is None:
        return "!it is naive, and a Date is a moment: give it a tzinfo"
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    milliseconds, rest = divmod(value - epoch, datetime.timedelta(milliseconds=1))
    if rest:
        return "!it has microseconds, and a Date has only milliseconds: round it in Python"
    return milliseconds


def datetime_parts(value):
    """What Temporal needs: text of the moment or of the local time, and the zone's name or None."""
    if value.utcoffset() is None:
        return "P" + value.isoformat()
    import datetime

    moment = value.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat() + "Z"
    zone = getattr(value.tzinfo, "key", None)
    if zone is None:
        offset = value.utcoffset()
        minutes, rest = divmod(offset, datetime.timedelta(minutes=1))
        if rest:
            return "!its offset has seconds, which Temporal does not know"
        zone = "%s%02d:%02d" % ("-" if minutes < 0 else "+", *divmod(abs(minutes), 60))
    return "Z" + moment + " " + zone


def isoformat(value):
    return value.isoformat()


def time_text(value):
    if value.tzinfo is not None:
        return "!it has a tzinfo, which a time of Temporal's cannot have"
    return value.isoformat()


def timedelta_milliseconds(value):
    import datetime

    milliseconds, rest = divmod(value, datetime.timedelta(milliseconds=1))
    if rest:
        return "!it has microseconds; use datetime: 'temporal' or 'proxy', or round it in Python"
    return milliseconds


def timedelta_parts(value):
    return "%d %d %d" % (value.days, value.seconds, value.microseconds)


def text_of(value):
    return str(value)


def path_text(value):
    import os

    text = os.fspath(value)
    return text if type(text) is str else "!its path is not str"


def enum_value(value):
    return value.value


def complex_parts(value):
    return [value.real, value.imag]


def buffer_parts(value):
    """Format and bytes of one-dimensional memory; None for any other."""
    with memoryview(value) as view:
        if view.ndim != 1:
            return None
        return view.format, view.tobytes()
