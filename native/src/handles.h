/*
 * handles.h: names for owned PyObject pointers, in one table for the process.
 *
 * A handle is a slot's number and the generation the slot had when it was filled, in one integer
 * below 2^53, so that JavaScript holds it as a number. Releasing raises the generation: a released
 * name never names another object (a slot whose generations are used up is retired).
 *
 * Owner:    one strong reference per live slot; the slot belongs to one environment.
 * Thread:   a handle is made, used and released on its owner's thread. Slots wander between
 *           environments only while free, through the lists below.
 * Lock:     `free_lock` guards the process's list of free slots and the growth of the table. It is
 *           a leaf: nothing is called under it. Reading a slot takes no lock.
 * Lifetime: the table lives as long as the process.
 */
#ifndef NG_HANDLES_H
#define NG_HANDLES_H

#include "capi.h"

#include "../include/nogil.h"

#include <stdatomic.h>
#include <stdint.h>

#define NG_HANDLE_INDEX_BITS 27U
#define NG_HANDLE_GENERATION_BITS 25U /* 52 bits in all: one to spare below 2^53 */

/* The free slots an environment has at hand. Owner: that environment. */
typedef struct ng_handle_cache {
    uint32_t owner; /* never 0 */
    uint32_t first; /* slot number + 1; 0: empty */
    uint32_t count;
    _Atomic uint64_t live; /* written by the owner, read by statistics */
    _Atomic uint64_t peak;
} ng_handle_cache;

/* Prepares a cache for the environment numbered `owner`. */
void ng_handle_cache_init(ng_handle_cache *cache, uint32_t owner);

/*
 * Names `object`, taking over the caller's reference. 0 without memory: then the reference is still
 * the caller's. Thread: the owner's, attached or not.
 */
ng_handle ng_handle_steal(ng_handle_cache *cache, PyObject *object);

/*
 * The object behind a handle, as a borrowed reference that is good until the handle is released:
 * take one of your own before running anything. Thread: the owner's.
 */
ng_status ng_handle_borrow(const ng_handle_cache *cache, ng_handle handle, PyObject **out);

/*
 * Empties the slot and gives its reference to the caller, who alone may drop it.
 * Returns OK, STALE_HANDLE, FOREIGN_HANDLE. Thread: the owner's.
 */
ng_status ng_handle_take(ng_handle_cache *cache, ng_handle handle, PyObject **out);

/* Finds a slot of `cache`'s owner from number *index on, empties it and gives its reference out;
   NULL when there are no more. For an environment that ends. Thread: the owner's. */
PyObject *ng_handle_take_next(ng_handle_cache *cache, uint32_t *index);

/* Gives the cache's free slots back to the process. Thread: the owner's, when it ends. */
void ng_handle_cache_empty(ng_handle_cache *cache);

/* Counts `handles` as leaked on purpose: their owner ended while the gate was closed. Thread: any. */
void ng_handles_count_leaked(uint64_t handles);

/* Fills what the table knows: slots, leaked. Thread: any. */
void ng_handles_statistics(ng_statistics *out);

#endif
