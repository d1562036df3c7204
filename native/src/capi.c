#include "capi.h"

#include "capi_older.h"
#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ng_capi ng_py;

/* A data pointer becomes a function pointer through memcpy: ISO C has no cast for it. */
static void assign(void *target, void *symbol)
{
    memcpy(target, &symbol, sizeof symbol);
}

static bool parse_version(const char *path, char *message, size_t message_size)
{
    const char *text = ng_py.Py_GetVersion();
    (void)snprintf(ng_py.version, sizeof ng_py.version, "%s", text);
    char *rest = NULL;
    unsigned long major = strtoul(text, &rest, 10);
    unsigned long minor = *rest == '.' ? strtoul(rest + 1, &rest, 10) : 0;
    unsigned long micro = *rest == '.' ? strtoul(rest + 1, &rest, 10) : 0;
    ng_py.version_hex = (uint32_t)(major << 24U | minor << 16U | micro << 8U);
    /* "3.14.5 free-threading build (…)": the only place a library says so before it is started. */
    ng_py.free_threaded = strstr(text, "free-threading build") != NULL;
    if (ng_py.version_hex < NG_PY_OLDEST) {
        (void)snprintf(message, message_size,
                       "%s is Python %lu.%lu; nogil needs 3.10 or newer. Choose another Python, or "
                       "run: npx nogil python install",
                       path, major, minor);
        return false;
    }
    if (ng_py.free_threaded && ng_py.version_hex < NG_PY_3_14) {
        (void)snprintf(message, message_size,
                       "%s is a free-threaded Python %lu.%lu; nogil needs 3.14t or newer. Run: npx "
                       "nogil python install",
                       path, major, minor);
        return false;
    }
    return true;
}

bool ng_capi_load(void *library, const char *path, char *message, size_t message_size)
{
    const char *missing = NULL;
#define NG_FUNCTION(result, name, parameters)                                                      \
    assign(&ng_py.name, ng_library_symbol(library, #name));                                        \
    if (ng_py.name == NULL && missing == NULL) {                                                   \
        missing = #name;                                                                           \
    }
#define NG_OPTIONAL(result, name, parameters, first)                                               \
    assign(&ng_py.name, ng_library_symbol(library, #name));
#define NG_DATA(name)                                                                              \
    ng_py.name = ng_library_symbol(library, #name);                                                \
    if (ng_py.name == NULL && missing == NULL) {                                                   \
        missing = #name;                                                                           \
    }
#define NG_OPTIONAL_DATA(name) ng_py.name = ng_library_symbol(library, #name);
#include "capi.def"
#undef NG_FUNCTION
#undef NG_OPTIONAL
#undef NG_DATA
#undef NG_OPTIONAL_DATA
    /* The version first: an old Python should hear that it is old, not which symbol it lacks. */
    if (ng_py.Py_GetVersion != NULL && !parse_version(path, message, message_size)) {
        return false;
    }
    if (missing != NULL) {
        (void)snprintf(
            message, message_size,
            "%s has no symbol %s: it is not a CPython library, or a stripped one. Choose "
            "another Python, or run: npx nogil python install",
            path, missing);
        return false;
    }
#define NG_FUNCTION(result, name, parameters)
#define NG_OPTIONAL(result, name, parameters, first)                                               \
    if (ng_py.name == NULL && (first) > NG_PY_OLDEST && ng_py.version_hex >= (first)) {            \
        missing = #name;                                                                           \
    }
#define NG_DATA(name)
#define NG_OPTIONAL_DATA(name)
#include "capi.def"
#undef NG_FUNCTION
#undef NG_OPTIONAL
#undef NG_DATA
#undef NG_OPTIONAL_DATA
    if (missing != NULL) {
        (void)snprintf(message, message_size, "%s says it is Python %s but has no symbol %s", path,
                       ng_py.version, missing);
        return false;
    }
    ng_capi_fill_gaps();
    return true;
}

bool ng_capi_learn_layout(char *message, size_t message_size)
{
    PyObject *size = ng_py.PyObject_GetAttrString(ng_py.PyBaseObject_Type, "__basicsize__");
    if (size == NULL) {
        ng_py.PyErr_Clear();
        (void)snprintf(message, message_size, "object.__basicsize__ could not be read");
        return false;
    }
    int overflow = 0;
    long long head = ng_py.PyLong_AsLongLongAndOverflow(size, &overflow);
    ng_py.Py_DecRef(size);
    if (overflow != 0 || head < (long long)(2 * sizeof(void *)) || head > 256) {
        (void)snprintf(message, message_size, "an object's head of %lld bytes makes no sense",
                       head);
        return false;
    }
    ng_py.head_size = (size_t)head;
    ng_py.type_offset = (size_t)head - sizeof(void *);
    /* Four objects whose types are known: if one disagrees, every later type check would be wrong. */
    if (ng_type_of(ng_py.PyLong_Type) != ng_py.PyType_Type ||
        ng_type_of(ng_py.PyType_Type) != ng_py.PyType_Type ||
        ng_type_of(ng_py.PyBaseObject_Type) != ng_py.PyType_Type) {
        (void)snprintf(
            message, message_size,
            "this Python keeps an object's type in an unknown place (head of %lld bytes)", head);
        return false;
    }
    return true;
}
