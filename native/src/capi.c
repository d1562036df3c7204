#include "capi.h"

#include "capi_older.h"
#include "platform.h"

#include "../include/nogil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ng_capi ng_py;

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

_Static_assert(sizeof(void *) != 8 ||
                   (offsetof(ng_capability_entry, kind) == NG_CAPABILITY_ENTRY_KIND &&
                    offsetof(ng_capability_entry, first) == NG_CAPABILITY_ENTRY_FIRST &&
                    offsetof(ng_capability_entry, present) == NG_CAPABILITY_ENTRY_PRESENT &&
                    offsetof(ng_capability_entry, stands_in) == NG_CAPABILITY_ENTRY_STANDS_IN &&
                    sizeof(ng_capability_entry) == NG_CAPABILITY_ENTRY_SIZE),
               "TypeScript reads entries by these offsets");

/* Where the pointers of ng_py are, and what is known of each symbol before a library is open. */
typedef struct ng_symbol_facts {
    const char *name;
    size_t offset;  /* of its pointer in ng_py */
    uint32_t kind;  /* ng_capability_kind */
    uint32_t first; /* version_hex; NG_FREE_THREADED_ONLY */
} ng_symbol_facts;

static const ng_symbol_facts symbols[NG_SYMBOLS] = {
#define NG_FUNCTION(result, name, parameters)                                                      \
    {#name, offsetof(ng_capi, name), NG_CAPABILITY_FUNCTION, NG_PY_OLDEST},
#define NG_OPTIONAL(result, name, parameters, first)                                               \
    {#name, offsetof(ng_capi, name), NG_CAPABILITY_OPTIONAL_FUNCTION, (first)},
#define NG_DATA(name) {#name, offsetof(ng_capi, name), NG_CAPABILITY_DATA, NG_PY_OLDEST},
#define NG_OPTIONAL_DATA(name) {#name, offsetof(ng_capi, name), NG_CAPABILITY_OPTIONAL_DATA, 0},
#include "capi.def"
#undef NG_FUNCTION
#undef NG_OPTIONAL
#undef NG_DATA
#undef NG_OPTIONAL_DATA
};

/* Whether a library of the version that it says it is must export the symbol. */
static bool is_due(const ng_symbol_facts *symbol)
{
    switch (symbol->kind) {
    case NG_CAPABILITY_FUNCTION:
    case NG_CAPABILITY_DATA:
        return true;
    case NG_CAPABILITY_OPTIONAL_FUNCTION:
        /* NG_PY_OLDEST: gone again in a later version. */
        return symbol->first == NG_FREE_THREADED_ONLY
                   ? ng_py.free_threaded
                   : symbol->first > NG_PY_OLDEST && ng_py.version_hex >= symbol->first;
    default:
        return false;
    }
}

static bool is_required(const ng_symbol_facts *symbol)
{
    return symbol->kind == NG_CAPABILITY_FUNCTION || symbol->kind == NG_CAPABILITY_DATA;
}

bool ng_capi_load(void *library, const char *path, char *message, size_t message_size)
{
    for (size_t i = 0; i < NG_SYMBOLS; i++) {
        void *address = ng_library_symbol(library, symbols[i].name);
        memcpy((char *)&ng_py + symbols[i].offset, &address, sizeof address);
        ng_py.present[i] = address != NULL;
    }
    /* The version first: an old Python should hear that it is old, not which symbol it lacks. */
    if (ng_py.Py_GetVersion != NULL && !parse_version(path, message, message_size)) {
        return false;
    }
    for (size_t i = 0; i < NG_SYMBOLS; i++) {
        if (ng_py.present[i] || !is_due(&symbols[i])) {
            continue;
        }
        if (is_required(&symbols[i])) {
            (void)snprintf(
                message, message_size,
                "%s has no symbol %s: it is not a CPython library, or a stripped one. Choose "
                "another Python, or run: npx nogil python install",
                path, symbols[i].name);
        } else {
            (void)snprintf(message, message_size, "%s says it is Python %s but has no symbol %s",
                           path, ng_py.version, symbols[i].name);
        }
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

int ng_capability(const char *name)
{
    for (size_t i = 0; i < NG_SYMBOLS; i++) {
        if (strcmp(symbols[i].name, name) == 0) {
            return ng_py.present[i] ? NG_CAPABILITY_PRESENT : NG_CAPABILITY_ABSENT;
        }
    }
    return NG_CAPABILITY_UNKNOWN;
}

int ng_capability_at(uint32_t index, ng_capability_entry *out)
{
    if (index >= (uint32_t)NG_SYMBOLS) {
        return 0;
    }
    void *address = NULL;
    memcpy(&address, (const char *)&ng_py + symbols[index].offset, sizeof address);
    *out = (ng_capability_entry){.name = symbols[index].name,
                                 .kind = symbols[index].kind,
                                 .first = symbols[index].first,
                                 .present = ng_py.present[index],
                                 .stands_in = !ng_py.present[index] && address != NULL};
    return 1;
}
