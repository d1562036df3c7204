#include "type_watch.h"

#include "platform.h"
#include "type_tag.h"

#include "../include/nogil.h"

#include <stdlib.h>

#define FIRST_BUCKETS 256U
/* From object.h and methodobject.h; part of the stable ABI. */
#define HEAP_TYPE (1UL << 9)
#define METH_O 8
#define CAPSULE_NAME "nogil.type_record"

/* struct PyMethodDef of methodobject.h; part of the stable ABI. */
typedef struct method {
    const char *name;
    PyObject *(*call)(PyObject *self, PyObject *argument);
    int flags;
    const char *text;
} method;

static ng_mutex index_lock = NG_MUTEX_INITIALIZER;
/* All four: index_lock. */
static ng_type_record **buckets;
static size_t bucket_count;
static size_t record_count;
static ng_type_record *free_records;

/* Written once, under the creation lock; relaxed reads: it is a figure for people. */
static _Atomic uint32_t method_in_use;
static int watcher; /* the creation lock */
/* Written once under the creation lock, before the first weak reference can call it. */
static ng_type_burial bury_entries;

/* Counters, relaxed: each is a moment's view. */
static _Atomic uint64_t changes;
static _Atomic uint64_t deaths;

static size_t bucket_of(const PyTypeObject *type, size_t count)
{
    /* Types are large and aligned: the low bits say nothing. */
    return (size_t)((uintptr_t)type >> 4U) * (size_t)0x9E3779B1U % count;
}

/* Under index_lock. */
static ng_type_record *find_record(PyTypeObject *type)
{
    ng_type_record *record = bucket_count == 0U ? NULL : buckets[bucket_of(type, bucket_count)];
    while (record != NULL && atomic_load_explicit(&record->type, memory_order_relaxed) != type) {
        record = record->next;
    }
    return record;
}

/* Under index_lock. False without memory, when there is no index at all yet. */
static bool make_room(void)
{
    if (record_count < bucket_count * 2U) {
        return true;
    }
    size_t count = bucket_count == 0U ? FIRST_BUCKETS : bucket_count * 4U;
    ng_type_record **grown = calloc(count, sizeof(ng_type_record *));
    if (grown == NULL) {
        return bucket_count != 0U; /* longer chains */
    }
    for (size_t i = 0; i < bucket_count; i++) {
        for (ng_type_record *record = buckets[i]; record != NULL;) {
            ng_type_record *next = record->next;
            size_t target =
                bucket_of(atomic_load_explicit(&record->type, memory_order_relaxed), count);
            record->next = grown[target];
            grown[target] = record;
            record = next;
        }
    }
    free(buckets);
    buckets = grown;
    bucket_count = count;
    return true;
}

/* Raises the generation: every mark of the record is out of date. */
static void outdate(ng_type_record *record)
{
    /* Release pairs with the acquire in ng_type_mark_is_current: who finds the mark out of date and makes
       a new one sees what was changed before. */
    atomic_fetch_add_explicit(&record->generation, 1U, memory_order_release);
}

/*
 * CPython is about to change `type`, or just did: on the changing thread, perhaps under its type lock,
 * perhaps while Python ends. Nothing of Python's may be called.
 */
static int on_change(PyTypeObject *type)
{
    if (ng_process_is_forked_child()) {
        return 0; /* nobody is left to ask the cache, and the lock may be taken for ever */
    }
    ng_mutex_lock(&index_lock);
    ng_type_record *record = find_record(type);
    if (record != NULL) {
        outdate(record);
    }
    ng_mutex_unlock(&index_lock);
    if (record != NULL) {
        atomic_fetch_add_explicit(&changes, 1U, memory_order_relaxed);
    }
    return 0;
}

/* ---- a type's end ----------------------------------------------------------------------------- */

/* Under index_lock. */
static void take_from_index(ng_type_record *record)
{
    PyTypeObject *type = atomic_load_explicit(&record->type, memory_order_relaxed);
    ng_type_record **link = &buckets[bucket_of(type, bucket_count)];
    while (*link != record) {
        link = &(*link)->next;
    }
    *link = record->next;
    record_count--;
}

/*
 * The weak reference's callback: the type has died, but its memory is not free yet, so no other type
 * can be at its address before we are done. Exactly once for each time a record is in the index.
 */
