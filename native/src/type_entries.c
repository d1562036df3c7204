#include "type_entries.h"

#include "platform.h"

#include <stdlib.h>

static ng_mutex lock = NG_MUTEX_INITIALIZER;
static _Atomic uint64_t entry_count; /* written under `lock`; relaxed reads: a figure for people */

static void count_entries(int64_t more)
{
    atomic_fetch_add_explicit(&entry_count, (uint64_t)more, memory_order_relaxed);
}

/* ---- under `lock` ----------------------------------------------------------------------------- */

static ng_type_entry **link_of(ng_type_record *record, uint32_t scope)
{
    ng_type_entry **link = &record->entries;
    while (*link != NULL && (*link)->scope != scope) {
        link = &(*link)->next;
    }
    return link;
}

static void join_owner(ng_type_entry *entry)
{
    ng_type_owner *owner = entry->owner;
    if (owner == NULL) {
        return;
    }
    entry->previous_of_owner = NULL;
    entry->next_of_owner = owner->entries;
    if (owner->entries != NULL) {
        owner->entries->previous_of_owner = entry;
    }
    owner->entries = entry;
}

/* `tell`: the owner hears that the value is gone; without, or without an owner, that was all. */
static void leave_owner(ng_type_entry *entry, bool tell)
{
    ng_type_owner *owner = entry->owner;
    if (owner != NULL) {
        if (entry->previous_of_owner != NULL) {
            entry->previous_of_owner->next_of_owner = entry->next_of_owner;
        } else {
            owner->entries = entry->next_of_owner;
        }
        if (entry->next_of_owner != NULL) {
            entry->next_of_owner->previous_of_owner = entry->previous_of_owner;
        }
        if (tell) {
            entry->next_of_owner = owner->dropped;
            owner->dropped = entry;
            return;
        }
    }
    free(entry);
}

static void put(ng_type_entry *entry)
{
    ng_type_record *record = entry->published.mark.record;
    ng_type_entry **link = link_of(record, entry->scope);
    ng_type_entry *old = *link;
    entry->next = old == NULL ? NULL : old->next;
    *link = entry;
    join_owner(entry);
    ng_type_table_put(entry->type, entry->scope, &entry->published);
    if (old == NULL) {
        count_entries(1);
    } else {
        /* A creator that mended the old value and gave it back keeps it. */
        leave_owner(old, old->published.value != entry->published.value);
    }
}

/* ---- from outside ----------------------------------------------------------------------------- */

bool ng_type_entries_publish(ng_type_entry *first, size_t count)
{
    ng_mutex_lock(&lock);
    bool room = ng_type_table_reserve(count);
    while (room && first != NULL) {
        ng_type_entry *next = first->next;
        put(first);
        first = next;
    }
    ng_mutex_unlock(&lock);
    return room;
}

uint64_t ng_type_entries_last_value(ng_type_record *record, uint32_t scope)
{
    ng_mutex_lock(&lock);
    const ng_type_entry *entry = *link_of(record, scope);
    uint64_t value = entry == NULL ? 0U : entry->published.value;
    ng_mutex_unlock(&lock);
    return value;
}

void ng_type_entries_bury(ng_type_record *record)
{
    ng_mutex_lock(&lock);
    ng_type_entry *entry = record->entries;
    record->entries = NULL;
    while (entry != NULL) {
        ng_type_entry *next = entry->next;
        ng_type_table_remove(entry->type, entry->scope);
        leave_owner(entry, true);
        count_entries(-1);
        entry = next;
    }
    ng_mutex_unlock(&lock);
}

static void free_dropped(ng_type_owner *owner)
{
    ng_type_entry *entry = NULL;
    while ((entry = owner->dropped) != NULL) {
        owner->dropped = entry->next_of_owner;
        free(entry);
    }
}

void ng_type_entries_end(ng_type_owner *owner)
{
    ng_mutex_lock(&lock);
    ng_type_entry *entry = NULL;
    while ((entry = owner->entries) != NULL) {
        *link_of(entry->published.mark.record, entry->scope) = entry->next;
        ng_type_table_remove(entry->type, entry->scope);
        leave_owner(entry, false);
        count_entries(-1);
    }
    free_dropped(owner);
    ng_mutex_unlock(&lock);
}

uint64_t ng_type_entries_next_dropped(ng_type_owner *owner)
{
    ng_mutex_lock(&lock);
    ng_type_entry *entry = owner->dropped;
    if (entry != NULL) {
        owner->dropped = entry->next_of_owner;
    }
    ng_mutex_unlock(&lock);
    uint64_t value = entry == NULL ? 0U : entry->published.value;
    free(entry);
    return value;
}

uint64_t ng_type_entries_count(void)
{
    return atomic_load_explicit(&entry_count, memory_order_relaxed);
}
