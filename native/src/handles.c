#include "handles.h"

#include "barrier.h"
#include "platform.h"

#define CHUNK_BITS 12U
#define CHUNK_NUMBERS (1U << CHUNK_BITS)
#define CHUNK_BYTES 65536U /* one unit of address space on Windows */
#define CHUNKS (1U << (NG_HANDLE_INDEX_BITS - CHUNK_BITS))
/* The header takes the place of the last slots. */
#define CHUNK_SLOTS (CHUNK_NUMBERS - 4U)
#define LAST_GENERATION ((1U << NG_HANDLE_GENERATION_BITS) - 1U)

typedef struct slot {
    _Atomic(PyObject *) object; /* non-null: live */
    uint32_t generation;        /* of the handle that is live, or that will be next */
    uint16_t next_free;         /* position + 1 */
    uint8_t end;                /* ng_handle_end of the generation before */
} slot;

struct ng_handle_chunk {
    slot slots[CHUNK_SLOTS];
    ng_handle_chunk *all_next, *all_previous;
    ng_handle_chunk *open_next, *open_previous;
    uint32_t number;
    uint32_t first_generation; /* of this tenure */
    uint16_t free;             /* position + 1 of the first slot to use again; 0: none */
    uint16_t fresh;            /* slots from here on were not used in this tenure */
    uint16_t live;
    bool is_open; /* in the list of chunks with room */
};

_Static_assert(sizeof(slot) <= 32, "a handle costs at most 32 bytes");
_Static_assert(sizeof(ng_handle_chunk) <= CHUNK_BYTES, "a chunk fits its pages");
_Static_assert(NG_HANDLE_INDEX_BITS + NG_HANDLE_GENERATION_BITS == 52, "bit 52 marks tokens");

/* What is known of a chunk number without looking into the chunk. */
typedef struct place {
    /* Owner's number << 32 | first generation of its tenure; owner 0: nobody's. Written by whoever
       takes or returns the number, read by anyone. Relaxed: only the owner finds himself here, and he
       wrote it; for anyone else it is a moment's view. */
    _Atomic uint64_t tenure;
    _Atomic uint32_t previous; /* the owner before; as tenure */
    _Atomic uint32_t next;     /* in the stack of free numbers: number + 1 */
    ng_handle_chunk *chunk;    /* the owner's alone */
} place;

/* Owner of all of these: the process. No lock: each is atomic, or guarded by its tenure. */
static place directory[CHUNKS];
/* Stack of chunk numbers nobody has: changes << 32 | number + 1. The count of changes keeps a pop that
   slept from taking a number that was popped and pushed meanwhile (with another `next`). */
static _Atomic uint64_t free_numbers;
static _Atomic uint32_t numbers_made;
static _Atomic uint64_t chunks_held;
static _Atomic uint64_t leaked;

static uint32_t owner_in(uint64_t tenure)
{
    return (uint32_t)(tenure >> 32);
}

static void push_number(uint32_t number)
{
    uint64_t head = atomic_load_explicit(&free_numbers, memory_order_relaxed);
    uint64_t wanted = 0;
    do {
        atomic_store_explicit(&directory[number].next, (uint32_t)head, memory_order_relaxed);
        wanted = ((head >> 32) + 1U) << 32 | (number + 1U);
        /* Release pairs with the acquire in pop_number: it sees the place as we left it. */
    } while (!atomic_compare_exchange_weak_explicit(&free_numbers, &head, wanted,
                                                    memory_order_release, memory_order_relaxed));
}

/* CHUNKS when every number is in use. */
static uint32_t pop_number(void)
{
    uint64_t head = atomic_load_explicit(&free_numbers, memory_order_acquire);
    while ((uint32_t)head != 0U) {
        uint32_t number = (uint32_t)head - 1U;
        uint64_t next = atomic_load_explicit(&directory[number].next, memory_order_relaxed);
        uint64_t wanted = ((head >> 32) + 1U) << 32 | next;
        /* Acquire pairs with the release in push_number. */
        if (atomic_compare_exchange_weak_explicit(&free_numbers, &head, wanted,
                                                  memory_order_acquire, memory_order_acquire)) {
            return number;
        }
    }
    uint32_t made = atomic_load_explicit(&numbers_made, memory_order_relaxed);
    while (made < CHUNKS) {
        /* Relaxed: the number is all that passes, and its place is as it was at the start. */
        if (atomic_compare_exchange_weak_explicit(&numbers_made, &made, made + 1U,
                                                  memory_order_relaxed, memory_order_relaxed)) {
            return made;
        }
    }
    return CHUNKS;
}

