/*
 * type_cache_share.h: an environment's creations in progress, and the types of its JavaScript classes.
 * Owner:    the environment; its end hook frees it.
 * Thread:   the environment's own, detached, unless said otherwise.
 * Lifetime: as type_cache.h.
 */
#ifndef NG_TYPE_CACHE_SHARE_H
#define NG_TYPE_CACHE_SHARE_H

#include "environment.h"
#include "type_entries.h"

#include <stdlib.h>

/* A reference, in a list of those to be dropped once no lock is held. */
typedef struct ng_type_reference {
    struct ng_type_reference *next;
    PyObject *type; /* NULL: none yet */
} ng_type_reference;

/* One creation. Those above it in the stack were begun after it. */
typedef struct ng_type_creation {
    uint64_t token;
    /* To the type; of a class's creation: to what was offered. On its own, so that ending a creation needs
       no memory. */
    ng_type_reference *reference;
    ng_type_entry *entry; /* prepared; NULL: the creation of a type for a JavaScript class */
    uint64_t value;       /* what was offered, or the result; 0: nothing yet */
    uint32_t number;      /* of the JavaScript class */
    bool finished;        /* waits for the outermost one */
} ng_type_creation;

typedef struct ng_type_share {
    ng_end_hook end; /* first: the hook is the share */
    ng_environment *environment;
    ng_type_owner owner;
    ng_type_creation *creations;
    size_t count;
    size_t capacity;
    uint64_t last_token;
    PyObject **classes; /* by number; each a reference or NULL */
    uint32_t class_capacity;
} ng_type_share;

/* The environment's share, made at its first use; NULL without memory. */
ng_type_share *ng_type_share_of(ng_environment *environment);

/* A creation on top of the stack; answers CREATE. NULL without memory. */
ng_type_creation *ng_type_share_begin(ng_type_share *share, ng_type_cache_answer *out);

/* Room for a class of that number. False without memory. */
bool ng_type_share_reserve_class(ng_type_share *share, uint32_t number);

/* Publishes all creations, or (OUT_OF_MEMORY) undoes them. */
ng_status ng_type_share_publish(ng_type_share *share, ng_type_reference **doomed);

/* Undoes creations from number `from` on. Returns how many were in progress: each held the creation
   lock once. References go to the head of `doomed`. */
size_t ng_type_share_undo(ng_type_share *share, size_t from, ng_type_reference **doomed);

/* Drops references; with the gate closed they are leaked on purpose and counted. May run Python, and
   JavaScript of this thread. */
void ng_type_share_drop(ng_environment *environment, PyObject **types, size_t count);
/* The same, and frees the list. */
void ng_type_share_drop_doomed(ng_environment *environment, ng_type_reference *doomed);

void ng_type_share_count_class(int more);
/* Fills classes, created, abandoned. Thread: any. */
void ng_type_share_statistics(ng_type_cache_statistics *out);

#endif
