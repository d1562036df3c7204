#include "type_table.h"

#include "barrier.h"

#include <stdlib.h>

#define FIRST_CAPACITY 256U

/*
 * Every field but `sequence` is stored with release and loaded with acquire, and that pairs: a reader
 * that got one datum of a new entry also sees the odd sequence stored before it, and drops the cell.
 */
typedef struct cell {
    _Atomic uint32_t sequence; /* odd: being written */
    _Atomic uint32_t scope;
    _Atomic(PyTypeObject *) type; /* NULL: empty */
    _Atomic uint64_t value;
    _Atomic(ng_type_record *) record;
    _Atomic uint64_t generation;
    _Atomic(ng_type_record *) metaclass;
    _Atomic uint64_t metaclass_generation;
    _Atomic uint64_t tags; /* the metaclass's in the upper half */
} cell;

typedef struct table {
    struct table *older; /* kept for its readers */
    size_t mask;         /* capacity - 1; the capacity is a power of two */
    cell cells[];
} table;

/* Stored with release when it is complete; readers load with acquire. */
static _Atomic(table *) current;
/* The type cache's lock. */
static size_t used;

static size_t home_of(const PyTypeObject *type, uint32_t scope, size_t mask)
{
    uint64_t hash = ((uint64_t)(uintptr_t)type >> 4U) ^ ((uint64_t)scope << 40U);
    hash *= 0x9E3779B97F4A7C15U;
    return (size_t)(hash >> 32U) & mask;
}

/* ---- readers ---------------------------------------------------------------------------------- */

static void read_entry(cell *from, ng_type_found *out)
{
    out->value = atomic_load_explicit(&from->value, memory_order_acquire);
    out->mark.record = atomic_load_explicit(&from->record, memory_order_acquire);
    out->mark.generation = atomic_load_explicit(&from->generation, memory_order_acquire);
    out->mark.metaclass = atomic_load_explicit(&from->metaclass, memory_order_acquire);
    out->mark.metaclass_generation =
        atomic_load_explicit(&from->metaclass_generation, memory_order_acquire);
    uint64_t tags = atomic_load_explicit(&from->tags, memory_order_acquire);
    out->mark.tag = (uint32_t)tags;
    out->mark.metaclass_tag = (uint32_t)(tags >> 32U);
}

bool ng_type_table_find(PyTypeObject *type, uint32_t scope, ng_type_found *out)
{
    /* Acquire pairs with the release in ng_type_table_reserve: the cells are filled. */
    table *own = atomic_load_explicit(&current, memory_order_acquire);
    if (own == NULL) {
        return false;
    }
    size_t at = home_of(type, scope, own->mask);
    for (size_t tried = 0; tried <= own->mask; tried++, at = (at + 1U) & own->mask) {
        cell *each = &own->cells[at];
        /* Acquire pairs with the release that ends `write_cell`. */
        uint32_t before = atomic_load_explicit(&each->sequence, memory_order_acquire);
        PyTypeObject *key = atomic_load_explicit(&each->type, memory_order_acquire);
        uint32_t key_scope = atomic_load_explicit(&each->scope, memory_order_acquire);
        if (key == NULL) {
            return false;
        }
        if (key != type || key_scope != scope) {
            continue;
        }
        read_entry(each, out);
        NG_BARRIER_POINT();
        /* Relaxed: ordered after the data by their acquire loads; partner: the odd store in
           `write_cell`. */
        uint32_t after = atomic_load_explicit(&each->sequence, memory_order_relaxed);
        if (before == after && (before & 1U) == 0U) {
            return true;
        }
    }
    return false;
}

/* ---- writers, under the type cache's lock ------------------------------------------------------- */