void ng_handle_cache_init(ng_handle_cache *cache, uint32_t owner)
{
    cache->owner = owner;
    cache->all = NULL;
    cache->open = NULL;
    cache->spare = NULL;
    atomic_init(&cache->live, 0U);
    atomic_init(&cache->peak, 0U);
}

static void open_chunk(ng_handle_cache *cache, ng_handle_chunk *chunk)
{
    chunk->is_open = true;
    chunk->open_previous = NULL;
    chunk->open_next = cache->open;
    if (cache->open != NULL) {
        cache->open->open_previous = chunk;
    }
    cache->open = chunk;
}

static void close_chunk(ng_handle_cache *cache, ng_handle_chunk *chunk)
{
    chunk->is_open = false;
    if (chunk->open_previous != NULL) {
        chunk->open_previous->open_next = chunk->open_next;
    } else {
        cache->open = chunk->open_next;
    }
    if (chunk->open_next != NULL) {
        chunk->open_next->open_previous = chunk->open_previous;
    }
}

/* NULL without memory or when every number is in use. */
static ng_handle_chunk *take_chunk(ng_handle_cache *cache)
{
    ng_handle_chunk *chunk = ng_pages_take(CHUNK_BYTES);
    uint32_t number = chunk == NULL ? CHUNKS : pop_number();
    if (number == CHUNKS) {
        if (chunk != NULL) {
            ng_pages_give(chunk, CHUNK_BYTES);
        }
        return NULL;
    }
    place *where = &directory[number];
    uint32_t first = (uint32_t)atomic_load_explicit(&where->tenure, memory_order_relaxed);
    chunk->number = number;
    chunk->first_generation = first == 0U ? 1U : first;
    chunk->all_next = cache->all;
    if (cache->all != NULL) {
        cache->all->all_previous = chunk;
    }
    cache->all = chunk;
    where->chunk = chunk;
    atomic_store_explicit(&where->tenure, (uint64_t)cache->owner << 32 | chunk->first_generation,
                          memory_order_relaxed);
    atomic_fetch_add_explicit(&chunks_held, 1U, memory_order_relaxed);
    return chunk;
}

/* The chunk, without live handles and in no list but `all`, goes back to the system. */
static void return_chunk(ng_handle_cache *cache, ng_handle_chunk *chunk)
{
    if (chunk->all_previous != NULL) {
        chunk->all_previous->all_next = chunk->all_next;
    } else {
        cache->all = chunk->all_next;
    }
    if (chunk->all_next != NULL) {
        chunk->all_next->all_previous = chunk->all_previous;
    }
    uint32_t next = chunk->first_generation;
    for (uint32_t i = 0; i < chunk->fresh; i++) {
        if (chunk->slots[i].generation > next) {
            next = chunk->slots[i].generation;
        }
    }
    uint32_t number = chunk->number;
    place *where = &directory[number];
    where->chunk = NULL;
    atomic_store_explicit(&where->previous, cache->owner, memory_order_relaxed);
    atomic_store_explicit(&where->tenure, next, memory_order_relaxed);
    ng_pages_give(chunk, CHUNK_BYTES);
    atomic_fetch_sub_explicit(&chunks_held, 1U, memory_order_relaxed);
    if (next <= LAST_GENERATION) {
        push_number(number); /* else it is retired: an old name would become valid again */
    }
}

/* A chunk with room, at the head of the list; NULL without memory. */
static ng_handle_chunk *room(ng_handle_cache *cache)
{
    ng_handle_chunk *chunk = cache->spare;
    cache->spare = NULL;
    if (chunk == NULL) {
        chunk = take_chunk(cache);
    }
    if (chunk != NULL) {
        open_chunk(cache, chunk);
    }
    return chunk;
}

