"""The classes of JavaScript objects: one for each shape, made of the parts."""

# By shape; the first ones come first among a class's bases. What has more of the object's own comes before.
_js_parts = (
    (JS_SHAPE_SYMBOL, JsSymbol),
    (JS_SHAPE_GENERATOR, JsGenerator),
    (JS_SHAPE_ITERATOR, JsIterator),
    (JS_SHAPE_ASYNC_GENERATOR, JsAsyncGenerator),
    (JS_SHAPE_ASYNC_ITERATOR, JsAsyncIterator),
    (JS_SHAPE_ARRAY, JsArray),
    (JS_SHAPE_MAP, JsMap),
    (JS_SHAPE_SET, JsSet),
    (JS_SHAPE_CLASS, JsClass),
    (JS_SHAPE_CALLABLE, JsFunction),
    (JS_SHAPE_ERROR, JsError),
    (JS_SHAPE_LENGTH, JsLength),
    (JS_SHAPE_ITEMS, JsItems),
    (JS_SHAPE_ITERABLE, JsIterable),
    (JS_SHAPE_ASYNC_ITERABLE, JsAsyncIterable),
    (JS_SHAPE_THENABLE, JsAwaitable),
    (JS_SHAPE_DISPOSABLE, JsDisposable),
    (JS_SHAPE_ASYNC_DISPOSABLE, JsAsyncDisposable),
)
_js_types = {}

for _, _part in _js_parts:
    _part.__module__ = JsProxy.__module__


def js_type(shape):
    """The class for a shape: the same one for everybody who asks."""
    known = _js_types.get(shape)
    return _js_types.setdefault(shape, _make_js_type(shape)) if known is None else known


def _make_js_type(shape):
    parts = [part for flag, part in _js_parts if shape & flag]
    # A part that another one derives from says nothing new.
    bases = [part for part in parts if not any(other is not part and issubclass(other, part) for other in parts)]
    # And what is a container of the language's iterates, counts and looks things up in its own way.
    whole = [part for part in bases if issubclass(part, (JsArray, JsMap, JsSet, JsIterator, JsAsyncIterator))]
    if whole:
        bases = [part for part in bases if part not in (JsIterable, JsAsyncIterable, JsLength, JsItems)]
    if not bases:
        return JsProxy
    if len(bases) == 1:
        return bases[0]
    name = bases[0].__name__ + "".join(base.__name__[2:] for base in bases[1:])
    body = {"__slots__": (), "__module__": "nogil", "__doc__": bases[0].__doc__}
    return type(JsArray)(name, tuple(bases), body)  # their metaclass is that of abstract classes, or above it
