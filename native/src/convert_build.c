/*
 * convert_build.c: a tree of bytes becomes Python containers, in one go and without recursion.
 *
 * Items of a list are collected first and put into it at its end: a list with empty places must not be there
 * to be seen (by gc.get_objects(), in a __hash__ that runs meanwhile).
 */
#include "convert.h"

#include <stdlib.h>
#include <string.h>

typedef struct part {
    uint32_t tag;
    uint32_t length;
} part;

_Static_assert(sizeof(part) == 8, "TypeScript writes parts");

/* A container that is being filled. It is the containers' to release. */
typedef struct level {
    PyObject *container;
    PyObject *key; /* of a dict, waiting for its value; a reference of our own */
    size_t first;  /* of a list: where its items begin among the values */
    uint32_t tag;
    uint32_t count;
    uint32_t left;
} level;

typedef struct tree_builder {
    ng_environment *environment;
    const char *at;
    const char *end;
    PyObject **values; /* items of lists, references of our own */
    size_t value_count;
    size_t value_capacity;
    level *levels;
    size_t depth;
    size_t level_capacity;
    ng_tree_containers *containers;
    PyObject *result;
} tree_builder;

/* Makes room for one more; false without memory. */
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

void ng_tree_containers_drop(ng_tree_containers *containers)
{
    for (size_t i = 0; i < containers->count; i++) {
        ng_py.Py_DecRef(containers->items[i]);
    }
    free(containers->items);
    *containers = (ng_tree_containers){0};
}

/* ---- values --------------------------------------------------------------------------------- */

/* Puts a reference where the open container wants it; takes it over, also when it fails. */
static ng_status place(tree_builder *builder, PyObject *object)
{
    if (builder->depth == 0) {
        builder->result = object;
        return NG_STATUS_OK;
    }
    level *top = &builder->levels[builder->depth - 1];
    int failed = 0;
    switch (top->tag) {
    case NG_TREE_LIST:
        if (!grow((void **)&builder->values, builder->value_count, &builder->value_capacity,
                  sizeof(PyObject *))) {
            ng_py.Py_DecRef(object);
            return NG_STATUS_OUT_OF_MEMORY;
        }
        builder->values[builder->value_count++] = object;
        top->left--;
        return NG_STATUS_OK;
    case NG_TREE_DICT:
        if (top->key == NULL) {
            top->key = object;
            return NG_STATUS_OK;
        }
        failed = ng_py.PyDict_SetItem(top->container, top->key, object);
        ng_py.Py_DecRef(top->key);
        top->key = NULL;
        break;
    default:
        failed = ng_py.PySet_Add(top->container, object);
        break;
    }
    top->left--;
    ng_py.Py_DecRef(object);
    return failed < 0 ? NG_STATUS_PYTHON_ERROR : NG_STATUS_OK;
}

static ng_status fill_list(tree_builder *builder, const level *list)
{
    Py_ssize_t count = (Py_ssize_t)(builder->value_count - list->first);
    if (count == 0) {
        return NG_STATUS_OK; /* empty, or filled by a run */
    }
    PyObject *items = ng_py.PyTuple_New(count);
    if (items == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        (void)ng_py.PyTuple_SetItem(items, i, builder->values[list->first + (size_t)i]);
    }
    builder->value_count = list->first; /* the tuple's now */
    int failed = ng_py.PyList_SetSlice(list->container, 0, 0, items);
    ng_py.Py_DecRef(items);
    return failed < 0 ? NG_STATUS_PYTHON_ERROR : NG_STATUS_OK;
}

/* Completes what is full, from the innermost out. */
static ng_status close_full(tree_builder *builder)
{
    while (builder->depth > 0 && builder->levels[builder->depth - 1].left == 0) {
        level *top = &builder->levels[builder->depth - 1];
        Py_ssize_t size = (Py_ssize_t)top->count;
        ng_status status = NG_STATUS_OK;
        if (top->tag == NG_TREE_LIST) {
            status = fill_list(builder, top);
        } else if (top->tag == NG_TREE_DICT) {
            size = ng_py.PyDict_Size(top->container);
        } else {
            size = ng_py.PySet_Size(top->container);
        }
        if (status == NG_STATUS_OK && size != (Py_ssize_t)top->count) {
            status = NG_STATUS_EQUAL_KEYS;
        }
        if (status == NG_STATUS_OK) {
            ng_py.Py_IncRef(top->container);
            PyObject *container = top->container;
            builder->depth--;
            status = place(builder, container);
        }
        if (status != NG_STATUS_OK) {
            return status;
        }
    }
    return NG_STATUS_OK;
}

