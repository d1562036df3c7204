/*
 * convert_flatten.c: Python containers become a tree of bytes, in one go and without recursion.
 *
 * Other threads may change a container while it is read, and so may code that runs meanwhile (a list's
 * subclass iterates as it likes). So each is copied first, by one call that is safe against that, and the copy,
 * which nobody else has, is what is read.
 *
 * One file, as the walk, its table of containers and its levels make sense only together.
 */
#include "convert.h"

#include <stdlib.h>
#include <string.h>

#define HEAD_SIZE 8U

/* Shorter runs of numbers are written one by one. */
#define SHORTEST_RUN 4

/* A container that is being read. */
typedef struct level {
    PyObject *copy; /* a tuple, or a dict, of our own */
    Py_ssize_t position;
    Py_ssize_t count;
    bool is_dict;
} level;

typedef struct seen {
    PyObject *container; /* NULL: free. The reference is `kept`'s. */
    uint32_t number;
} seen;

typedef struct tree_flattener {
    ng_writer *writer;
    ng_tree_bytes *tree;
    PyObject *known;
    int64_t depth;
    level *levels;
    size_t level_count;
    size_t level_capacity;
    seen *table; /* by address: the containers are kept, so none of them is used again */
    size_t table_size;
    PyObject **kept; /* containers by number, a reference each */
    size_t kept_count;
    size_t kept_capacity;
    uint64_t *handles; /* made so far, to be undone if it fails */
    size_t handle_count;
    size_t handle_capacity;
} tree_flattener;

