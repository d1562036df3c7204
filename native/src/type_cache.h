/*
 * type_cache.h: Python type to JavaScript class and back. Two phases: what is in progress belongs to the
 * environment that holds the creation lock, and is seen by nobody else; what is published is complete,
 * and found without a lock (type_table.h). The plain C face is in nogil.h.
 *
 * A *creation* is what one `begin` started. Creations of an environment form a stack; when the
 * outermost completes, all of them are published; when one is abandoned, it and those above it leave no
 * trace.
 *
 * Owner:    each environment has a share: its stack, and the types of its JavaScript classes. Published
 *           entries belong to type_entries.c. A creation holds a reference to its type; an entry for a
 *           type holds none, an entry for a JavaScript class holds one.
 * Thread:   a share is touched by its environment's thread only.
 * Lock:     the creation lock, from `begin` to the end of the creation: once for each that is in progress.
 * Lifetime: from the environment's first use of the cache to its end hook.
 */
#ifndef NG_TYPE_CACHE_H
#define NG_TYPE_CACHE_H

#include "emit_lock.h"

/* As ng_type_cache_find, for whoever has the type itself. False: nothing published is current.
   scope: an environment's number, or 0. Thread: any that keeps the type alive, attached or not. */
bool ng_type_cache_look(PyTypeObject *type, uint32_t scope, uint64_t *value);

#endif
