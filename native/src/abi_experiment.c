/*
 * abi_experiment.c: where an object's count is, found by taking references and looking at what changes;
 * and the proof, on objects of every kind, that reading by the result says what Python says.
 */
#include "abi.h"
#include "abi_visitor.h"

#include <stdio.h>
#include <string.h>

#define REFERENCES 3U

static PyObject *make_object(void)
{
    return ng_py.PyObject_CallFunctionObjArgs(ng_py.PyBaseObject_Type, (PyObject *)NULL);
}

static void drop(PyObject *object, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        ng_py.Py_DecRef(object);
    }
}

/* What Python says: sys.getrefcount called from C, which adds no reference of its own. */
static bool ask(PyObject *object, uint64_t *count)
{
    PyObject *function = ng_py.PySys_GetObject("getrefcount"); /* borrowed */
    PyObject *answer = function == NULL
                           ? NULL
                           : ng_py.PyObject_CallFunctionObjArgs(function, object, (PyObject *)NULL);
    if (answer == NULL) {
        ng_py.PyErr_Clear();
        return false;
    }
    int overflow = 0;
    *count = (uint64_t)ng_py.PyLong_AsLongLongAndOverflow(answer, &overflow);
    ng_py.Py_DecRef(answer);
    return overflow == 0 && (!NG_HAS(Py_REFCNT) || (uint64_t)ng_py.Py_REFCNT(object) == *count);
}

static uint32_t word_32(const void *head, size_t at)
{
    uint32_t value = 0;
    memcpy(&value, (const char *)head + at, sizeof value);
    return value;
}

static uint64_t word_64(const void *head, size_t at)
{
    uint64_t value = 0;
    memcpy(&value, (const char *)head + at, sizeof value);
    return value;
}

static uintptr_t word(const void *head, size_t at)
{
    uintptr_t value = 0;
    memcpy(&value, (const char *)head + at, sizeof value);
    return value;
}

/* ---- the count of one thread --------------------------------------------------------------------- */

/* The one cell of 32 bits that says what Python says and follows the references that are taken. */
static bool find_count(ng_abi_layout *layout, char *message, size_t size)
{
    PyObject *object = make_object();
    uint64_t said = 0;
    if (object == NULL || !ask(object, &said)) {
        ng_py.PyErr_Clear();
        if (object != NULL) {
            ng_py.Py_DecRef(object);
        }
        (void)snprintf(message, size, "sys.getrefcount() does not answer, or not as Py_REFCNT()");
        return false;
    }
    unsigned char before[NG_LARGEST_HEAD];
    memcpy(before, object, ng_py.head_size);
    for (unsigned i = 0; i < REFERENCES; i++) {
        ng_py.Py_IncRef(object);
    }
    unsigned found = 0;
    for (size_t at = 0; at + sizeof(uint32_t) <= ng_py.type_offset; at += sizeof(uint32_t)) {
        if (word_32(before, at) == said && word_32(object, at) == said + REFERENCES) {
            layout->count_offset = (uint32_t)at;
            found++;
        }
    }
    drop(object, REFERENCES + 1U);
    layout->count_width = sizeof(uint32_t);
    if (found != 1U) {
        (void)snprintf(message, size,
                       "%u places in an object's head of %zu bytes follow its references, not one",
                       found, ng_py.head_size);
    }
    return found == 1U;
}

/* A count of 64 bits looks like one of 32 until there are flags in the other half, as in 3.14. */
static bool find_width(ng_abi_layout *layout, char *message, size_t size)
{
    if (layout->free_threaded != 0U || sizeof(void *) != sizeof(uint64_t)) {
        return true;
    }
    PyObject *const objects[] = {ng_none(), ng_py._Py_TrueStruct, ng_py.PyLong_Type,
                                 ng_py.PyBaseObject_Type};
    size_t at = layout->count_offset & ~(size_t)7;
    bool wide = true;
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++) {
        uint64_t said = 0;
        if (!ask(objects[i], &said)) {
            (void)snprintf(message, size, "sys.getrefcount() does not answer for a constant");
            return false;
        }
        wide = wide && word_64(objects[i], at) == said;
    }
    if (wide) {
        layout->count_offset = (uint32_t)at;
        layout->count_width = sizeof(uint64_t);
    }
    return true;
}

