#include "type_tag.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Enough that nothing else in a type could rise with each change and be zero in between. */
#define ROUNDS 8U
/* From object.h and cpython/object.h; larger than any PyHeapTypeObject so far. */
#define LARGEST_TYPE 8192

/* Written once by ng_type_tag_learn, under the creation lock, before any entry relies on them. Release
   there, acquire where it is read: who sees the offset sees the sentinel. */
static _Atomic size_t tag_offset; /* 0: not learnt */
/* A class that nobody changes. Owner: this file, for ever. Written as `tag_offset`, and before it. */
static PyTypeObject *sentinel;
static uint32_t sentinel_tag;

static uint32_t word_at(PyTypeObject *type, size_t offset)
{
    _Atomic uint32_t *word = (_Atomic uint32_t *)(void *)((char *)type + offset);
    /* Relaxed: the word alone is the answer. Python's own store of it has no order either. */
    return atomic_load_explicit(word, memory_order_relaxed);
}

/* What the type or a base of it has under that name, borrowed and good only to be compared; NULL when there is
   nothing, or no memory. Runs no code. Before 3.12 it is also the only thing that assigns a tag. */
static PyObject *look_up(PyTypeObject *type, const char *text)
{
    PyObject *name = ng_py.PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "strict");
    if (name == NULL) {
        ng_py.PyErr_Clear();
        return NULL;
    }
    ng_py.PyUnicode_InternInPlace(&name);
    PyObject *found = ng_py._PyType_Lookup(type, name);
    ng_py.Py_DecRef(name);
    return found;
}

/* Such an MRO may have types in it that are no bases, whose changes CPython does not pass on. */
static bool computes_own_mro(PyTypeObject *type)
{
    PyTypeObject *metaclass = ng_type_of(type);
    return metaclass != ng_py.PyType_Type &&
           look_up(metaclass, "mro") != look_up(ng_py.PyType_Type, "mro");
}

bool ng_type_tag_assign(PyTypeObject *type)
{
    /* From 3.14 on CPython gives those no tag. */
    if (ng_py.version_hex < NG_PY_3_14 && computes_own_mro(type)) {
        return false;
    }
    if (ng_py.PyUnstable_Type_AssignVersionTag != NULL) {
        return ng_py.PyUnstable_Type_AssignVersionTag(type) != 0;
    }
    (void)look_up(type, "__name__");
    return true;
}

/* type(name, (), {}); NULL without memory. */
static PyTypeObject *make_class(const char *text)
{
    PyObject *name = ng_py.PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "strict");
    PyObject *bases = ng_py.PyTuple_New(0);
    PyObject *members = ng_py.PyDict_New();
    PyObject *made = NULL;
    if (name != NULL && bases != NULL && members != NULL) {
        made = ng_py.PyObject_CallFunctionObjArgs(ng_py.PyType_Type, name, bases, members, NULL);
    }
    PyObject *used[] = {name, bases, members};
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
        if (used[i] != NULL) {
            ng_py.Py_DecRef(used[i]);
        }
    }
    return made;
}

/* type.__basicsize__: the bytes of a class that may be read. 0 when it makes no sense. */
static size_t size_of_a_class(void)
{
    PyObject *size = ng_py.PyObject_GetAttrString(ng_py.PyType_Type, "__basicsize__");
    if (size == NULL) {
        return 0;
    }
    int overflow = 0;
    long long bytes = ng_py.PyLong_AsLongLongAndOverflow(size, &overflow);
    ng_py.Py_DecRef(size);
    return overflow == 0 && bytes > 0 && bytes <= LARGEST_TYPE ? (size_t)bytes : 0;
}

/* Changes the class: sets one attribute to None. */
static bool change(PyTypeObject *type, PyObject *name)
{
    return ng_py.PyObject_SetAttr(type, name, ng_none()) == 0;
}

/*
 * One round: after a change the tag is zero, after an assignment it is higher than ever. `seen` holds
 * each word's last tag, or UINT32_MAX when the word is out of question.
 */
static bool narrow(PyTypeObject *scratch, PyObject *name, uint32_t *seen, size_t words)
{
    if (!change(scratch, name)) {
        return false;
    }
    for (size_t i = 0; i < words; i++) {
        if (word_at(scratch, i * sizeof(uint32_t)) != 0U) {
            seen[i] = UINT32_MAX;
        }
    }
    if (!ng_type_tag_assign(scratch)) {
        return false;
    }
    for (size_t i = 0; i < words; i++) {
        uint32_t now = word_at(scratch, i * sizeof(uint32_t));
        seen[i] = now > seen[i] ? now : UINT32_MAX;
    }
    return true;
}

/* The one offset that is left; 0 when there is none, or more than one. */
static size_t only_candidate(const uint32_t *seen, size_t words)
{
    size_t found = 0;
    for (size_t i = ng_py.head_size / sizeof(uint32_t); i < words; i++) {
        if (seen[i] != UINT32_MAX) {
            if (found != 0U) {
                return 0;
            }
            found = i * sizeof(uint32_t);
        }
    }
    return found;
}

static size_t experiment(PyTypeObject *scratch, PyObject *name)
{
    size_t words = size_of_a_class() / sizeof(uint32_t);
    uint32_t *seen = words == 0U ? NULL : calloc(words, sizeof *seen);
    if (seen == NULL) {
        return 0;
    }
    bool going = ng_type_tag_assign(scratch);
    for (unsigned round = 0; going && round < ROUNDS; round++) {
        going = narrow(scratch, name, seen, words);
    }
    size_t offset = going ? only_candidate(seen, words) : 0;
    free(seen);
    return offset;
}

bool ng_type_tag_learn(void)
{
    PyTypeObject *scratch = make_class("nogil_scratch");
    PyObject *name = ng_py.PyUnicode_DecodeUTF8("changed", 7, "strict");
    sentinel = make_class("nogil_sentinel");
    size_t offset = 0;
    if (scratch != NULL && name != NULL && sentinel != NULL) {
        offset = experiment(scratch, name);
    }
    if (offset != 0U && ng_type_tag_assign(sentinel)) {
        sentinel_tag = word_at(sentinel, offset);
    }
    ng_py.PyErr_Clear(); /* whatever failed, it was found out by `offset` or `sentinel_tag` */
    if (scratch != NULL) {
        ng_py.Py_DecRef(scratch);
    }
    if (name != NULL) {
        ng_py.Py_DecRef(name);
    }
    if (sentinel_tag == 0U) {
        return false;
    }
    atomic_store_explicit(&tag_offset, offset, memory_order_release);
    return true;
}

bool ng_type_tags_are_known(void)
{
    return atomic_load_explicit(&tag_offset, memory_order_acquire) != 0U;
}

uint32_t ng_type_tag_read(PyTypeObject *type)
{
    return word_at(type, atomic_load_explicit(&tag_offset, memory_order_acquire));
}

bool ng_type_tags_are_unique(void)
{
    size_t offset = atomic_load_explicit(&tag_offset, memory_order_acquire);
    /* Clearing the cache changes `object`, and with it every class. Nobody looks anything up on the
       sentinel, so its tag stays zero from then on. */
    return offset == 0U || word_at(sentinel, offset) == sentinel_tag;
}
