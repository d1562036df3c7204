/*
 * memory_dlpack.c: JavaScript's memory for libraries that exchange tensors.
 * Source: https://dmlc.github.io/dlpack/latest/python_spec.html and dlpack.h, version 1.0.
 * A capsule owns its tensor until a consumer renames the capsule; then the consumer calls the deleter, on
 * any thread, attached or not: it touches no Python object.
 */
#include "memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CPU 1
#define READ_ONLY 1U
#define NAME "dltensor"
#define NAME_VERSIONED "dltensor_versioned"

typedef struct dl_tensor {
    void *data;
    struct {
        int32_t type;
        int32_t id;
    } device;
    int32_t dimensions;
    struct {
        uint8_t code;
        uint8_t bits;
        uint16_t lanes;
    } item;
    int64_t *shape;
    int64_t *strides; /* in items */
    uint64_t byte_offset;
} dl_tensor;

/* DLManagedTensor: before 1.0. */
typedef struct dl_managed {
    dl_tensor tensor;
    void *context;
    void (*deleter)(struct dl_managed *self);
} dl_managed;

/* DLManagedTensorVersioned: since 1.0. */
typedef struct dl_managed_versioned {
    struct {
        uint32_t major;
        uint32_t minor;
    } version;
    void *context;
    void (*deleter)(struct dl_managed_versioned *self);
    uint64_t flags;
    dl_tensor tensor;
} dl_managed_versioned;

/* What a deleter frees. */
typedef struct lease {
    dl_managed managed;
    dl_managed_versioned versioned;
    ng_memory *memory; /* one user */
    int64_t shape;
    int64_t stride;
} lease;

static void end_lease(void *context)
{
    lease *own = context;
    ng_memory_drop(own->memory);
    free(own);
}

static void delete_managed(dl_managed *self)
{
    end_lease(self->context);
}

static void delete_versioned(dl_managed_versioned *self)
{
    end_lease(self->context);
}

/* Runs for a capsule that nobody consumed, too; one that was consumed has another name. */
static void end_capsule(PyObject *capsule)
{
    if (ng_py.PyCapsule_IsValid(capsule, NAME) != 0) {
        dl_managed *managed = ng_py.PyCapsule_GetPointer(capsule, NAME);
        managed->deleter(managed);
    } else if (ng_py.PyCapsule_IsValid(capsule, NAME_VERSIONED) != 0) {
        dl_managed_versioned *managed = ng_py.PyCapsule_GetPointer(capsule, NAME_VERSIONED);
        managed->deleter(managed);
    }
}

static PyObject *refuse(const char *why)
{
    ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_BufferError, why);
    return NULL;
}

/* ---- arguments ------------------------------------------------------------------------------ */

typedef struct request {
    PyObject *stream; /* all borrowed; NULL: not given, or None */
    PyObject *max_version;
    PyObject *dl_device;
    PyObject *copy;
} request;

static PyObject **place_of(request *asked, const char *name)
{
    if (strcmp(name, "stream") == 0) {
        return &asked->stream;
    }
    if (strcmp(name, "max_version") == 0) {
        return &asked->max_version;
    }
    if (strcmp(name, "dl_device") == 0) {
        return &asked->dl_device;
    }
    return strcmp(name, "copy") == 0 ? &asked->copy : NULL;
}

static bool read_request(request *asked, PyObject *const *arguments, Py_ssize_t positional,
                         PyObject *names)
{
    if (positional > 1) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "__dlpack__() takes no positional argument but `stream`");
        return false;
    }
    if (positional == 1 && arguments[0] != ng_none()) {
        asked->stream = arguments[0];
    }
    Py_ssize_t count = names == NULL ? 0 : ng_py.PyTuple_Size(names);
    for (Py_ssize_t i = 0; i < count; i++) {
        const char *name =
            ng_py.PyUnicode_AsUTF8AndSize(ng_py.PyTuple_GetItem(names, i), NULL); /* borrowed */
        PyObject **place = name == NULL ? NULL : place_of(asked, name);
        if (place == NULL) {
            if (ng_py.PyErr_Occurred() == NULL) {
                ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                                      "__dlpack__() takes `stream`, `max_version`, `dl_device` and "
                                      "`copy`");
            }
            return false;
        }
        PyObject *value = arguments[positional + i];
        *place = value == ng_none() ? NULL : value;
    }
    return true;
}