/* None does not count where objects can be immortal. What marks it is in no object that counts. */
static bool find_immortal(ng_abi_layout *layout, char *message, size_t size)
{
    PyObject *none = ng_none();
    uint64_t before = 0;
    uint64_t after = 0;
    bool asked = ask(none, &before);
    ng_py.Py_IncRef(none);
    asked = ask(none, &after) && asked;
    ng_py.Py_DecRef(none);
    if (!asked) {
        (void)snprintf(message, size, "sys.getrefcount() does not answer for None");
        return false;
    }
    if (after != before) {
        return true; /* 3.10, 3.11 */
    }
    uint32_t none_says = (uint32_t)ng_abi_counts(layout, none).count;
    uint32_t true_says = (uint32_t)ng_abi_counts(layout, ng_py._Py_TrueStruct).count;
    layout->immortal = 1;
    layout->immortal_count = before;
    if (layout->free_threaded != 0U) {
        none_says = word_32(none, layout->count_offset);
        true_says = word_32(ng_py._Py_TrueStruct, layout->count_offset);
        layout->immortal_mark = none_says; /* all of it: these counts never move */
    } else {
        layout->immortal_mark = 0x80000000U;
        while (layout->immortal_mark != 0U && (none_says & layout->immortal_mark) == 0U) {
            layout->immortal_mark >>= 1U; /* the highest bit: the others may move a little */
        }
    }
    if (none_says < 0x10000000U || (true_says & layout->immortal_mark) != layout->immortal_mark) {
        (void)snprintf(message, size, "None and True are immortal, but count %u and %u", none_says,
                       true_says);
        return false;
    }
    return true;
}

/* ---- what threads share --------------------------------------------------------------------------- */

static bool find_shared(ng_abi_layout *layout, const ng_visit *visit, char *message, size_t size)
{
    unsigned found = 0;
    for (size_t at = 0; at + sizeof(void *) <= ng_py.type_offset; at += sizeof(void *)) {
        uintptr_t change = word(visit->after, at) - word(visit->before, at);
        uintptr_t references = NG_VISITOR_REFERENCES;
        for (uint32_t shift = 0; shift < 8U && change != 0U; shift++) {
            if (change == references << shift) {
                layout->shared_offset = (uint32_t)at;
                layout->shared_shift = shift;
                found++;
            }
        }
    }
    if (found != 1U) {
        (void)snprintf(message, size,
                       "%u places in an object's head follow another thread's references", found);
    }
    return found == 1U;
}

static bool find_owner(ng_abi_layout *layout, PyObject *mine, const ng_visit *visit, char *message,
                       size_t size)
{
    PyObject *other = make_object();
    unsigned found = 0;
    for (size_t at = 0; other != NULL && at + sizeof(void *) <= ng_py.type_offset;
         at += sizeof(void *)) {
        uintptr_t owner = word(other, at);
        if (at != layout->shared_offset && owner != 0U && owner == word(mine, at) &&
            owner == word(visit->before, at) && owner != word(visit->made_head, at)) {
            layout->owner_offset = (uint32_t)at;
            found++;
        }
    }
    if (other != NULL) {
        ng_py.Py_DecRef(other);
    } else {
        ng_py.PyErr_Clear();
    }
    if (found != 1U) {
        (void)snprintf(message, size, "%u places in an object's head name its owner", found);
    }
    return found == 1U;
}

