/*
 * capi.h: the functions of the libpython that was chosen at run time. The core is one binary for every
 * Python: it never includes Python.h and links no libpython.
 * Owner:    the process; filled once by ng_capi_load, before any other thread can see it.
 * Thread:   reading is free; calling follows each function's own rule (most: attached).
 */
#ifndef NG_CAPI_H
#define NG_CAPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

typedef struct ng_py_object PyObject;
typedef struct ng_py_object PyTypeObject;
typedef struct ng_py_thread_state PyThreadState;
typedef struct ng_py_interpreter_state PyInterpreterState;
typedef struct ng_init_config ng_init_config;
typedef struct ng_py_interpreter_view ng_py_interpreter_view;
typedef struct ng_py_interpreter_guard ng_py_interpreter_guard;
typedef ptrdiff_t Py_ssize_t;

/* struct _inittab of import.h; documented, the same in every version. */
typedef struct ng_inittab {
    const char *name;
    PyObject *(*make)(void);
} ng_inittab;
typedef uint32_t Py_UCS4;

/* PyMethodDef of methodobject.h, for METH_FASTCALL | METH_KEYWORDS; part of the stable ABI. */
typedef struct ng_method_def {
    const char *name;
    PyObject *(*call)(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                      PyObject *names);
    int flags;
    const char *doc;
} ng_method_def;

/* Bits of PyType_GetFlags; part of the stable ABI. */
#define NG_PY_TPFLAGS_LIST_SUBCLASS (1UL << 25)
#define NG_PY_TPFLAGS_TUPLE_SUBCLASS (1UL << 26)
#define NG_PY_TPFLAGS_DICT_SUBCLASS (1UL << 29)

/* Py_buffer of pybuffer.h: part of the stable ABI since 3.11, and the same in 3.10. */
typedef struct ng_py_buffer {
    void *buf;
    PyObject *obj;
    Py_ssize_t len;
    Py_ssize_t itemsize;
    int readonly;
    int ndim;
    char *format; /* NULL: "B" */
    Py_ssize_t *shape;
    Py_ssize_t *strides;    /* in bytes; NULL: C-contiguous */
    Py_ssize_t *suboffsets; /* NULL: no pointers on the way to an item */
    void *internal;
} ng_py_buffer;

/* PyGetSetDef of descrobject.h, PyMemberDef, PyType_Slot and PyType_Spec; part of the stable ABI. */
typedef struct ng_member_def {
    const char *name;
    int type;
    Py_ssize_t offset;
    int flags;
    const char *doc;
} ng_member_def;

typedef struct ng_type_slot {
    int slot;
    void *value;
} ng_type_slot;

typedef struct ng_type_spec {
    const char *name;
    int basic_size;
    int item_size;
    unsigned int flags;
    ng_type_slot *slots;
} ng_type_spec;

typedef struct ng_get_set_def {
    const char *name;
    PyObject *(*get)(PyObject *self, void *closure);
    int (*set)(PyObject *self, PyObject *value, void *closure);
    const char *doc;
    void *closure;
} ng_get_set_def;

/* What a consumer asks of PyObject_GetBuffer; pybuffer.h. */
#define NG_PY_BUFFER_WRITABLE 0x001
#define NG_PY_BUFFER_FORMAT 0x004
#define NG_PY_BUFFER_ND 0x008
#define NG_PY_BUFFER_STRIDES (0x010 | NG_PY_BUFFER_ND)
#define NG_PY_BUFFER_INDIRECT (0x100 | NG_PY_BUFFER_STRIDES)
#define NG_PY_BUFFER_FULL_RO (NG_PY_BUFFER_INDIRECT | NG_PY_BUFFER_FORMAT)

