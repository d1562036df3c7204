/* memory_type.c: memory of JavaScript's as a Python object: the buffer protocol, and what a sequence of
   numbers can do through a memoryview. */
#include "memory.h"

#include "abi.h"
#include "emit_lock.h"
#include "error.h"

#include <stdatomic.h>
#include <stdio.h>

/* Written once, under the creation lock; for ever, as its objects may be. */
static _Atomic(PyTypeObject *) type;

static ng_memory **memory_in(PyObject *object)
{
    return (ng_memory **)(void *)((char *)object + ng_py.head_size);
}

ng_memory *ng_memory_of(PyObject *object)
{
    PyTypeObject *ours = atomic_load_explicit(&type, memory_order_acquire);
    return ours != NULL && ng_type_of(object) == ours ? *memory_in(object) : NULL;
}

/* ---- buffer protocol ------------------------------------------------------------------------ */

int ng_memory_get_buffer(PyObject *exporter, ng_memory *memory, ng_py_buffer *view, int flags)
{
    view->obj = NULL;
    if (!ng_memory_check(memory)) {
        return -1;
    }
    if (memory->read_only && (flags & NG_PY_BUFFER_WRITABLE) != 0) {
        ng_py.PyErr_SetString(
            *(PyObject **)ng_py.PyExc_BufferError,
            memory->mode == NG_MEMORY_COPIED
                ? "this is a copy of JavaScript's memory, as the host could take that away (see "
                  ".mode): what "
                  "Python wrote would not come back. Pass memory made with python.alloc(), or a "
                  "SharedArrayBuffer"
                : "this memory belongs to a Python object that is read-only");
        return -1;
    }
    ng_py.Py_IncRef(exporter);
    *view = (ng_py_buffer){
        .buf = memory->start,
        .obj = exporter,
        .len = (Py_ssize_t)memory->bytes,
        .itemsize = memory->item_size,
        .readonly = memory->read_only ? 1 : 0,
        .ndim = 1,
        .format = (flags & NG_PY_BUFFER_FORMAT) != 0
                      ? (char *)(uintptr_t)ng_memory_item_of(memory->kind)->format
                      : NULL,
        .shape = (flags & NG_PY_BUFFER_ND) != 0 ? &memory->items : NULL,
        .strides =
            (flags & NG_PY_BUFFER_STRIDES) == NG_PY_BUFFER_STRIDES ? &memory->item_size : NULL,
    };
    return 0;
}

static int get_buffer(PyObject *self, ng_py_buffer *view, int flags)
{
    return ng_memory_get_buffer(self, *memory_in(self), view, flags);
}

/* ---- what it looks like --------------------------------------------------------------------- */

static Py_ssize_t length(PyObject *self)
{
    return (*memory_in(self))->items;
}

static PyObject *get_item(PyObject *self, PyObject *key)
{
    PyObject *view = ng_py.PyMemoryView_FromObject(self);
    PyObject *item = view == NULL ? NULL : ng_py.PyObject_GetItem(view, key);
    if (view != NULL) {
        ng_py.Py_DecRef(view);
    }
    return item;
}

static int set_item(PyObject *self, PyObject *key, PyObject *value)
{
    PyObject *view = ng_py.PyMemoryView_FromObject(self);
    if (view == NULL) {
        return -1;
    }
    int failed = value == NULL ? ng_py.PyObject_DelItem(view, key)
                               : ng_py.PyObject_SetItem(view, key, value);
    ng_py.Py_DecRef(view);
    return failed;
}

static PyObject *iterate(PyObject *self)
{
    PyObject *view = ng_py.PyMemoryView_FromObject(self);
    PyObject *iterator = view == NULL ? NULL : ng_py.PyObject_GetIter(view);
    if (view != NULL) {
        ng_py.Py_DecRef(view);
    }
    return iterator;
}

static const char *mode_of(const ng_memory *memory)
{
    switch (memory->mode) {
    case NG_MEMORY_SHARED:
        return "shared";
    case NG_MEMORY_PINNED:
        return "pinned";
    default:
        return "copied";
    }
}

static PyObject *represent(PyObject *self)
{
    const ng_memory *memory = *memory_in(self);
    char text[96];
    (void)snprintf(text, sizeof text, "<JavaScript %s(%lld), %s>",
                   ng_memory_item_of(memory->kind)->name, (long long)memory->items,
                   mode_of(memory));
    return ng_py.PyUnicode_FromString(text);
}

static PyObject *get_mode(PyObject *self, void *closure)
{
    (void)closure;
    return ng_py.PyUnicode_FromString(mode_of(*memory_in(self)));
}