/* What changes in an object when its counting is deferred: one bit, and what others share. */
static void find_deferred(ng_abi_layout *layout)
{
    PyObject *object = NG_HAS(PyUnstable_Object_EnableDeferredRefcount) ? ng_py.PyDict_New() : NULL;
    if (object == NULL) {
        ng_py.PyErr_Clear();
        return;
    }
    unsigned char before[NG_LARGEST_HEAD];
    memcpy(before, object, ng_py.head_size);
    bool deferred = ng_py.PyUnstable_Object_EnableDeferredRefcount(object) == 1;
    unsigned found = 0;
    for (size_t at = 0; deferred && at < ng_py.type_offset; at++) {
        bool shared = at >= layout->shared_offset && at < layout->shared_offset + sizeof(void *);
        unsigned change = before[at] ^ ((const unsigned char *)(const void *)object)[at];
        if (!shared && change != 0U) {
            layout->deferred_offset = (uint32_t)at;
            layout->deferred_mask = change;
            found++;
        }
    }
    if (found != 1U || (layout->deferred_mask & (layout->deferred_mask - 1U)) != 0U) {
        layout->deferred_mask = 0; /* not visible: said so, not guessed */
    } else {
        layout->deferred_bias =
            (word(object, layout->shared_offset) - word(before, layout->shared_offset)) >>
            layout->shared_shift;
    }
    ng_py.Py_DecRef(object);
}

static bool find_shared_parts(ng_abi_layout *layout, char *message, size_t size)
{
    PyObject *mine = make_object();
    ng_visit visit = {.object = mine};
    if (mine == NULL || !ng_abi_visit(&visit)) {
        ng_py.PyErr_Clear();
        if (mine != NULL) {
            ng_py.Py_DecRef(mine);
        }
        (void)snprintf(message, size, "no second thread for the experiment");
        return false;
    }
    if (visit.made == NULL) {
        (void)snprintf(message, size, "no memory for the experiment");
    }
    bool found = visit.made != NULL && find_shared(layout, &visit, message, size) &&
                 find_owner(layout, mine, &visit, message, size);
    if (visit.made != NULL) {
        ng_py.Py_DecRef(visit.made);
    }
    drop(mine, NG_VISITOR_REFERENCES + 1U);
    if (found) {
        find_deferred(layout);
    }
    return found;
}

bool ng_abi_experiment(ng_abi_layout *out, char *message, size_t message_size)
{
    *out = (ng_abi_layout){.head_size = (uint32_t)ng_py.head_size,
                           .type_offset = (uint32_t)ng_py.type_offset};
    if (!find_count(out, message, message_size)) {
        return false;
    }
    if (ng_py.free_threaded && !find_shared_parts(out, message, message_size)) {
        return false;
    }
    out->free_threaded = ng_py.free_threaded;
    return find_width(out, message, message_size) && find_immortal(out, message, message_size);
}

/* ---- the proof ------------------------------------------------------------------------------------ */

static bool agrees(const ng_abi_layout *layout, PyObject *object, const char *kind, char *message,
                   size_t size)
{
    uint64_t said = 0;
    bool asked = ask(object, &said);
    ng_counts counts = ng_abi_counts(layout, object);
    bool immortal = (counts.flags & NG_COUNTS_IMMORTAL) != 0U;
    bool same = asked && counts.count == said;
    if (NG_HAS(PyUnstable_IsImmortal)) {
        same = same && immortal == (ng_py.PyUnstable_IsImmortal(object) != 0);
    }
    if (!same) {
        (void)snprintf(message, size, "of %s, Python says %llu references and its memory %llu%s",
                       kind, (unsigned long long)said, (unsigned long long)counts.count,
                       immortal ? " (immortal)" : "");
    }
    return same;
}

/* Immortal is what counts nothing. Nobody else may be using the object. */
static bool moves(const ng_abi_layout *layout, PyObject *object, const char *kind, char *message,
                  size_t size)
{
    uint64_t before = 0;
    uint64_t after = 0;
    bool asked = ask(object, &before);
    ng_py.Py_IncRef(object);
    asked = ask(object, &after) && asked;
    ng_py.Py_DecRef(object);
    bool immortal = (ng_abi_counts(layout, object).flags & NG_COUNTS_IMMORTAL) != 0U;
    if (!asked || immortal != (before == after)) {
        (void)snprintf(message, size, "%s %s, but its memory says otherwise", kind,
                       before == after ? "is immortal" : "counts references");
        return false;
    }
    return true;
}