/* A chunk has just lost its last live handle. */
static void chunk_emptied(ng_handle_cache *cache, ng_handle_chunk *chunk)
{
    bool has_room = chunk->is_open;
    if (has_room && cache->spare == NULL && cache->open == chunk && chunk->open_next == NULL) {
        return; /* the only one: the next handle goes here */
    }
    if (has_room) {
        close_chunk(cache, chunk);
        if (cache->spare == NULL) {
            cache->spare = chunk;
            return;
        }
    }
    return_chunk(cache, chunk);
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

static ng_handle name_of(const ng_handle_chunk *chunk, uint32_t position)
{
    return (uint64_t)chunk->slots[position].generation << NG_HANDLE_INDEX_BITS |
           chunk->number << CHUNK_BITS | position;
}

ng_handle ng_handle_steal(ng_handle_cache *cache, PyObject *object)
{
    ng_handle_chunk *chunk = cache->open;
    if (chunk == NULL && (chunk = room(cache)) == NULL) {
        return 0;
    }
    uint32_t position = chunk->free;
    if (position != 0U) {
        position--;
        chunk->free = chunk->slots[position].next_free;
    } else {
        position = chunk->fresh++;
        chunk->slots[position].generation = chunk->first_generation;
    }
    chunk->live++;
    if (chunk->free == 0U && chunk->fresh == CHUNK_SLOTS) {
        close_chunk(cache, chunk);
    }
    /* Release: whoever takes the object out of the slot sees it whole. */
    atomic_store_explicit(&chunk->slots[position].object, object, memory_order_release);
    count(cache, owned(cache) + 1U);
    return name_of(chunk, position);
}

/* Where a handle's slot is, as far as its number goes. */
static uint32_t chunk_number(ng_handle handle)
{
    return (uint32_t)(handle >> CHUNK_BITS) & (CHUNKS - 1U);
}

static uint32_t slot_position(ng_handle handle)
{
    return (uint32_t)handle & (CHUNK_NUMBERS - 1U);
}

static uint64_t generation_of(ng_handle handle)
{
    return handle >> NG_HANDLE_INDEX_BITS;
}

static ng_status find(const ng_handle_cache *cache, ng_handle handle, ng_handle_chunk **out)
{
    const place *where = &directory[chunk_number(handle)];
    uint64_t tenure = atomic_load_explicit(&where->tenure, memory_order_relaxed);
    if (owner_in(tenure) != cache->owner) {
        /* From before the tenure: nobody's any more, whoever has the chunk now. */
        return owner_in(tenure) == 0U || generation_of(handle) < (uint32_t)tenure ||
                       generation_of(handle) > LAST_GENERATION
                   ? NG_STATUS_STALE_HANDLE
                   : NG_STATUS_FOREIGN_HANDLE;
    }
    uint32_t position = slot_position(handle);
    if (position >= CHUNK_SLOTS ||
        where->chunk->slots[position].generation != generation_of(handle)) {
        return NG_STATUS_STALE_HANDLE;
    }
    *out = where->chunk;
    return NG_STATUS_OK;
}

ng_status ng_handle_borrow(const ng_handle_cache *cache, ng_handle handle, PyObject **out)
{
    ng_handle_chunk *chunk = NULL;
    ng_status status = find(cache, handle, &chunk);
    if (status != NG_STATUS_OK) {
        return status;
    }
    /* Acquire pairs with the release in ng_handle_steal. */
    *out = atomic_load_explicit(&chunk->slots[slot_position(handle)].object, memory_order_acquire);
    return *out != NULL ? NG_STATUS_OK : NG_STATUS_STALE_HANDLE;
}

static PyObject *exchange_for_null(slot *cell)
{
#if defined(NOGIL_UNSAFE_HANDLES)
    /* Canary: look, then act. */
    PyObject *object = atomic_load_explicit(&cell->object, memory_order_acquire);
    NG_BARRIER_POINT();
    atomic_store_explicit(&cell->object, NULL, memory_order_release);
    return object;
#else
    /* Acquire pairs with the release in ng_handle_steal; release: what we did with the object is done. */
    return atomic_exchange_explicit(&cell->object, NULL, memory_order_acq_rel);
#endif
}

/* The only way out of a slot: whoever gets the non-null pointer owns the reference. */
static PyObject *empty(ng_handle_cache *cache, ng_handle_chunk *chunk, uint32_t position,
                       ng_handle_end end)
{
    slot *cell = &chunk->slots[position];
    PyObject *object = exchange_for_null(cell);
    if (object == NULL) {
        return NULL;
    }
    count(cache, owned(cache) - 1U);
    cell->end = (uint8_t)end;
    cell->generation++;
    /* A slot beyond the last generation is retired: used again, it would make an old name valid. */
    if (cell->generation <= LAST_GENERATION) {
        cell->next_free = chunk->free;
        chunk->free = (uint16_t)(position + 1U);
        if (!chunk->is_open) {
            open_chunk(cache, chunk);
        }
    }
    chunk->live--;
    if (chunk->live == 0U) {
        chunk_emptied(cache, chunk);
    }
    return object;
}

ng_status ng_handle_take_as(ng_handle_cache *cache, ng_handle handle, ng_handle_end end,
                            PyObject **out)
{
    ng_handle_chunk *chunk = NULL;
    ng_status status = find(cache, handle, &chunk);
    if (status != NG_STATUS_OK) {
        return status;
    }
    *out = empty(cache, chunk, slot_position(handle), end);
    return *out != NULL ? NG_STATUS_OK : NG_STATUS_STALE_HANDLE;
}

ng_status ng_handle_take(ng_handle_cache *cache, ng_handle handle, PyObject **out)
{
    return ng_handle_take_as(cache, handle, NG_HANDLE_END_RELEASED, out);
}

PyObject *ng_handle_take_next(ng_handle_cache *cache, uint32_t *cursor)
{
    ng_handle_chunk *chunk = cache->all;
    while (chunk != NULL && chunk->live == 0U) {
        chunk = chunk->all_next;
    }
    if (chunk == NULL) {
        return NULL;
    }
    /* One is live. The cursor may be from a chunk that is gone by now: then round once. */
    uint32_t position = *cursor;
    for (;; position++) {
        if (position >= chunk->fresh) {
            position = 0;
        }
        if (atomic_load_explicit(&chunk->slots[position].object, memory_order_relaxed) != NULL) {
            *cursor = position + 1U;
            return empty(cache, chunk, position, NG_HANDLE_END_ENVIRONMENT);
        }
    }
}

void ng_handle_cache_empty(ng_handle_cache *cache)
{
    cache->open = NULL;
    cache->spare = NULL;
    while (cache->all != NULL) {
        return_chunk(cache, cache->all);
    }
}

size_t ng_handle_cache_list(const ng_handle_cache *cache, ng_handle *out, size_t capacity)
{
    size_t found = 0;
    for (const ng_handle_chunk *chunk = cache->all; chunk != NULL; chunk = chunk->all_next) {
        for (uint32_t i = 0; i < chunk->fresh; i++) {
            if (atomic_load_explicit(&chunk->slots[i].object, memory_order_relaxed) == NULL) {
                continue;
            }
            if (found < capacity) {
                out[found] = name_of(chunk, i);
            }
            found++;
        }
    }
    return found;
}

/* Of a handle in a chunk of the caller's own. */
static void describe_own(const ng_handle_chunk *chunk, uint32_t position, ng_handle_history *out)
{
    const slot *cell = &chunk->slots[position];
    bool used = position < chunk->fresh;
    uint32_t now = used ? cell->generation : chunk->first_generation;
    bool live = atomic_load_explicit(&cell->object, memory_order_relaxed) != NULL;
    out->current_generation = now;
    if (out->generation == now) {
        out->state = live ? NG_HANDLE_STATE_LIVE : NG_HANDLE_STATE_NEVER;
    } else if (out->generation < now) {
        out->state = NG_HANDLE_STATE_RELEASED;
        if (out->generation >= chunk->first_generation) {
            out->last_owner = out->owner;
        }
        if (used && out->generation + 1U == now && out->generation >= chunk->first_generation) {
            out->end = cell->end;
        }
    }
}

void ng_handle_cache_describe(const ng_handle_cache *cache, ng_handle handle,
                              ng_handle_history *out)
{
    *out = (ng_handle_history){.kind = NG_HANDLE_KIND_HANDLE, .state = NG_HANDLE_STATE_NEVER};
    uint64_t generation = generation_of(handle);
    uint32_t position = slot_position(handle);
    out->slot = (uint32_t)handle & ((1U << NG_HANDLE_INDEX_BITS) - 1U);
    if (generation == 0U || generation > LAST_GENERATION || position >= CHUNK_SLOTS) {
        return;
    }
    out->generation = (uint32_t)generation;
    const place *where = &directory[chunk_number(handle)];
    uint64_t tenure = atomic_load_explicit(&where->tenure, memory_order_relaxed);
    out->owner = owner_in(tenure);
    out->last_owner = atomic_load_explicit(&where->previous, memory_order_relaxed);
    if (cache != NULL && out->owner == cache->owner) {
        describe_own(where->chunk, position, out);
    } else if (generation < (uint32_t)tenure) {
        out->state = NG_HANDLE_STATE_RELEASED;
    } else if (out->owner != 0U) {
        out->state = NG_HANDLE_STATE_FOREIGN;
    }
}

void ng_handles_count_leaked(uint64_t handles)
{
    atomic_fetch_add_explicit(&leaked, handles, memory_order_relaxed);
}

#if defined(NOGIL_STRESS)
void ng_handles_begin_at(uint32_t generation)
{
    atomic_store_explicit(&directory[0].tenure, generation, memory_order_relaxed);
}
#endif

uint64_t ng_handles_bytes(void)
{
    return atomic_load_explicit(&chunks_held, memory_order_relaxed) * CHUNK_BYTES;
}

void ng_handles_statistics(ng_statistics *out)
{
    out->handles_leaked = atomic_load_explicit(&leaked, memory_order_relaxed);
    out->slots = atomic_load_explicit(&chunks_held, memory_order_relaxed) * CHUNK_SLOTS;
}