static PyObject *get_bytes(PyObject *self, void *closure)
{
    (void)closure;
    return ng_py.PyLong_FromLongLong((long long)(*memory_in(self))->bytes);
}

static PyObject *get_kind(PyObject *self, void *closure)
{
    (void)closure;
    return ng_py.PyUnicode_FromString(ng_memory_item_of((*memory_in(self))->kind)->name);
}

static void deallocate(PyObject *self)
{
    PyTypeObject *own = ng_type_of(self);
    ng_memory *memory = *memory_in(self);
    if (memory != NULL) {
        PyObject *base = memory->base;
        memory->base = NULL; /* DLPack's users have none */
        ng_memory_drop(memory);
        if (base != NULL) {
            ng_py.Py_DecRef(base);
        }
    }
    ng_py.PyObject_Free(self);
    ng_py.Py_DecRef((PyObject *)own);
}

/* ---- the type ------------------------------------------------------------------------------- */

static const char doc[] =
    "Memory of JavaScript's: a typed array, an ArrayBuffer or a SharedArrayBuffer. It has the "
    "buffer "
    "protocol: memoryview(x), numpy.asarray(x) and the like share it.\n\n"
    "mode: 'shared': nobody can take it away; 'pinned': the host refuses to detach it; 'copied': a "
    "read-only copy.";

/* PyMethodDef and PyGetSetDef are kept by the type: for ever, as the type is. */
static const ng_method_def methods[] = {
    {"__dlpack__", ng_memory_dlpack, NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS, NULL},
    {"__dlpack_device__", ng_memory_dlpack_device, NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS, NULL},
    {0},
};
static const ng_get_set_def attributes[] = {
    {"mode", get_mode, NULL, "'shared', 'pinned' or 'copied'", NULL},
    {"nbytes", get_bytes, NULL, "Its size in bytes.", NULL},
    {"kind", get_kind, NULL, "What JavaScript calls the array: 'Float64Array'.", NULL},
    {0},
};

/* A pointer to a function as one to an object, which PyType_Slot takes and POSIX allows. */
#define FUNCTION(name, function) {ng_abi_slot_number(name), (void *)(uintptr_t)(function)}
#define OBJECT(name, object) {ng_abi_slot_number(name), (void *)(uintptr_t)(object)}

static PyTypeObject *make_type(void)
{
    ng_type_slot slots[] = {
        FUNCTION("bf_getbuffer", get_buffer),
        FUNCTION("mp_length", length),
        FUNCTION("mp_subscript", get_item),
        FUNCTION("mp_ass_subscript", set_item),
        FUNCTION("tp_dealloc", deallocate),
        FUNCTION("tp_iter", iterate),
        FUNCTION("tp_repr", represent),
        OBJECT("tp_methods", methods),
        OBJECT("tp_getset", attributes),
        OBJECT("tp_doc", doc),
        {0},
    };
    ng_type_spec spec = {
        .name = "nogil.JsMemory",
        .basic_size = (int)(ng_py.head_size + sizeof(ng_memory *)),
        .flags = NG_PY_TPFLAGS_DISALLOW_INSTANTIATION,
        .slots = slots,
    };
    return (PyTypeObject *)ng_py.PyType_FromSpec(&spec);
}

ng_status ng_memory_type_open(ng_environment *environment, char *message)
{
    if (atomic_load_explicit(&type, memory_order_acquire) != NULL) {
        return NG_STATUS_OK;
    }
    ng_status status = ng_creation_acquire(environment, UINT64_MAX);
    if (status != NG_STATUS_OK) {
        return status;
    }
    if (!ng_attach(environment)) {
        ng_creation_release(environment);
        return NG_STATUS_SHUT_DOWN;
    }
    if (atomic_load_explicit(&type, memory_order_acquire) == NULL) {
        PyTypeObject *made = make_type();
        if (made == NULL) {
            ng_error_to_message("Python", message, NG_MESSAGE_SIZE);
            status = NG_STATUS_PYTHON_ERROR;
        }
        /* Release pairs with the acquires: the type is complete. */
        atomic_store_explicit(&type, made, memory_order_release);
    }
    ng_detach(environment);
    ng_creation_release(environment);
    return status;
}

PyObject *ng_memory_object(ng_memory *memory)
{
    PyTypeObject *ours = atomic_load_explicit(&type, memory_order_acquire);
    PyObject *object = ng_py.PyType_GenericAlloc(ours, 0);
    if (object != NULL) {
        *memory_in(object) = memory;
    }
    return object;
}
