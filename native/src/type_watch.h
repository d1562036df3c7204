/*
 * type_watch.h: what became of a Python type since it was looked at: changed, or gone.
 *
 * A *record* stands for a type. Its generation rises when the type, or a base of it, is changed, and when
 * the type dies; it never falls, also not when the record is used for another type. A *mark* is what the
 * record (and the one of the metaclass) said at a moment.
 *
 * How changes are noticed: on 3.12 and newer by a type watcher, which CPython calls on the thread that makes the
 * change. Where there is none (older versions, or all eight watchers are taken), by comparing version tags
 * at each use. A type that CPython gives no version tag to, and all types where tags cannot be found, have
 * marks that are never current: what is derived from them is made again at each use.
 *
 * Owner:    the process.
 * Thread:   said at each function.
 * Lock:     `index_lock` in type_watch.c guards the index and the free records. A leaf, held for a few
 *           instructions: watchers take it while attached, and under locks of CPython's.
 * Lifetime: a record is never freed, so that a mark can be compared at any time.
 */
#ifndef NG_TYPE_WATCH_H
#define NG_TYPE_WATCH_H

#include "capi.h"

#include <stdatomic.h>

typedef struct ng_type_record {
    /* Changed only while the type is born or dead: who keeps the type alive never sees it change. */
    _Atomic(PyTypeObject *) type;
    _Atomic uint64_t generation;   /* never 0 */
    PyObject *weak;                /* strong; set by the maker, taken by whoever buries the type */
    struct ng_type_record *next;   /* index_lock */
    bool watched;                  /* the creation lock */
    struct ng_type_entry *entries; /* type_entries.c's, under its lock */
} ng_type_record;

/* Called when a type that has a record dies. */
typedef void (*ng_type_burial)(ng_type_record *record);

typedef struct ng_type_mark {
    ng_type_record *record;
    uint64_t generation;       /* 0: never current */
    ng_type_record *metaclass; /* NULL: `type` itself, which nobody can change */
    uint64_t metaclass_generation;
    uint32_t tag; /* 0: a watcher looks after it */
    uint32_t metaclass_tag;
} ng_type_mark;

/* How changes are noticed in this process. The values are nogil.h's ng_type_cache_method. */
uint32_t ng_type_watch_method(void);

/* Changes that watchers reported and that concerned a record. Thread: any. */
uint64_t ng_type_watch_changes(void);
/* Types that had a record and died. Thread: any. */
uint64_t ng_type_watch_deaths(void);

/*
 * Marks the type as it is now: what is read from it after this call is what the mark stands for.
 * buried: called when the type dies, on any thread, attached, with no lock held; the record is used again after
 *         that. Always the same function.
 * False with a Python exception set. Thread: attached, under the creation lock; the caller keeps the type.
 */
bool ng_type_watch_mark(PyTypeObject *type, ng_type_burial buried, ng_type_mark *out);

/* Whether the type is what it was when the mark was made. Thread: any that keeps the type alive, attached
   or not. */
bool ng_type_mark_is_current(PyTypeObject *type, const ng_type_mark *mark);

#endif
