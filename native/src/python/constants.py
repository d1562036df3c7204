# Generated from native/include/nogil.h by tools/generate-constants.mjs. Do not edit: run that again.

JS_GET = 1
JS_SET = 2
JS_DELETE = 3
JS_REPR = 4
JS_CLASS_CALL = 120
JS_CLASS_CONSTRUCT = 121
JS_CLASS_NEW = 122
JS_CLASS_MAKE = 123
JS_CLASS_HAS = 124
JS_CLASS_GET = 125
JS_CLASS_SET = 126
JS_CLASS_DELETE = 127
JS_CLASS_KEYS = 128

JS_SHAPE_CALLABLE = 1
