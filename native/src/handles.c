#include "handles.h"

#include "platform.h"

#include <stdlib.h>

/* Chunks never move and are never freed, so a slot's address is good for ever. */
#define CHUNK_BITS 12U
#define CHUNK_SLOTS (1U << CHUNK_BITS)
#define CHUNKS (1U << (NG_HANDLE_INDEX_BITS - CHUNK_BITS))
#define LAST_GENERATION ((1U << NG_HANDLE_GENERATION_BITS) - 1U)

/* How many free slots go from the process to an environment at once, and back when it has too many. */
#define BATCH 64U

typedef struct slot {
    _Atomic(PyObject *) object; /* non-null: live */
    /* Written by the owner only, handed on with the slot under free_lock. Atomic because anyone may
       look whether a slot is his: relaxed, as only the owner finds himself there. */
    _Atomic uint32_t owner;
    uint32_t generation; /* owner */
    uint32_t next_free;  /* slot number + 1; as generation */
} slot;

_Static_assert(sizeof(slot) <= 32, "a handle costs at most 32 bytes");
_Static_assert(NG_HANDLE_INDEX_BITS + NG_HANDLE_GENERATION_BITS < 53, "a handle is a safe integer");

static _Atomic(slot *) chunks[CHUNKS];
static ng_mutex free_lock = NG_MUTEX_INITIALIZER;
static uint32_t free_first; /* free_lock */
static uint32_t slots_made; /* free_lock */
static _Atomic uint64_t leaked;

static slot *slot_at(uint32_t index)
{
    /* Acquire pairs with the release that published the chunk. */
    slot *chunk = atomic_load_explicit(&chunks[index >> CHUNK_BITS], memory_order_acquire);
    return chunk == NULL ? NULL : &chunk[index & (CHUNK_SLOTS - 1U)];
}

void ng_handle_cache_init(ng_handle_cache *cache, uint32_t owner)
{
    cache->owner = owner;
    cache->first = 0;
    cache->count = 0;
    atomic_init(&cache->live, 0U);
    atomic_init(&cache->peak, 0U);
}

/* Under free_lock. False without memory or when every number is in use. */
static bool grow(void)
{
    uint32_t number = slots_made >> CHUNK_BITS;
    if (number >= CHUNKS) {
        return false;
    }
    slot *chunk = calloc(CHUNK_SLOTS, sizeof *chunk);
    if (chunk == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < CHUNK_SLOTS; i++) {
        chunk[i].generation = 1;
        chunk[i].next_free = i + 1U < CHUNK_SLOTS ? slots_made + i + 2U : free_first;
    }
    free_first = slots_made + 1U;
    slots_made += CHUNK_SLOTS;
    atomic_store_explicit(&chunks[number], chunk, memory_order_release);
    return true;
}

static bool refill(ng_handle_cache *cache)
{
    ng_mutex_lock(&free_lock);
    if (free_first != 0U || grow()) {
        uint32_t last = free_first;
        uint32_t taken = 1;
        slot *end = slot_at(last - 1U);
        while (taken < BATCH && end->next_free != 0U) {
            end = slot_at(end->next_free - 1U);
            taken++;
        }
        cache->first = free_first;
        cache->count = taken;
        free_first = end->next_free;
        end->next_free = 0;
    }
    ng_mutex_unlock(&free_lock);
    return cache->first != 0U;
}

/* Moves `count` slots, or all there are, from the cache to the process. */
static void give_back(ng_handle_cache *cache, uint32_t count)
{
    if (cache->first == 0U || count == 0U) {
        return;
    }
    uint32_t first = cache->first;
    uint32_t moved = 1;
    slot *end = slot_at(first - 1U);
    while (moved < count && end->next_free != 0U) {
        end = slot_at(end->next_free - 1U);
        moved++;
    }
    cache->first = end->next_free;
    cache->count -= moved;
    ng_mutex_lock(&free_lock);
    end->next_free = free_first;
    free_first = first;
    ng_mutex_unlock(&free_lock);
}

static uint64_t owned(const ng_handle_cache *cache)
{
    return atomic_load_explicit(&cache->live, memory_order_relaxed);
}

/* Plain arithmetic on our own line; atomic only so that statistics may read it. */
static void count(ng_handle_cache *cache, uint64_t now)
{
    atomic_store_explicit(&cache->live, now, memory_order_relaxed);
    if (now > atomic_load_explicit(&cache->peak, memory_order_relaxed)) {
        atomic_store_explicit(&cache->peak, now, memory_order_relaxed);
    }
}