/* ---- parts ---------------------------------------------------------------------------------- */

/* The next `bytes` bytes and what fills them up to eight; NULL when there are not as many. */
static const char *take(tree_builder *builder, uint64_t bytes)
{
    uint64_t padded = (bytes + 7U) & ~(uint64_t)7U;
    if (padded > (uint64_t)(builder->end - builder->at)) {
        return NULL;
    }
    const char *data = builder->at;
    builder->at += padded;
    return data;
}

static ng_status open_container(tree_builder *builder, const part *head)
{
    ng_tree_containers *containers = builder->containers;
    if (!grow((void **)&builder->levels, builder->depth, &builder->level_capacity,
              sizeof *builder->levels) ||
        !grow((void **)&containers->items, containers->count, &containers->capacity,
              sizeof *containers->items)) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    PyObject *made = head->tag == NG_TREE_LIST   ? ng_py.PyList_New(0)
                     : head->tag == NG_TREE_DICT ? ng_py.PyDict_New()
                                                 : ng_py.PySet_New(NULL);
    if (made == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    containers->items[containers->count++] = made;
    builder->levels[builder->depth++] = (level){
        .container = made,
        .first = builder->value_count,
        .tag = head->tag,
        .count = head->length,
        .left = head->length,
    };
    return NG_STATUS_OK;
}

static ng_status place_made(tree_builder *builder, PyObject *made)
{
    return made == NULL ? NG_STATUS_PYTHON_ERROR : place(builder, made);
}

static PyObject *run_item(const part *head, const char *data, uint32_t index)
{
    if (head->tag == NG_TREE_FLOATS) {
        double value = 0;
        memcpy(&value, data + (size_t)index * sizeof value, sizeof value);
        return ng_py.PyFloat_FromDouble(value);
    }
    int32_t value = 0;
    memcpy(&value, data + (size_t)index * sizeof value, sizeof value);
    return ng_py.PyLong_FromLongLong(value);
}

/* A run that is the whole list, without a look at the list for each item. */
static ng_status fill_by_run(level *list, const part *head, const char *data)
{
    PyObject *items = ng_py.PyTuple_New((Py_ssize_t)head->length);
    if (items == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    int failed = 0;
    for (uint32_t i = 0; i < head->length && failed == 0; i++) {
        PyObject *made = run_item(head, data, i);
        failed = made == NULL ? -1 : ng_py.PyTuple_SetItem(items, (Py_ssize_t)i, made);
    }
    if (failed == 0) {
        failed = ng_py.PyList_SetSlice(list->container, 0, 0, items);
    }
    ng_py.Py_DecRef(items);
    list->left = 0;
    return failed < 0 ? NG_STATUS_PYTHON_ERROR : NG_STATUS_OK;
}

/* Many numbers at once. Only lists have them: a key among them would be a value. */
static ng_status place_run(tree_builder *builder, const part *head)
{
    bool floats = head->tag == NG_TREE_FLOATS;
    const char *data = take(builder, (uint64_t)head->length * (floats ? 8U : 4U));
    level *top = builder->depth == 0 ? NULL : &builder->levels[builder->depth - 1];
    if (data == NULL || top == NULL || top->tag != NG_TREE_LIST || top->left < head->length) {
        return NG_STATUS_BAD_FRAME;
    }
    if (top->left == top->count && head->length == top->count) {
        return fill_by_run(top, head, data);
    }
    for (uint32_t i = 0; i < head->length; i++) {
        ng_status status = place_made(builder, run_item(head, data, i));
        if (status != NG_STATUS_OK) {
            return status;
        }
    }
    return NG_STATUS_OK;
}

/* Whatever a slot can hold as well, its text apart. */
static ng_status place_payload(tree_builder *builder, const part *head)
{
    ng_slot slot = {.tag = head->tag, .length = head->length};
    switch (head->tag) {
    case NG_TAG_NONE:
    case NG_TAG_FALSE:
    case NG_TAG_TRUE:
    case NG_TAG_NULL:
        break;
    case NG_TAG_TREE: /* trees do not nest */
        return NG_STATUS_BAD_FRAME;
    default: {
        const char *data = (head->tag & NG_TAG_IN_BLOCK) != 0U ? NULL : take(builder, 8);
        if (data == NULL) {
            return NG_STATUS_BAD_FRAME;
        }
        memcpy(&slot.payload, data, sizeof slot.payload);
    }
    }
    PyObject *made = NULL;
    ng_status status =
        ng_slot_to_python_among(builder->environment, &slot, builder->containers, &made);
    if (status == NG_STATUS_STALE_HANDLE || status == NG_STATUS_FOREIGN_HANDLE) {
        builder->containers->handle = (uint64_t)slot.payload.number;
    }
    return status == NG_STATUS_OK ? place(builder, made) : status;
}

static ng_status place_text(tree_builder *builder, const part *head)
{
    const char *data =
        take(builder, (uint64_t)head->length * (head->tag == NG_TAG_STRING_UTF16 ? 2U : 1U));
    if (data == NULL) {
        return NG_STATUS_BAD_FRAME;
    }
    Py_ssize_t length = (Py_ssize_t)head->length;
    switch (head->tag) {
    case NG_TAG_STRING_LATIN1:
        return place_made(builder, ng_py.PyUnicode_DecodeLatin1(data, length, NULL));
    case NG_TAG_STRING_UTF16:
        return place_made(builder, ng_text_from_utf16(data, head->length));
    case NG_TAG_BIGINT_HEX:
        return place_made(builder, ng_integer_from_hex(data, head->length));
    default:
        return place_made(builder, ng_py.PyBytes_FromStringAndSize(data, length));
    }
}

static ng_status place_next(tree_builder *builder)
{
    part head;
    const char *data = take(builder, sizeof head);
    if (data == NULL) {
        return NG_STATUS_BAD_FRAME;
    }
    memcpy(&head, data, sizeof head);
    switch (head.tag) {
    case NG_TREE_LIST:
    case NG_TREE_DICT:
    case NG_TREE_SET:
        return open_container(builder, &head);
    case NG_TREE_REFERENCE:
        if (head.length >= builder->containers->count) {
            return NG_STATUS_BAD_FRAME;
        }
        ng_py.Py_IncRef(builder->containers->items[head.length]);
        return place(builder, builder->containers->items[head.length]);
    case NG_TREE_INT32:
        return place_made(builder, ng_py.PyLong_FromLongLong((int32_t)head.length));
    case NG_TREE_INT32S:
    case NG_TREE_FLOATS:
        return place_run(builder, &head);
    case NG_TAG_STRING_LATIN1:
    case NG_TAG_STRING_UTF16:
    case NG_TAG_BIGINT_HEX:
    case NG_TAG_BYTES:
        return place_text(builder, &head);
    default:
        return place_payload(builder, &head);
    }
}

ng_status ng_tree_to_python(ng_environment *environment, const char *data, size_t size,
                            ng_tree_containers *containers, PyObject **out)
{
    tree_builder builder = {
        .environment = environment, .at = data, .end = data + size, .containers = containers};
    ng_status status = NG_STATUS_OK;
    do {
        status = place_next(&builder);
        if (status == NG_STATUS_OK) {
            status = close_full(&builder);
        }
    } while (status == NG_STATUS_OK && builder.depth > 0);
    if (status == NG_STATUS_OK && builder.at != builder.end) {
        status = NG_STATUS_BAD_FRAME;
    }
    for (size_t i = 0; i < builder.value_count; i++) {
        ng_py.Py_DecRef(builder.values[i]);
    }
    for (size_t i = 0; i < builder.depth; i++) {
        if (builder.levels[i].key != NULL) {
            ng_py.Py_DecRef(builder.levels[i].key);
        }
    }
    free(builder.values);
    free(builder.levels);
    if (status != NG_STATUS_OK && builder.result != NULL) {
        ng_py.Py_DecRef(builder.result);
        builder.result = NULL;
    }
    *out = builder.result;
    return status;
}
