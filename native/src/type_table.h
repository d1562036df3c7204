/*
 * type_table.h: what is published, by type and scope; found without a lock.
 *
 * Open addressing. Each cell has a sequence number, which is odd while the cell is being written: a reader
 * that sees it change takes the cell for another's, so that what it returns is never put together from two
 * entries. Reading never waits, and may miss an entry that is being moved; whoever misses asks again
 * under the creation lock.
 *
 * Owner:    the process; the type cache writes.
 * Thread:   reading: any that keeps the type alive, attached or not. Writing: under the type cache's
 *           lock.
 * Lifetime: growth publishes a new table of twice the size. The old ones are kept, as somebody may be reading
 *           them: together they are smaller than the new one. What is found in one was true when the
 *           reader began; its mark tells whether it still is.
 */
#ifndef NG_TYPE_TABLE_H
#define NG_TYPE_TABLE_H

#include "type_watch.h"

/* The scope of NG_TYPE_CACHE_SHAPE. Environments are numbered from 1; shared is 0. */
#define NG_TYPE_SCOPE_SHAPE UINT32_MAX

typedef struct ng_type_found {
    uint64_t value;
    ng_type_mark mark;
} ng_type_found;

/* Whether something is published for the type in that scope, and what. The mark is not compared. */
bool ng_type_table_find(PyTypeObject *type, uint32_t scope, ng_type_found *out);

/* Makes room for `count` more. False without memory. Thread: writer. */
bool ng_type_table_reserve(size_t count);

/* Adds it, or replaces what was there. There is room. Thread: writer. */
void ng_type_table_put(PyTypeObject *type, uint32_t scope, const ng_type_found *entry);

/* Removes it, when it is there. Thread: writer. */
void ng_type_table_remove(PyTypeObject *type, uint32_t scope);

/* Cells of the table. Thread: any. */
uint64_t ng_type_table_capacity(void);

#endif