static bool grow(void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return true;
    }
    size_t wanted = *capacity == 0 ? 32 : *capacity * 2;
    void *grown = wanted > SIZE_MAX / size ? NULL : realloc(*items, wanted * size);
    if (grown == NULL) {
        return false;
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

void *ng_tree_extend(ng_tree_bytes *tree, size_t bytes)
{
    size_t padded = (bytes + 7U) & ~(size_t)7U;
    if (padded < bytes || padded > SIZE_MAX - tree->size) {
        return NULL;
    }
    if (padded > tree->capacity - tree->size) {
        size_t wanted = tree->capacity == 0 ? 1024 : tree->capacity;
        while (wanted - tree->size < padded) {
            if (wanted > SIZE_MAX / 2U) {
                return NULL;
            }
            wanted *= 2U;
        }
        char *grown = realloc(tree->data, wanted);
        if (grown == NULL) {
            return NULL;
        }
        tree->data = grown;
        tree->capacity = wanted;
    }
    char *start = tree->data + tree->size;
    tree->size += padded;
    if (padded != 0) {
        memset(start + padded - 8U, 0, 8U); /* what fills up is copied to JavaScript, too */
    }
    return start;
}

static ng_status write_head(ng_tree_bytes *tree, uint32_t tag, uint32_t length)
{
    char *head = ng_tree_extend(tree, HEAD_SIZE);
    if (head == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    memcpy(head, &tag, sizeof tag);
    memcpy(head + sizeof tag, &length, sizeof length);
    return NG_STATUS_OK;
}

/* ---- containers by identity ----------------------------------------------------------------- */

static size_t hash_of(const PyObject *object, size_t size)
{
    uint64_t mixed = (uint64_t)(uintptr_t)object * 0x9E3779B97F4A7C15U;
    return (size_t)(mixed >> 20U) & (size - 1U);
}

static seen *find(const tree_flattener *flattener, const PyObject *container)
{
    size_t i = hash_of(container, flattener->table_size);
    while (flattener->table[i].container != NULL && flattener->table[i].container != container) {
        i = (i + 1U) & (flattener->table_size - 1U);
    }
    return &flattener->table[i];
}

static bool grow_table(tree_flattener *flattener)
{
    if (flattener->kept_count * 2U < flattener->table_size) {
        return true;
    }
    size_t size = flattener->table_size == 0 ? 64 : flattener->table_size * 4U;
    seen *table = calloc(size, sizeof *table);
    if (table == NULL) {
        return false;
    }
    free(flattener->table);
    flattener->table = table;
    flattener->table_size = size;
    for (size_t i = 0; i < flattener->kept_count; i++) {
        seen *place = find(flattener, flattener->kept[i]);
        *place = (seen){.container = flattener->kept[i], .number = (uint32_t)i};
    }
    return true;
}

/* Gives a container the next number. */
static ng_status number(tree_flattener *flattener, PyObject *container)
{
    if (flattener->kept_count >= UINT32_MAX ||
        !grow((void **)&flattener->kept, flattener->kept_count, &flattener->kept_capacity,
              sizeof(PyObject *)) ||
        !grow_table(flattener)) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    seen *place = find(flattener, container);
    if (place->container == NULL) {
        *place = (seen){.container = container, .number = (uint32_t)flattener->kept_count};
    }
    ng_py.Py_IncRef(container);
    flattener->kept[flattener->kept_count++] = container;
    return NG_STATUS_OK;
}

static ng_status number_known(tree_flattener *flattener)
{
    PyObject *items = ng_py.PyList_AsTuple(flattener->known);
    if (items == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    ng_status status = NG_STATUS_OK;
    Py_ssize_t count = ng_py.PyTuple_Size(items);
    for (Py_ssize_t i = 0; i < count && status == NG_STATUS_OK; i++) {
        status = number(flattener, ng_py.PyTuple_GetItem(items, i));
    }
    ng_py.Py_DecRef(items);
    return status;
}

/* ---- values --------------------------------------------------------------------------------- */

/* A copy: whoever converts deeply wants no proxies. */
static ng_status write_bytes(tree_flattener *flattener, PyObject *object, ng_slot *slot)
{
    char *data = NULL;
    Py_ssize_t length = 0;
    if (ng_py.PyBytes_AsStringAndSize(object, &data, &length) < 0) {
        return NG_STATUS_PYTHON_ERROR;
    }
    return ng_bytes_to_slot(flattener->writer, data, (size_t)length, slot);
}

static ng_status write_scalar(tree_flattener *flattener, PyObject *object)
{
    ng_tree_bytes *tree = flattener->tree;
    size_t at = tree->size;
    ng_status status = write_head(tree, 0, 0);
    if (status != NG_STATUS_OK) {
        return status;
    }
    ng_slot slot = {0};
    status = ng_type_of(object) == ng_py.PyBytes_Type
                 ? write_bytes(flattener, object, &slot)
                 : ng_python_to_slot(flattener->writer, object, &slot);
    if (status != NG_STATUS_OK) {
        return status;
    }
    if (slot.tag == NG_TAG_INT && slot.payload.number >= INT32_MIN &&
        slot.payload.number <= INT32_MAX) {
        slot.length = (uint32_t)(int32_t)slot.payload.number;
        slot.tag = NG_TREE_INT32;
    }
    memcpy(tree->data + at, &slot.tag, sizeof slot.tag);
    memcpy(tree->data + at + sizeof slot.tag, &slot.length, sizeof slot.length);
    switch (slot.tag) {
    case NG_TAG_NONE:
    case NG_TAG_FALSE:
    case NG_TAG_TRUE:
    case NG_TAG_NULL:
    case NG_TREE_INT32:
    case NG_TAG_STRING_LATIN1:
    case NG_TAG_STRING_UTF16:
    case NG_TAG_BIGINT_HEX:
    case NG_TAG_BYTES:
        return NG_STATUS_OK;
    default:
        break;
    }
    if (slot.tag == NG_TAG_OBJECT && (slot.length & NG_OBJECT_KNOWN) == 0U) {
        if (!grow((void **)&flattener->handles, flattener->handle_count,
                  &flattener->handle_capacity, sizeof *flattener->handles)) {
            PyObject *taken = NULL;
            if (ng_handle_take(&flattener->writer->environment->handles,
                               (ng_handle)slot.payload.number, &taken) == NG_STATUS_OK) {
                ng_py.Py_DecRef(taken);
            }
            return NG_STATUS_OUT_OF_MEMORY;
        }
        flattener->handles[flattener->handle_count++] = (uint64_t)slot.payload.number;
    }
    char *payload = ng_tree_extend(tree, sizeof slot.payload);
    if (payload == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    memcpy(payload, &slot.payload, sizeof slot.payload);
    return NG_STATUS_OK;
}

/* What kind of container an object is; 0: none. */
static uint32_t kind_of(PyObject *object)
{
    PyTypeObject *type = ng_type_of(object);
    if (type == ng_py.PyLong_Type || type == ng_py.PyUnicode_Type || type == ng_py.PyFloat_Type) {
        return 0; /* most values, without another look */
    }
    unsigned long flags = ng_py.PyType_GetFlags(type);
    if ((flags & NG_PY_TPFLAGS_LIST_SUBCLASS) != 0U) {
        return NG_TREE_LIST;
    }
    if ((flags & NG_PY_TPFLAGS_DICT_SUBCLASS) != 0U) {
        return NG_TREE_DICT;
    }
    if ((flags & NG_PY_TPFLAGS_TUPLE_SUBCLASS) != 0U) {
        return NG_TREE_TUPLE;
    }
    if (type == ng_py.PySet_Type || type == ng_py.PyFrozenSet_Type ||
        ng_py.PyType_IsSubtype(type, ng_py.PySet_Type) != 0 ||
        ng_py.PyType_IsSubtype(type, ng_py.PyFrozenSet_Type) != 0) {
        return NG_TREE_SET;
    }
    return 0;
}

static PyObject *copy_of(PyObject *container, uint32_t kind)
{
    switch (kind) {
    case NG_TREE_LIST:
        return ng_py.PyList_AsTuple(container);
    case NG_TREE_DICT:
        return ng_py.PyDict_Copy(container);
    case NG_TREE_TUPLE: {
        if (ng_type_of(container) == ng_py.PyTuple_Type) {
            ng_py.Py_IncRef(container);
            return container;
        }
        return ng_py.PySequence_Tuple(container);
    }
    default:
        return ng_py.PySequence_Tuple(container);
    }
}

static bool as_int32(PyObject *object, int32_t *out)
{
    if (ng_type_of(object) != ng_py.PyLong_Type) {
        return false;
    }
    int overflow = 0;
    long long value = ng_py.PyLong_AsLongLongAndOverflow(object, &overflow);
    *out = (int32_t)value;
    return overflow == 0 && value >= INT32_MIN && value <= INT32_MAX;
}

/* Numbers of one kind at the beginning of a list, as one part. */
static ng_status write_run(tree_flattener *flattener, level *top)
{
    ng_tree_bytes *tree = flattener->tree;
    PyTypeObject *type = ng_type_of(ng_py.PyTuple_GetItem(top->copy, 0));
    bool floats = type == ng_py.PyFloat_Type;
    if (top->count > (Py_ssize_t)UINT32_MAX || (!floats && type != ng_py.PyLong_Type)) {
        return NG_STATUS_OK;
    }
    size_t width = floats ? sizeof(double) : sizeof(int32_t);
    size_t at = tree->size;
    size_t room = (size_t)top->count < 512U ? (size_t)top->count : 512U;
    Py_ssize_t length = 0;
    ng_status status = write_head(tree, floats ? NG_TREE_FLOATS : NG_TREE_INT32S, 0);
    bool ended = status != NG_STATUS_OK;
    while (!ended && length < top->count) {
        /* A stretch at a time: most lists end in one, and a long one that is mixed is not paid for whole. */
        char *out = ng_tree_extend(tree, room * width);
        if (out == NULL) {
            return NG_STATUS_OUT_OF_MEMORY;
        }
        Py_ssize_t stretch = 0;
        for (; stretch < (Py_ssize_t)room && length < top->count; stretch++, length++) {
            PyObject *item = ng_py.PyTuple_GetItem(top->copy, length); /* borrowed from our copy */
            if (floats) {
                if (ng_type_of(item) != ng_py.PyFloat_Type) {
                    ended = true;
                    break;
                }
                double value = ng_py.PyFloat_AsDouble(item);
                memcpy(out + (size_t)stretch * width, &value, width);
            } else {
                int32_t value = 0;
                if (!as_int32(item, &value)) {
                    ended = true;
                    break;
                }
                memcpy(out + (size_t)stretch * width, &value, width);
            }
        }
        room = ((size_t)(top->count - length) < 65536U) ? (size_t)(top->count - length) : 65536U;
    }
    if (length < SHORTEST_RUN) {
        tree->size = at;
        return status;
    }
    size_t used = (size_t)length * width;
    tree->size = at + HEAD_SIZE + ((used + 7U) & ~(size_t)7U);
    uint32_t written = (uint32_t)length;
    memcpy(tree->data + at + sizeof(uint32_t), &written, sizeof written);
    top->position = length;
    return status;
}

/* Begins a container: its number, its head, its copy. */
static ng_status open_container(tree_flattener *flattener, PyObject *container, uint32_t kind)
{
    ng_status status = number(flattener, container);
    if (status != NG_STATUS_OK) {
        return status;
    }
    if (flattener->known != NULL && ng_py.PyList_Append(flattener->known, container) < 0) {
        return NG_STATUS_PYTHON_ERROR;
    }
    if (!grow((void **)&flattener->levels, flattener->level_count, &flattener->level_capacity,
              sizeof *flattener->levels)) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    PyObject *copy = copy_of(container, kind);
    if (copy == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    level *top = &flattener->levels[flattener->level_count++];
    *top = (level){.copy = copy, .is_dict = kind == NG_TREE_DICT};
    top->count = top->is_dict ? ng_py.PyDict_Size(copy) : ng_py.PyTuple_Size(copy);
    if (top->count > (Py_ssize_t)UINT32_MAX) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    status = write_head(flattener->tree, kind, (uint32_t)top->count);
    if (status == NG_STATUS_OK && !top->is_dict && kind != NG_TREE_SET &&
        top->count >= SHORTEST_RUN) {
        status = write_run(flattener, top);
    }
    return status;
}

static ng_status write_value(tree_flattener *flattener, PyObject *object)
{
    uint32_t kind = kind_of(object);
    if (kind == 0 && flattener->known == NULL) {
        return write_scalar(flattener, object);
    }
    /* There is one empty tuple, but many places mean one of their own when it becomes an array. */
    bool is_own = kind == NG_TREE_TUPLE && ng_py.PyTuple_Size(object) == 0;
    if (flattener->table_size != 0 && !is_own) {
        const seen *place = find(flattener, object);
        if (place->container != NULL) {
            return write_head(flattener->tree, NG_TREE_REFERENCE, place->number);
        }
    }
    if (kind == 0 ||
        (flattener->depth >= 0 && flattener->level_count >= (size_t)flattener->depth)) {
        return write_scalar(flattener, object);
    }
    return open_container(flattener, object, kind);
}

/* One more value of the innermost container, or its end. */
static ng_status step(tree_flattener *flattener)
{
    level *top = &flattener->levels[flattener->level_count - 1];
    if (!top->is_dict) {
        if (top->position < top->count) {
            PyObject *item = ng_py.PyTuple_GetItem(top->copy, top->position++);
            return write_value(flattener, item);
        }
    } else {
        PyObject *key = NULL;
        PyObject *value = NULL;
        if (ng_py.PyDict_Next(top->copy, &top->position, &key, &value) != 0) {
            /* A container is no key in JavaScript, where it would be looked up by identity: MISSING. */
            ng_status status = kind_of(key) == 0 ? write_scalar(flattener, key)
                                                 : write_head(flattener->tree, NG_TAG_MISSING, 0);
            return status == NG_STATUS_OK ? write_value(flattener, value) : status;
        }
    }
    PyObject *copy = top->copy;
    flattener->level_count--;
    ng_py.Py_DecRef(copy);
    return NG_STATUS_OK;
}

static void undo_handles(tree_flattener *flattener)
{
    for (size_t i = 0; i < flattener->handle_count; i++) {
        PyObject *object = NULL;
        if (ng_handle_take(&flattener->writer->environment->handles, flattener->handles[i],
                           &object) == NG_STATUS_OK) {
            ng_py.Py_DecRef(object);
        }
    }
}

ng_status ng_python_to_tree(ng_writer *writer, PyObject *object, int64_t depth, PyObject *known)
{
    tree_flattener flattener = {
        .writer = writer, .tree = writer->tree, .known = known, .depth = depth};
    ng_status status = known == NULL ? NG_STATUS_OK : number_known(&flattener);
    if (status == NG_STATUS_OK) {
        status = write_value(&flattener, object);
    }
    while (status == NG_STATUS_OK && flattener.level_count > 0) {
        status = step(&flattener);
    }
    /* What is dropped here may run code, but not change what was raised. */
    PyObject *raised = status == NG_STATUS_PYTHON_ERROR ? ng_py.PyErr_GetRaisedException() : NULL;
    if (status != NG_STATUS_OK) {
        undo_handles(&flattener);
    }
    for (size_t i = 0; i < flattener.level_count; i++) {
        ng_py.Py_DecRef(flattener.levels[i].copy);
    }
    for (size_t i = 0; i < flattener.kept_count; i++) {
        ng_py.Py_DecRef(flattener.kept[i]);
    }
    if (raised != NULL) {
        ng_py.PyErr_SetObject((PyObject *)ng_type_of(raised), raised);
        ng_py.Py_DecRef(raised);
    }
    free(flattener.levels);
    free(flattener.table);
    free(flattener.kept);
    free(flattener.handles);
    return status;
}
