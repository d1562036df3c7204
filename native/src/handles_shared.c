#include "handles_shared.h"

#include "barrier.h"

#include <stdatomic.h>
#include <stdlib.h>

#define INDEX_BITS 24U
#define GENERATION_BITS 28U
#define CHUNK_BITS 10U
#define CHUNK_SLOTS (1U << CHUNK_BITS)
#define CHUNKS (1U << (INDEX_BITS - CHUNK_BITS))
#define LAST_GENERATION ((1U << GENERATION_BITS) - 1U)

/* slot.word: generation << 32 | LIVE | DYING | pins. Neither LIVE nor DYING: free. */
#define LIVE (UINT64_C(1) << 31)
#define DYING (UINT64_C(1) << 30)
#define PINS (DYING - 1U)

typedef struct slot {
    _Atomic uint64_t word;
    _Atomic(PyObject *) object;
    /* Told to people only; relaxed, and good if the word is the same before and after reading. */
    _Atomic uint32_t sharer;
    _Atomic uint32_t ended_by;
    _Atomic uint32_t next; /* in the stack of free slots: index + 1 */
    _Atomic uint16_t lifetime;
    _Atomic uint16_t end; /* ng_handle_end of the last generation that ended */
} slot;

_Static_assert(sizeof(slot) <= 32, "a token costs at most 32 bytes");
_Static_assert(INDEX_BITS + GENERATION_BITS == 52, "bit 52 marks tokens");

/* Owner of all of these: the process. No lock: each is atomic. */
static _Atomic(slot *) chunks[CHUNKS];
static _Atomic uint32_t slots_made;
/* Stack of free slots: changes << 32 | index + 1; the count of changes as in handles.c. */
static _Atomic uint64_t free_slots;
static _Atomic uint64_t live_now;
static _Atomic uint64_t live_peak;
static _Atomic uint64_t chunks_made;

static slot *slot_at(uint32_t index)
{
    /* Acquire pairs with the release that published the chunk. */
    slot *chunk = atomic_load_explicit(&chunks[index >> CHUNK_BITS], memory_order_acquire);
    return chunk == NULL ? NULL : &chunk[index & (CHUNK_SLOTS - 1U)];
}

static uint32_t index_of(ng_token token)
{
    return (uint32_t)token & ((1U << INDEX_BITS) - 1U);
}

static uint32_t generation_of(ng_token token)
{
    return (uint32_t)(token >> INDEX_BITS) & LAST_GENERATION;
}

static slot *slot_of(ng_token token)
{
    return token >> 52 == 1U ? slot_at(index_of(token)) : NULL;
}

/* One step of a slot's word; every race between threads is decided here. */
static bool step(slot *cell, uint64_t *seen, uint64_t wanted)
{
#if defined(NOGIL_UNSAFE_HANDLES)
    /* Canary: what was seen is believed, and acted on. */
    NG_BARRIER_POINT();
    (void)seen;
    atomic_store_explicit(&cell->word, wanted, memory_order_release);
    return true;
#else
    NG_BARRIER_POINT();
    /* Release: what we did with the object, or wrote into the slot, comes before. Acquire: what others
       did before their step is done. Each step pairs with the one before it on the same word. */
    return atomic_compare_exchange_weak_explicit(&cell->word, seen, wanted, memory_order_acq_rel,
                                                 memory_order_acquire);
#endif
}

/* ---- free slots --------------------------------------------------------------------------- */

static void push_free(uint32_t index, slot *cell)
{
    uint64_t head = atomic_load_explicit(&free_slots, memory_order_relaxed);
    uint64_t wanted = 0;
    do {
        atomic_store_explicit(&cell->next, (uint32_t)head, memory_order_relaxed);
        wanted = ((head >> 32) + 1U) << 32 | (index + 1U);
        /* Release pairs with the acquire in pop_free. */
    } while (!atomic_compare_exchange_weak_explicit(&free_slots, &head, wanted,
                                                    memory_order_release, memory_order_relaxed));
}

/* False without memory. */
static bool ensure_chunk(uint32_t number)
{
    if (atomic_load_explicit(&chunks[number], memory_order_acquire) != NULL) {
        return true;
    }
    slot *made = calloc(CHUNK_SLOTS, sizeof *made);
    if (made == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < CHUNK_SLOTS; i++) {
        atomic_init(&made[i].word, UINT64_C(1) << 32);
    }
    slot *none = NULL;
    /* Release pairs with the acquire in slot_at. Whoever is second uses the first one's. */
    if (atomic_compare_exchange_strong_explicit(&chunks[number], &none, made, memory_order_release,
                                                memory_order_acquire)) {
        atomic_fetch_add_explicit(&chunks_made, 1U, memory_order_relaxed);
    } else {
        free(made);
    }
    return true;
}