/* From typeslots.h, object.h and structmember.h; part of the stable ABI. */
#define NG_PY_TP_CALL 50
#define NG_PY_TP_DEALLOC 52
#define NG_PY_TP_DOC 56
#define NG_PY_TP_HASH 59
#define NG_PY_TP_METHODS 64
#define NG_PY_TP_RICHCOMPARE 67
#define NG_PY_TP_MEMBERS 72
#define NG_PY_TP_FREE 74
#define NG_PY_TPFLAGS_DISALLOW_INSTANTIATION (1U << 7)
#define NG_PY_TPFLAGS_BASETYPE (1U << 10)
#define NG_PY_TPFLAGS_HAVE_VECTORCALL (1U << 11)
#define NG_PY_T_PYSSIZET 19
#define NG_PY_READONLY 1

/* From Python.h; part of the stable ABI. */
#define NG_PY_FILE_INPUT 257
#define NG_PY_SEND_RETURN 0 /* PYGEN_RETURN */
#define NG_PY_VECTORCALL_ARGUMENTS_OFFSET ((size_t)1 << (8 * sizeof(size_t) - 1))
#define NG_PY_EQ 2
#define NG_PY_NE 3
#define NG_PY_METH_KEYWORDS 0x0002
#define NG_PY_METH_NOARGS 0x0004
#define NG_PY_METH_O 0x0008
#define NG_PY_METH_FASTCALL 0x0080
#define NG_PY_OLDEST 0x030A0000U
#define NG_PY_3_14 0x030E0000U
/* In place of a version: only a free-threaded build exports it. */
#define NG_FREE_THREADED_ONLY UINT32_MAX

/* A number for each line of capi.def: NG_SYMBOL_PyObject_Vectorcall. */
typedef enum ng_symbol {
#define NG_FUNCTION(result, name, parameters) NG_SYMBOL_##name,
#define NG_OPTIONAL(result, name, parameters, first) NG_SYMBOL_##name,
#define NG_DATA(name) NG_SYMBOL_##name,
#define NG_OPTIONAL_DATA(name) NG_SYMBOL_##name,
#include "capi.def"
#undef NG_FUNCTION
#undef NG_OPTIONAL
#undef NG_DATA
#undef NG_OPTIONAL_DATA
    NG_SYMBOLS
} ng_symbol;

typedef struct ng_capi {
#define NG_FUNCTION(result, name, parameters) result(*name) parameters;
#define NG_OPTIONAL(result, name, parameters, first) result(*name) parameters;
#define NG_DATA(name) void *name;
#define NG_OPTIONAL_DATA(name) void *name;
#include "capi.def"
#undef NG_FUNCTION
#undef NG_OPTIONAL
#undef NG_DATA
#undef NG_OPTIONAL_DATA
    uint32_t version_hex; /* major << 24 | minor << 16 | micro << 8 */
    bool free_threaded;
    char version[128];
    /* What this library exports, by ng_symbol: also where a stand-in fills the pointer. */
    bool present[NG_SYMBOLS];
    /* Where an object keeps its type: the last word of its head, whose size the interpreter tells. */
    size_t type_offset;
    size_t head_size;
} ng_capi;

extern ng_capi ng_py;

/* Fills ng_py from an open library. False: `message` says what is missing or wrong. Thread: one. */
bool ng_capi_load(void *library, const char *path, char *message, size_t message_size);

/* Learns the layout of an object's head. False: `message` says what did not add up. Attached. */
bool ng_capi_learn_layout(char *message, size_t message_size);

/* Whether this library exports a symbol of capi.def: NG_HAS(Py_REFCNT). Thread: any. */
#define NG_HAS(name) (ng_py.present[NG_SYMBOL_##name])

/* Py_TYPE, borrowed: valid as long as the object is. Thread: any that holds a reference. */
static inline PyTypeObject *ng_type_of(PyObject *object)
{
    return *(PyTypeObject **)(void *)((char *)object + ng_py.type_offset);
}

static inline PyObject *ng_none(void)
{
    return (PyObject *)ng_py._Py_NoneStruct;
}

#endif