static PyObject *on_death(PyObject *capsule, PyObject *reference)
{
    (void)reference;
    ng_type_record *record = ng_py.PyCapsule_GetPointer(capsule, CAPSULE_NAME);
    if (record == NULL) {
        return NULL;
    }
    if (ng_process_is_forked_child()) {
        ng_py.Py_IncRef(ng_none());
        return ng_none();
    }
    ng_mutex_lock(&index_lock);
    take_from_index(record);
    outdate(record);
    ng_mutex_unlock(&index_lock);
    bury_entries(record);
    PyObject *weak = record->weak;
    record->weak = NULL;
    record->watched = false;
    ng_mutex_lock(&index_lock);
    record->next = free_records;
    free_records = record;
    ng_mutex_unlock(&index_lock);
    atomic_fetch_add_explicit(&deaths, 1U, memory_order_relaxed);
    ng_py.Py_DecRef(weak);
    ng_py.Py_IncRef(ng_none());
    return ng_none();
}

/* A weak reference to the type that calls on_death; NULL with a Python exception set. */
static PyObject *make_weak(PyTypeObject *type, ng_type_record *record)
{
    static const method definition = {"nogil_type_died", on_death, METH_O, NULL};
    PyObject *capsule = ng_py.PyCapsule_New(record, CAPSULE_NAME, NULL);
    if (capsule == NULL) {
        return NULL;
    }
    PyObject *callback =
        ng_py.PyCFunction_NewEx((const ng_method_def *)(const void *)&definition, capsule, NULL);
    ng_py.Py_DecRef(capsule);
    if (callback == NULL) {
        return NULL;
    }
    PyObject *weak = ng_py.PyWeakref_NewRef(type, callback);
    ng_py.Py_DecRef(callback);
    return weak;
}

/* ---- marks ------------------------------------------------------------------------------------ */

static bool is_heap_type(PyTypeObject *type)
{
    return (ng_py.PyType_GetFlags(type) & HEAP_TYPE) != 0U;
}

/* A record from the free list, or a new one. */
static ng_type_record *take_record(void)
{
    ng_mutex_lock(&index_lock);
    ng_type_record *record = free_records;
    if (record != NULL) {
        free_records = record->next;
    }
    ng_mutex_unlock(&index_lock);
    if (record == NULL) {
        record = calloc(1, sizeof *record);
        if (record != NULL) {
            atomic_init(&record->generation, 1U);
        }
    }
    return record;
}

static void give_back_record(ng_type_record *record)
{
    ng_mutex_lock(&index_lock);
    record->next = free_records;
    free_records = record;
    ng_mutex_unlock(&index_lock);
}

static ng_type_record *look_up(PyTypeObject *type)
{
    ng_mutex_lock(&index_lock);
    ng_type_record *record = find_record(type);
    ng_mutex_unlock(&index_lock);
    return record;
}

/* The type's record, made if need be; NULL with a Python exception set. */
static ng_type_record *record_of(PyTypeObject *type)
{
    ng_type_record *record = look_up(type);
    if (record != NULL) {
        return record;
    }
    record = take_record();
    if (record == NULL) {
        (void)ng_py.PyErr_NoMemory();
        return NULL;
    }
    /* Static types never die, and on 3.12 and newer have no weak references outside of one interpreter. */
    if (is_heap_type(type) && (record->weak = make_weak(type, record)) == NULL) {
        give_back_record(record);
        return NULL;
    }
    ng_mutex_lock(&index_lock);
    bool room = make_room();
    if (room) {
        /* Release pairs with the acquire in ng_type_mark_is_current: who sees the new type sees that the
           generation rose since the old one. */
        atomic_store_explicit(&record->type, type, memory_order_release);
        ng_type_record **head = &buckets[bucket_of(type, bucket_count)];
        record->next = *head;
        *head = record;
        record_count++;
    }
    ng_mutex_unlock(&index_lock);
    if (!room) {
        PyObject *weak = record->weak;
        record->weak = NULL;
        give_back_record(record);
        if (weak != NULL) {
            ng_py.Py_DecRef(weak); /* the type outlives it, so the callback is never called */
        }
        (void)ng_py.PyErr_NoMemory();
        return NULL;
    }
    return record;
}

/* Decides, at first use, how changes are noticed. */
static void choose_method(void)
{
    if (atomic_load_explicit(&method_in_use, memory_order_relaxed) != 0U) {
        return;
    }
    /* Also beside a watcher: see `observe`. */
    uint32_t method_found = ng_type_tag_learn() ? NG_TYPE_CACHE_COMPARES : NG_TYPE_CACHE_DISTRUSTS;
    if (ng_py.PyType_AddWatcher != NULL && ng_py.PyUnstable_Type_AssignVersionTag != NULL) {
        watcher = ng_py.PyType_AddWatcher(on_change);
        if (watcher >= 0) {
            method_found = NG_TYPE_CACHE_WATCHES;
        } else {
            ng_py.PyErr_Clear(); /* all of them are taken */
        }
    }
    atomic_store_explicit(&method_in_use, method_found, memory_order_relaxed);
}