/* Item `index` of a tuple of ints; -1 with an exception raised. */
static long long tuple_item(PyObject *tuple, Py_ssize_t index)
{
    PyObject *item = ng_py.PyTuple_GetItem(tuple, index); /* borrowed: the caller holds the tuple */
    int overflow = 0;
    return item == NULL ? -1 : ng_py.PyLong_AsLongLongAndOverflow(item, &overflow);
}

/* ---- methods -------------------------------------------------------------------------------- */

static PyObject *export_memory(ng_memory *memory, bool versioned)
{
    lease *own = calloc(1, sizeof *own);
    if (own == NULL) {
        return ng_py.PyErr_NoMemory();
    }
    const ng_memory_item *item = ng_memory_item_of(memory->kind);
    own->memory = memory;
    own->shape = memory->items;
    own->stride = 1;
    dl_tensor tensor = {
        .data = memory->start,
        .device = {.type = CPU, .id = 0},
        .dimensions = 1,
        .item = {.code = item->dlpack, .bits = (uint8_t)(item->size * 8U), .lanes = 1},
        .shape = &own->shape,
        .strides = &own->stride,
    };
    own->managed = (dl_managed){.tensor = tensor, .context = own, .deleter = delete_managed};
    own->versioned = (dl_managed_versioned){
        .version = {.major = 1, .minor = 0},
        .context = own,
        .deleter = delete_versioned,
        .flags = memory->read_only ? READ_ONLY : 0U,
        .tensor = tensor,
    };
    ng_memory_use(memory);
    PyObject *capsule = versioned
                            ? ng_py.PyCapsule_New(&own->versioned, NAME_VERSIONED, end_capsule)
                            : ng_py.PyCapsule_New(&own->managed, NAME, end_capsule);
    if (capsule == NULL) {
        end_lease(own);
    }
    return capsule;
}

PyObject *ng_memory_dlpack(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                           PyObject *names)
{
    request asked = {0};
    ng_memory *memory = ng_memory_of(self);
    if (memory == NULL || !read_request(&asked, arguments, positional, names) ||
        !ng_memory_check(memory)) {
        return NULL;
    }
    if (asked.stream != NULL) {
        return refuse("memory of a CPU has no streams: leave out `stream`, or pass None");
    }
    if (asked.copy != NULL && ng_py.PyObject_IsTrue(asked.copy) != 0) {
        return refuse("this memory is shared, not copied: copy what the library makes of it");
    }
    if (memory->base != NULL) {
        return refuse("this memory belongs to a Python object: pass that object itself");
    }
    if (asked.dl_device != NULL) {
        long long type = tuple_item(asked.dl_device, 0);
        if (ng_py.PyErr_Occurred() != NULL) {
            return NULL;
        }
        if (type != CPU) {
            return refuse("JavaScript's memory is on the CPU: dl_device must be (1, 0)");
        }
    }
    long long major = asked.max_version == NULL ? 0 : tuple_item(asked.max_version, 0);
    if (ng_py.PyErr_Occurred() != NULL) {
        return NULL;
    }
    if (major < 1 && memory->read_only) {
        return refuse(
            "a read-only copy cannot be exported before version 1.0 of DLPack, which this "
            "consumer did not ask for; use the buffer protocol (numpy.asarray)");
    }
    return export_memory(memory, major >= 1);
}

PyObject *ng_memory_dlpack_device(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                                  PyObject *names)
{
    (void)self;
    (void)arguments;
    (void)positional;
    (void)names;
    PyObject *device = ng_py.PyTuple_New(2);
    PyObject *type = ng_py.PyLong_FromLongLong(CPU);
    PyObject *id = ng_py.PyLong_FromLongLong(0);
    if (device == NULL || type == NULL || id == NULL) {
        return NULL; /* small ints are never out of memory */
    }
    (void)ng_py.PyTuple_SetItem(device, 0, type); /* steals, both */
    (void)ng_py.PyTuple_SetItem(device, 1, id);
    return device;
}