static bool verify_counting(const ng_abi_layout *layout, char *message, size_t size)
{
    enum {
        MANY = 1000
    };
    PyObject *object = make_object();
    if (object == NULL) {
        ng_py.PyErr_Clear();
        (void)snprintf(message, size, "no memory for the proof");
        return false;
    }
    bool same = agrees(layout, object, "a new object", message, size) &&
                moves(layout, object, "a new object", message, size);
    for (int i = 0; i < MANY; i++) {
        ng_py.Py_IncRef(object);
    }
    same = same && agrees(layout, object, "an object with many references", message, size);
    drop(object, MANY + 1U);
    return same && agrees(layout, ng_none(), "None", message, size) &&
           moves(layout, ng_none(), "None", message, size) &&
           agrees(layout, ng_py._Py_FalseStruct, "False", message, size) &&
           agrees(layout, ng_py.PyType_Type, "type", message, size);
}

/* `object` is the caller's and has one reference; the visitor has taken more. */
static bool verify_parts(const ng_abi_layout *layout, PyObject *object, const ng_visit *visit,
                         char *message, size_t size)
{
    ng_counts counts = ng_abi_counts(layout, object);
    if (counts.local != 1U || counts.shared != NG_VISITOR_REFERENCES) {
        (void)snprintf(message, size, "a shared object has %u and %lld references, not 1 and %d",
                       counts.local, (long long)counts.shared, NG_VISITOR_REFERENCES);
        return false;
    }
    if (counts.owner == 0U || counts.owner == ng_abi_counts(layout, visit->made_head).owner) {
        (void)snprintf(message, size, "objects of two threads seem to have one owner");
        return false;
    }
    return agrees(layout, object, "an object shared with another thread", message, size) &&
           agrees(layout, visit->made, "another thread's object", message, size);
}

static bool verify_shared(const ng_abi_layout *layout, char *message, size_t size)
{
    PyObject *object = make_object();
    ng_visit visit = {.object = object};
    bool visited = object != NULL && ng_abi_visit(&visit);
    bool same = visited && visit.made != NULL;
    if (!same) {
        ng_py.PyErr_Clear();
        (void)snprintf(message, size, "no second thread, or no memory, for the proof");
    }
    same = same && verify_parts(layout, object, &visit, message, size);
    if (object != NULL) {
        ng_py.Py_DecRef(object); /* the owner's only one: what is left belongs to no thread */
    }
    if (visited) {
        same = same && agrees(layout, object, "an object without an owner", message, size);
        if (same && ng_abi_counts(layout, object).owner != 0U) {
            (void)snprintf(message, size, "an object that was given up still has an owner");
            same = false;
        }
        drop(object, NG_VISITOR_REFERENCES);
    }
    if (visit.made != NULL) {
        ng_py.Py_DecRef(visit.made);
    }
    return same;
}

static bool verify_deferred(const ng_abi_layout *layout, char *message, size_t size)
{
    PyObject *object = layout->deferred_mask == 0U ? NULL : ng_py.PyDict_New();
    if (object == NULL) {
        ng_py.PyErr_Clear();
        return true; /* not visible, and read as such */
    }
    uint32_t before = ng_abi_counts(layout, object).flags;
    (void)ng_py.PyUnstable_Object_EnableDeferredRefcount(object);
    ng_counts counts = ng_abi_counts(layout, object);
    bool same = agrees(layout, object, "an object whose counting is deferred", message, size);
    if (same && ((before & NG_COUNTS_DEFERRED) != 0U || (counts.flags & NG_COUNTS_DEFERRED) == 0U ||
                 counts.local != 1U || counts.shared != 0)) {
        (void)snprintf(message, size, "deferred counting does not show where it should");
        same = false;
    }
    ng_py.Py_DecRef(object);
    return same;
}

bool ng_abi_verify(const ng_abi_layout *layout, char *message, size_t message_size)
{
    return verify_counting(layout, message, message_size) &&
           (layout->free_threaded == 0U || (verify_shared(layout, message, message_size) &&
                                            verify_deferred(layout, message, message_size)));
}