/* The generation that stands for the type as it is now, 0 when changes would go unnoticed. */
static uint64_t observe(PyTypeObject *type, ng_type_record *record, uint32_t *tag)
{
    *tag = 0;
    /* Before the watcher is armed: a change between this and the arming is then one too many, not
       one too few. Acquire pairs with the release in `outdate`. */
    uint64_t generation = atomic_load_explicit(&record->generation, memory_order_acquire);
    if (!is_heap_type(type)) {
        return generation; /* immutable, and so are its bases */
    }
    uint32_t by = atomic_load_explicit(&method_in_use, memory_order_relaxed);
    if (by == NG_TYPE_CACHE_DISTRUSTS) {
        return 0;
    }
    if (by == NG_TYPE_CACHE_WATCHES && !record->watched) {
        if (ng_py.PyType_Watch(watcher, type) < 0) {
            ng_py.PyErr_Clear();
            return 0;
        }
        record->watched = true;
    }
    /* A watcher is called once for each version tag: without a tag there is no call. */
    if (!ng_type_tag_assign(type) || !ng_type_tags_are_unique()) {
        return 0;
    }
    if (by == NG_TYPE_CACHE_WATCHES && !ng_type_tags_are_known()) {
        return generation;
    }
    /* With a watcher, too: assigning to __bases__ a class that computes its own MRO takes the tag away
       and calls no watcher (3.12 to 3.14). */
    *tag = ng_type_tag_read(type);
    return *tag != 0U ? generation : 0U;
}

bool ng_type_watch_mark(PyTypeObject *type, ng_type_burial buried, ng_type_mark *out)
{
    *out = (ng_type_mark){0};
    if (bury_entries == NULL) {
        bury_entries = buried;
    }
    choose_method();
    out->record = record_of(type);
    if (out->record == NULL) {
        return false;
    }
    /* Of our own: another thread may assign to type.__class__. */
    PyTypeObject *metaclass = ng_type_of(type);
    ng_py.Py_IncRef(metaclass);
    if (metaclass != ng_py.PyType_Type) {
        out->metaclass = record_of(metaclass);
        if (out->metaclass == NULL) {
            ng_py.Py_DecRef(metaclass);
            return false;
        }
        out->metaclass_generation = observe(metaclass, out->metaclass, &out->metaclass_tag);
    }
    out->generation = observe(type, out->record, &out->tag);
    if (out->metaclass != NULL && out->metaclass_generation == 0U) {
        out->generation = 0;
    }
    ng_py.Py_DecRef(metaclass);
    return true;
}

static bool generation_is(ng_type_record *record, uint64_t generation)
{
    /* Acquire pairs with the release in `outdate`. */
    return atomic_load_explicit(&record->generation, memory_order_acquire) == generation;
}

static PyTypeObject *metaclass_now(PyTypeObject *type)
{
    _Atomic(PyTypeObject *) *word =
        (_Atomic(PyTypeObject *) *)(void *)((char *)type + ng_py.type_offset);
    /* Relaxed: only compared. Somebody may assign to type.__class__ meanwhile. */
    return atomic_load_explicit(word, memory_order_relaxed);
}

bool ng_type_mark_is_current(PyTypeObject *type, const ng_type_mark *mark)
{
    if (!generation_is(mark->record, mark->generation)) {
        return false;
    }
    PyTypeObject *metaclass = ng_py.PyType_Type;
    if (mark->metaclass != NULL) {
        /* Before the generation. Acquire pairs with the release in record_of: of a record that was used
           again since, the generation tells. */
        metaclass = atomic_load_explicit(&mark->metaclass->type, memory_order_acquire);
        if (!generation_is(mark->metaclass, mark->metaclass_generation)) {
            return false;
        }
    }
    if (metaclass_now(type) != metaclass) {
        return false;
    }
    if (mark->tag == 0U && mark->metaclass_tag == 0U) {
        return true;
    }
    return (mark->tag == 0U || ng_type_tag_read(type) == mark->tag) &&
           (mark->metaclass_tag == 0U || ng_type_tag_read(metaclass) == mark->metaclass_tag) &&
           ng_type_tags_are_unique();
}

uint32_t ng_type_watch_method(void)
{
    return atomic_load_explicit(&method_in_use, memory_order_relaxed);
}

uint64_t ng_type_watch_changes(void)
{
    return atomic_load_explicit(&changes, memory_order_relaxed);
}

uint64_t ng_type_watch_deaths(void)
{
    return atomic_load_explicit(&deaths, memory_order_relaxed);
}
