/*
 * type_entries.h: the published entries, by type and by environment: how an entry ends when either does.
 *
 * Owner:    an entry belongs to whoever prepares it, then to this file. It ends with its type, with its
 *           environment, or when another takes its place.
 * Thread:   any, attached or not, unless said otherwise.
 * Lock:     `lock` in type_entries.c guards the lists, and writing to the table. A leaf: nothing is called
 *           under it.
 * Lifetime: readers never see an entry itself, only its copy in the table (type_table.h).
 */
#ifndef NG_TYPE_ENTRIES_H
#define NG_TYPE_ENTRIES_H

#include "type_table.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct ng_type_entry {
    struct ng_type_entry *next; /* of those published together; then of its type's */
    struct ng_type_entry *next_of_owner;
    struct ng_type_entry *previous_of_owner;
    struct ng_type_owner *owner; /* NULL: shared by all environments */
    PyTypeObject *type;          /* not a reference: the entry ends before the type's memory does */
    uint32_t scope;              /* the owner's number; 0: shared */
    ng_type_found published;
} ng_type_entry;

/* An environment's share. All under `lock`. Owner: type_cache.c. */
typedef struct ng_type_owner {
    ng_type_entry *entries;
    ng_type_entry *dropped; /* their values are still to be told to the owner */
} ng_type_owner;

/*
 * Publishes `count` prepared entries, linked by `next`, all of them or (false, without memory) none.
 * Thread: any that keeps their types alive.
 */
bool ng_type_entries_publish(ng_type_entry *first, size_t count);

/* The value of what was published for the record's type in that scope, also when it is out of date; 0 when
   nothing was. */
uint64_t ng_type_entries_last_value(ng_type_record *record, uint32_t scope);

/* The record's type has died: removes its entries. For ng_type_watch_mark. */
void ng_type_entries_bury(ng_type_record *record);

/* Removes all entries of the owner. Thread: the owner's. */
void ng_type_entries_end(ng_type_owner *owner);

/* The next value to tell the owner about; 0: none. Thread: the owner's. */
uint64_t ng_type_entries_next_dropped(ng_type_owner *owner);

/* How many are published. */
uint64_t ng_type_entries_count(void);

#endif
