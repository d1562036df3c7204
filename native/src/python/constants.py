# Generated from native/include/nogil.h by tools/generate-constants.mjs. Do not edit: run that again.

JS_GET = 1
JS_SET = 2
JS_DELETE = 3
JS_REPR = 4

JS_SHAPE_CALLABLE = 1
JS_SHAPE_POLICY = 16777216