static uint32_t owner_of(slot *cell)
{
    return atomic_load_explicit(&cell->owner, memory_order_relaxed);
}

ng_handle ng_handle_steal(ng_handle_cache *cache, PyObject *object)
{
    if (cache->first == 0U && !refill(cache)) {
        return 0;
    }
    uint32_t index = cache->first - 1U;
    slot *cell = slot_at(index);
    cache->first = cell->next_free;
    cache->count--;
    atomic_store_explicit(&cell->owner, cache->owner, memory_order_relaxed);
    /* Release: whoever takes the object out of the slot sees it whole. */
    atomic_store_explicit(&cell->object, object, memory_order_release);
    count(cache, owned(cache) + 1U);
    return (uint64_t)cell->generation << NG_HANDLE_INDEX_BITS | index;
}

static ng_status find(const ng_handle_cache *cache, ng_handle handle, slot **out)
{
    uint32_t index = (uint32_t)(handle & ((1U << NG_HANDLE_INDEX_BITS) - 1U));
    uint64_t generation = handle >> NG_HANDLE_INDEX_BITS;
    slot *cell = slot_at(index);
    if (cell == NULL) {
        return NG_STATUS_STALE_HANDLE;
    }
    /* Owner first: the generation of somebody else's slot may change under our eyes. */
    uint32_t owner = owner_of(cell);
    if (owner != cache->owner) {
        return owner == 0U ? NG_STATUS_STALE_HANDLE : NG_STATUS_FOREIGN_HANDLE;
    }
    if (cell->generation != generation) {
        return NG_STATUS_STALE_HANDLE;
    }
    *out = cell;
    return NG_STATUS_OK;
}

ng_status ng_handle_borrow(const ng_handle_cache *cache, ng_handle handle, PyObject **out)
{
    slot *cell = NULL;
    ng_status status = find(cache, handle, &cell);
    if (status != NG_STATUS_OK) {
        return status;
    }
    *out = atomic_load_explicit(&cell->object, memory_order_acquire);
    return *out != NULL ? NG_STATUS_OK : NG_STATUS_STALE_HANDLE;
}

/* The only way out of a slot: whoever gets the non-null pointer owns the reference. */
static PyObject *empty(ng_handle_cache *cache, slot *cell, uint32_t index)
{
    PyObject *object = atomic_exchange_explicit(&cell->object, NULL, memory_order_acq_rel);
    if (object == NULL) {
        return NULL;
    }
    count(cache, owned(cache) - 1U);
    atomic_store_explicit(&cell->owner, 0U, memory_order_relaxed);
    if (cell->generation == LAST_GENERATION) {
        return object; /* retired: to use the number again would make an old name valid */
    }
    cell->generation++;
    cell->next_free = cache->first;
    cache->first = index + 1U;
    cache->count++;
    if (cache->count > 2U * BATCH) {
        give_back(cache, BATCH);
    }
    return object;
}

ng_status ng_handle_take(ng_handle_cache *cache, ng_handle handle, PyObject **out)
{
    slot *cell = NULL;
    ng_status status = find(cache, handle, &cell);
    if (status != NG_STATUS_OK) {
        return status;
    }
    *out = empty(cache, cell, (uint32_t)(handle & ((1U << NG_HANDLE_INDEX_BITS) - 1U)));
    return *out != NULL ? NG_STATUS_OK : NG_STATUS_STALE_HANDLE;
}

PyObject *ng_handle_take_next(ng_handle_cache *cache, uint32_t *index)
{
    for (; owned(cache) > 0U; (*index)++) {
        slot *cell = slot_at(*index);
        if (cell == NULL) {
            return NULL;
        }
        if (owner_of(cell) == cache->owner) {
            PyObject *object = empty(cache, cell, (*index)++);
            if (object != NULL) {
                return object;
            }
        }
    }
    return NULL;
}

void ng_handle_cache_empty(ng_handle_cache *cache)
{
    give_back(cache, UINT32_MAX);
}

void ng_handles_count_leaked(uint64_t handles)
{
    atomic_fetch_add_explicit(&leaked, handles, memory_order_relaxed);
}

void ng_handles_statistics(ng_statistics *out)
{
    out->handles_leaked = atomic_load_explicit(&leaked, memory_order_relaxed);
    ng_mutex_lock(&free_lock);
    out->slots = slots_made;
    ng_mutex_unlock(&free_lock);
}
