/*
 * handles.h: names for owned PyObject pointers, in one table for the process.
 *
 * A handle is a slot's number and the generation the slot had when it was filled, in one integer
 * below 2^52, so that JavaScript holds it as a number. Releasing raises the generation: a released
 * name never names another object (a slot whose generations are used up is retired).
 *
 * The table is made of chunks. A chunk belongs to one environment at a time, and only that one looks
 * into it; whose it is stands outside of it, in a directory that anyone may read. So a foreign handle is
 * recognised without touching memory that another thread writes, an environment that ends finds its
 * own handles without a search, and a chunk without live handles goes back to the system. The directory
 * keeps the generation with which a chunk begins when it is used again: handles from before stay stale.
 *
 * Owner:    one strong reference per live slot; the slot's chunk belongs to one environment.
 * Thread:   a handle is made, used and released on its owner's thread. Objects that other threads may
 *           have are named by tokens: handles_shared.h.
 * Lock:     none. Chunk numbers wander between environments over a lock-free stack.
 * Lifetime: the directory lives as long as the process, a chunk's memory as long as its tenure.
 */
#ifndef NG_HANDLES_H
#define NG_HANDLES_H

#include "capi.h"

#include "../include/nogil.h"

#include <stdatomic.h>
#include <stdint.h>

#define NG_HANDLE_INDEX_BITS 27U
#define NG_HANDLE_GENERATION_BITS 25U /* 52 bits in all: bit 52 marks a token (handles_shared.h) */

typedef struct ng_handle_chunk ng_handle_chunk;

/* The chunks of an environment. Owner: that environment; others read only what is atomic. */
typedef struct ng_handle_cache {
    uint32_t owner;        /* never 0 */
    ng_handle_chunk *all;  /* every chunk it has */
    ng_handle_chunk *open; /* those with room: the first one is used next */
    ng_handle_chunk
        *spare; /* one without live handles, kept so that a loop around a chunk's end does
                               not take and return memory each time */
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

/* The same, and the slot remembers how its handle ended. */
ng_status ng_handle_take_as(ng_handle_cache *cache, ng_handle handle, ng_handle_end end,
                            PyObject **out);

/* Empties one of the cache's live slots, looking from *cursor (0 at first) on, and gives its reference
   out; NULL when there are no more. For an environment that ends. Thread: the owner's. */
PyObject *ng_handle_take_next(ng_handle_cache *cache, uint32_t *cursor);

/* Gives the cache's chunks back. Thread: the owner's, when it ends and nothing in it is live. */
void ng_handle_cache_empty(ng_handle_cache *cache);

/* Writes the first `capacity` live handles to `out`; how many there are. Thread: the owner's. */
size_t ng_handle_cache_list(const ng_handle_cache *cache, ng_handle *out, size_t capacity);

/* Everything known of a number that should be a handle. `cache` may be NULL: then every handle is
   somebody else's. Thread: the owner's of `cache`. */
void ng_handle_cache_describe(const ng_handle_cache *cache, ng_handle handle,
                              ng_handle_history *out);

/* Counts `handles` as leaked on purpose: their owner ended while the gate was closed. Thread: any. */
void ng_handles_count_leaked(uint64_t handles);

/* Fills what the table knows: slots, leaked. Thread: any. */
void ng_handles_statistics(ng_statistics *out);

/* Bytes of the chunks in use. Thread: any. */
uint64_t ng_handles_bytes(void);

#if defined(NOGIL_STRESS)
/* For scenarios: the first chunk begins with this generation, so that a test sees the last one. Thread:
   any, before there is a handle. */
void ng_handles_begin_at(uint32_t generation);
#endif

#endif