/* A free slot that is the caller's alone; NULL without memory or when every number is in use. */
static slot *pop_free(uint32_t *index)
{
    uint64_t head = atomic_load_explicit(&free_slots, memory_order_acquire);
    while ((uint32_t)head != 0U) {
        *index = (uint32_t)head - 1U;
        slot *cell = slot_at(*index);
        uint64_t next = atomic_load_explicit(&cell->next, memory_order_relaxed);
        uint64_t wanted = ((head >> 32) + 1U) << 32 | next;
        /* Acquire pairs with the release in push_free. */
        if (atomic_compare_exchange_weak_explicit(&free_slots, &head, wanted, memory_order_acquire,
                                                  memory_order_acquire)) {
            return cell;
        }
    }
    uint32_t made = atomic_load_explicit(&slots_made, memory_order_relaxed);
    while (made < CHUNKS * CHUNK_SLOTS && ensure_chunk(made >> CHUNK_BITS)) {
        /* Release pairs with the acquire in ng_shared_end_next: whoever counts the slot finds its chunk. */
        if (atomic_compare_exchange_weak_explicit(&slots_made, &made, made + 1U,
                                                  memory_order_release, memory_order_relaxed)) {
            *index = made;
            return slot_at(made);
        }
    }
    return NULL;
}

/* ---- tokens ------------------------------------------------------------------------------- */

static void count_one_more(void)
{
    uint64_t now = atomic_fetch_add_explicit(&live_now, 1U, memory_order_relaxed) + 1U;
    uint64_t peak = atomic_load_explicit(&live_peak, memory_order_relaxed);
    while (now > peak && !atomic_compare_exchange_weak_explicit(
                             &live_peak, &peak, now, memory_order_relaxed, memory_order_relaxed)) {
    }
}

ng_token ng_shared_steal(PyObject *object, uint32_t sharer, ng_share_lifetime lifetime)
{
    uint32_t index = 0;
    slot *cell = pop_free(&index);
    if (cell == NULL) {
        return 0;
    }
    /* Free slots change only in the hands of who popped them. */
    uint64_t word = atomic_load_explicit(&cell->word, memory_order_relaxed);
    atomic_store_explicit(&cell->object, object, memory_order_relaxed);
    atomic_store_explicit(&cell->sharer, sharer, memory_order_relaxed);
    atomic_store_explicit(&cell->lifetime, (uint16_t)lifetime, memory_order_relaxed);
    count_one_more();
    /* Release pairs with the acquire in `step`: who finds it live finds the object. */
    atomic_store_explicit(&cell->word, word | LIVE, memory_order_release);
    return NG_TOKEN_MARK | (word >> 32) << INDEX_BITS | index;
}

/* From LIVE in the token's generation to `flag`, and one pin more. */
static ng_status pin_as(ng_token token, uint64_t flag, slot **out)
{
    slot *cell = slot_of(token);
    if (cell == NULL) {
        return NG_STATUS_STALE_HANDLE;
    }
    uint64_t seen = atomic_load_explicit(&cell->word, memory_order_acquire);
    uint64_t wanted = 0;
    do {
        if (seen >> 32 != generation_of(token) || (seen & LIVE) == 0U) {
            return NG_STATUS_STALE_HANDLE;
        }
        wanted = ((seen & ~LIVE) | flag) + 1U;
    } while (!step(cell, &seen, wanted));
    *out = cell;
    return NG_STATUS_OK;
}

ng_status ng_shared_pin(ng_token token, PyObject **out)
{
    slot *cell = NULL;
    ng_status status = pin_as(token, LIVE, &cell);
    if (status == NG_STATUS_OK) {
        *out = atomic_load_explicit(&cell->object, memory_order_relaxed);
    }
    return status;
}

ng_status ng_shared_end(ng_token token, ng_handle_end end, uint32_t by, PyObject **out)
{
    slot *cell = NULL;
    ng_status status = pin_as(token, DYING, &cell);
    if (status == NG_STATUS_OK) {
        /* Ours to write: one thread ends a generation, and its pin keeps the slot from the next. */
        atomic_store_explicit(&cell->ended_by, by, memory_order_relaxed);
        atomic_store_explicit(&cell->end, (uint16_t)end, memory_order_relaxed);
        *out = atomic_load_explicit(&cell->object, memory_order_relaxed);
    }
    return status;
}