static void write_cell(cell *target, PyTypeObject *type, uint32_t scope, const ng_type_found *entry)
{
    uint32_t sequence = atomic_load_explicit(&target->sequence, memory_order_relaxed);
    /* Relaxed: seen at the latest with the first datum below, by its release. */
    atomic_store_explicit(&target->sequence, sequence + 1U, memory_order_relaxed);
    atomic_store_explicit(&target->type, type, memory_order_release);
    atomic_store_explicit(&target->scope, scope, memory_order_release);
    atomic_store_explicit(&target->value, entry->value, memory_order_release);
    NG_BARRIER_POINT();
    atomic_store_explicit(&target->record, entry->mark.record, memory_order_release);
    atomic_store_explicit(&target->generation, entry->mark.generation, memory_order_release);
    atomic_store_explicit(&target->metaclass, entry->mark.metaclass, memory_order_release);
    atomic_store_explicit(&target->metaclass_generation, entry->mark.metaclass_generation,
                          memory_order_release);
    atomic_store_explicit(&target->tags,
                          (uint64_t)entry->mark.metaclass_tag << 32U | entry->mark.tag,
                          memory_order_release);
    /* Release pairs with the first load of a reader: all of the entry is there. */
    atomic_store_explicit(&target->sequence, sequence + 2U, memory_order_release);
}

static PyTypeObject *type_in(cell *of)
{
    return atomic_load_explicit(&of->type, memory_order_relaxed);
}

static uint32_t scope_in(cell *of)
{
    return atomic_load_explicit(&of->scope, memory_order_relaxed);
}

/* The key's cell, or the empty one where it belongs. */
static cell *cell_for(table *own, PyTypeObject *type, uint32_t scope)
{
    size_t at = home_of(type, scope, own->mask);
    while (type_in(&own->cells[at]) != NULL &&
           (type_in(&own->cells[at]) != type || scope_in(&own->cells[at]) != scope)) {
        at = (at + 1U) & own->mask;
    }
    return &own->cells[at];
}

static void copy_cell(cell *from, cell *target)
{
    ng_type_found entry;
    read_entry(from, &entry);
    write_cell(target, type_in(from), scope_in(from), &entry);
}

bool ng_type_table_reserve(size_t count)
{
    table *old = atomic_load_explicit(&current, memory_order_relaxed);
    size_t capacity = old == NULL ? 0U : old->mask + 1U;
    size_t wanted = capacity == 0U ? FIRST_CAPACITY : capacity;
    /* At most two thirds full. */
    while ((used + count) * 3U > wanted * 2U) {
        wanted *= 2U;
    }
    if (wanted == capacity) {
        return true;
    }
    table *grown = calloc(1, sizeof *grown + wanted * sizeof(cell));
    if (grown == NULL) {
        return false;
    }
    grown->older = old;
    grown->mask = wanted - 1U;
    for (size_t i = 0; i < capacity; i++) {
        cell *from = &old->cells[i];
        if (type_in(from) != NULL) {
            copy_cell(from, cell_for(grown, type_in(from), scope_in(from)));
        }
    }
    /* Release pairs with the acquire in ng_type_table_find. */
    atomic_store_explicit(&current, grown, memory_order_release);
    return true;
}

void ng_type_table_put(PyTypeObject *type, uint32_t scope, const ng_type_found *entry)
{
    cell *target = cell_for(atomic_load_explicit(&current, memory_order_relaxed), type, scope);
    if (type_in(target) == NULL) {
        used++;
    }
    write_cell(target, type, scope, entry);
}

void ng_type_table_remove(PyTypeObject *type, uint32_t scope)
{
    table *own = atomic_load_explicit(&current, memory_order_relaxed);
    if (own == NULL) {
        return;
    }
    cell *hole = cell_for(own, type, scope);
    if (type_in(hole) == NULL) {
        return;
    }
    used--;
    /* Entries behind the hole that would not be found past it move into it. */
    size_t empty = (size_t)(hole - own->cells);
    for (size_t at = (empty + 1U) & own->mask; type_in(&own->cells[at]) != NULL;
         at = (at + 1U) & own->mask) {
        cell *each = &own->cells[at];
        size_t home = home_of(type_in(each), scope_in(each), own->mask);
        size_t distance = (at - home) & own->mask;
        if (distance >= ((at - empty) & own->mask)) {
            copy_cell(each, &own->cells[empty]);
            empty = at;
        }
    }
    static const ng_type_found nothing = {0};
    write_cell(&own->cells[empty], NULL, 0, &nothing);
}

uint64_t ng_type_table_capacity(void)
{
    table *own = atomic_load_explicit(&current, memory_order_acquire);
    return own == NULL ? 0U : own->mask + 1U;
}
