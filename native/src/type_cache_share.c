#include "type_cache_share.h"

#include "emit_lock.h"

#include <string.h>

#define FIRST_CREATIONS 8U
#define FIRST_CLASSES 32U

/* Counters of the process, relaxed: each is a moment's view. */
static _Atomic uint64_t class_count;
static _Atomic uint64_t created;
static _Atomic uint64_t abandoned;

void ng_type_share_count_class(int more)
{
    atomic_fetch_add_explicit(&class_count, (uint64_t)(int64_t)more, memory_order_relaxed);
}

void ng_type_share_statistics(ng_type_cache_statistics *out)
{
    out->classes = atomic_load_explicit(&class_count, memory_order_relaxed);
    out->created = atomic_load_explicit(&created, memory_order_relaxed);
    out->abandoned = atomic_load_explicit(&abandoned, memory_order_relaxed);
}

/* ---- references ------------------------------------------------------------------------------- */

void ng_type_share_drop(ng_environment *environment, PyObject **types, size_t count)
{
    if (count == 0U) {
        return;
    }
    if (!ng_attach(environment)) {
        ng_handles_count_leaked(count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        ng_py.Py_DecRef(types[i]);
    }
    ng_detach(environment);
}

void ng_type_share_drop_doomed(ng_environment *environment, ng_type_reference *doomed)
{
    while (doomed != NULL) {
        ng_type_reference *next = doomed->next;
        ng_type_share_drop(environment, &doomed->type, doomed->type == NULL ? 0U : 1U);
        free(doomed);
        doomed = next;
    }
}

static void doom(ng_type_reference *reference, ng_type_reference **doomed)
{
    reference->next = *doomed;
    *doomed = reference;
}

/* ---- end -------------------------------------------------------------------------------------- */

static void drop_classes(ng_type_share *share)
{
    size_t kept = 0;
    for (uint32_t i = 0; i < share->class_capacity; i++) {
        if (share->classes[i] != NULL) {
            share->classes[kept++] = share->classes[i];
            ng_type_share_count_class(-1);
        }
    }
    ng_type_share_drop(share->environment, share->classes, kept);
}

/* The environment ends, perhaps inside a creator of its. */
static void end_share(ng_end_hook *hook, ng_environment *environment)
{
    ng_type_share *share = (ng_type_share *)(void *)hook;
    environment->types = NULL;
    ng_type_reference *doomed = NULL;
    for (size_t held = ng_type_share_undo(share, 0, &doomed); held > 0U; held--) {
        ng_creation_release(environment);
    }
    ng_type_entries_end(&share->owner);
    ng_type_share_drop_doomed(environment, doomed);
    drop_classes(share);
    free(share->classes);
    free(share->creations);
    free(share);
}

ng_type_share *ng_type_share_of(ng_environment *environment)
{
    if (environment->types != NULL) {
        return environment->types;
    }
    ng_type_share *share = calloc(1, sizeof *share);
    if (share == NULL) {
        return NULL;
    }
    share->environment = environment;
    environment->types = share;
    ng_environment_on_end(environment, &share->end, end_share);
    return share;
}

/* ---- the stack -------------------------------------------------------------------------------- */

ng_type_creation *ng_type_share_begin(ng_type_share *share, ng_type_cache_answer *out)
{
    if (share->count == share->capacity) {
        size_t capacity = share->capacity == 0U ? FIRST_CREATIONS : share->capacity * 2U;
        ng_type_creation *grown = realloc(share->creations, capacity * sizeof *grown);
        if (grown == NULL) {
            return NULL;
        }
        share->creations = grown;
        share->capacity = capacity;
    }
    ng_type_reference *reference = calloc(1, sizeof *reference);
    if (reference == NULL) {
        return NULL;
    }
    ng_type_creation *creation = &share->creations[share->count++];
    *creation = (ng_type_creation){.token = ++share->last_token, .reference = reference};
    out->outcome = NG_TYPE_CACHE_CREATE;
    out->token = creation->token;
    return creation;
}

bool ng_type_share_reserve_class(ng_type_share *share, uint32_t number)
{
    if (number < share->class_capacity) {
        return true;
    }
    uint32_t capacity = share->class_capacity == 0U ? FIRST_CLASSES : share->class_capacity;
    while (capacity <= number) {
        capacity *= 2U;
    }
    PyObject **grown = realloc(share->classes, capacity * sizeof(PyObject *));
    if (grown == NULL) {
        return false;
    }
    memset(grown + share->class_capacity, 0,
           (capacity - share->class_capacity) * sizeof(PyObject *));
    share->classes = grown;
    share->class_capacity = capacity;
    return true;
}

size_t ng_type_share_undo(ng_type_share *share, size_t from, ng_type_reference **doomed)
{
    size_t in_progress = 0;
    for (size_t i = from; i < share->count; i++) {
        ng_type_creation *each = &share->creations[i];
        in_progress += each->finished ? 0U : 1U;
        free(each->entry);
        doom(each->reference, doomed);
    }
    atomic_fetch_add_explicit(&abandoned, share->count - from, memory_order_relaxed);
    share->count = from;
    return in_progress;
}

/* The prepared entries, linked, last begun first. */
static ng_type_entry *link_entries(ng_type_share *share, size_t *count)
{
    ng_type_entry *first = NULL;
    for (size_t i = 0; i < share->count; i++) {
        ng_type_entry *entry = share->creations[i].entry;
        if (entry != NULL) {
            entry->next = first;
            first = entry;
            ++*count;
        }
    }
    return first;
}

ng_status ng_type_share_publish(ng_type_share *share, ng_type_reference **doomed)
{
    size_t count = 0;
    ng_type_entry *entries = link_entries(share, &count);
    if (!ng_type_entries_publish(entries, count)) {
        (void)ng_type_share_undo(share, 0, doomed);
        return NG_STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < share->count; i++) {
        ng_type_creation *each = &share->creations[i];
        if (each->entry == NULL) {
            /* The reference is the class's now. */
            share->classes[each->number] = each->reference->type;
            each->reference->type = NULL;
            ng_type_share_count_class(1);
        }
        doom(each->reference, doomed);
    }
    atomic_fetch_add_explicit(&created, share->count, memory_order_relaxed);
    share->count = 0;
    return NG_STATUS_OK;
}