PyObject *ng_shared_unpin(ng_token token)
{
    uint32_t index = index_of(token);
    slot *cell = slot_at(index);
    uint64_t seen = atomic_load_explicit(&cell->word, memory_order_acquire);
    uint64_t wanted = 0;
    do {
        wanted = seen - 1U;
    } while (!step(cell, &seen, wanted));
    if ((wanted & (DYING | PINS)) != DYING) {
        return NULL;
    }
    /* Alone with the slot: it cannot be pinned any more, and nobody has it pinned. */
    PyObject *object = atomic_exchange_explicit(&cell->object, NULL, memory_order_relaxed);
    uint64_t generation = (wanted >> 32) + 1U;
    /* Release pairs with the acquire loads of the word: who sees the new generation sees the end. */
    atomic_store_explicit(&cell->word, generation << 32, memory_order_release);
    atomic_fetch_sub_explicit(&live_now, 1U, memory_order_relaxed);
    if (generation <= LAST_GENERATION) {
        push_free(index, cell); /* else it is retired: an old token would become valid again */
    }
    return object;
}

ng_token ng_shared_end_next(uint32_t sharer, uint32_t *cursor)
{
    /* Acquire pairs with the release in pop_free: the chunk of each of these slots is there. */
    uint32_t made = atomic_load_explicit(&slots_made, memory_order_acquire);
    for (; *cursor < made; (*cursor)++) {
        slot *cell = slot_at(*cursor);
        uint64_t word = atomic_load_explicit(&cell->word, memory_order_acquire);
        if ((word & LIVE) == 0U ||
            atomic_load_explicit(&cell->sharer, memory_order_relaxed) != sharer ||
            atomic_load_explicit(&cell->lifetime, memory_order_relaxed) !=
                NG_SHARE_UNTIL_ENVIRONMENT_ENDS) {
            continue;
        }
        /* If the slot changed hands since, the generation has moved on and this is stale. */
        ng_token token = NG_TOKEN_MARK | (word >> 32) << INDEX_BITS | *cursor;
        PyObject *object = NULL;
        if (ng_shared_end(token, NG_HANDLE_END_ENVIRONMENT, sharer, &object) == NG_STATUS_OK) {
            (*cursor)++;
            return token;
        }
    }
    return 0;
}

void ng_shared_describe(ng_token token, ng_handle_history *out)
{
    *out = (ng_handle_history){.kind = NG_HANDLE_KIND_TOKEN, .state = NG_HANDLE_STATE_NEVER};
    slot *cell = slot_of(token);
    out->slot = index_of(token);
    out->generation = generation_of(token);
    if (cell == NULL || out->generation == 0U) {
        return;
    }
    uint64_t word = 0;
    uint64_t after = atomic_load_explicit(&cell->word, memory_order_acquire);
    do {
        word = after;
        /* Acquire, each: none may be read after the word is read again. Pins apart, it must be the
           same, or these are of two moments. */
        out->owner = atomic_load_explicit(&cell->sharer, memory_order_acquire);
        out->ended_by = atomic_load_explicit(&cell->ended_by, memory_order_acquire);
        out->end = atomic_load_explicit(&cell->end, memory_order_acquire);
        after = atomic_load_explicit(&cell->word, memory_order_acquire);
    } while ((word & ~PINS) != (after & ~PINS));
    uint32_t now = (uint32_t)(word >> 32);
    out->current_generation = now;
    bool live = (word & LIVE) != 0U;
    bool dying = (word & DYING) != 0U;
    if (out->generation == now && live) {
        out->state = NG_HANDLE_STATE_LIVE;
    } else if (out->generation < now || (out->generation == now && dying)) {
        out->state = NG_HANDLE_STATE_RELEASED;
    }
    /* `end` and `ended_by` are of the last generation that ended; `owner` of the last that was shared. */
    if (out->generation + 1U != now || dying) {
        out->end = NG_HANDLE_END_UNKNOWN;
        out->ended_by = 0;
    }
    if (out->generation == now || (out->generation + 1U == now && !live && !dying)) {
        out->last_owner = out->owner;
    }
    if (!live) {
        out->owner = 0;
    }
}

void ng_shared_statistics(uint64_t *live, uint64_t *peak, uint64_t *bytes)
{
    *live = atomic_load_explicit(&live_now, memory_order_relaxed);
    *peak = atomic_load_explicit(&live_peak, memory_order_relaxed);
    *bytes = atomic_load_explicit(&chunks_made, memory_order_relaxed) *
             (uint64_t)(CHUNK_SLOTS * sizeof(slot));
}
