#include "abi.h"

#include "finalizer_guard.h"

#include <stdatomic.h>
#include <stdio.h>

_Static_assert(sizeof(ng_abi_layout) == NG_ABI_LAYOUT_SIZE,
               "TypeScript reads its fields one after the other");

/* Written on the core's thread before the gate opens; read-only from then on. */
static ng_abi_layout learnt;
static char refusal[NG_MESSAGE_SIZE]; /* empty: `learnt` holds */

bool ng_abi_learn(char *message, size_t message_size)
{
    ng_abi_layout layout = {0};
    refusal[0] = '\0';
    if (ng_abi_experiment(&layout, refusal, sizeof refusal) &&
        ng_abi_verify(&layout, refusal, sizeof refusal)) {
        learnt = layout;
        return true;
    }
    (void)snprintf(message, message_size, "%s", refusal);
    return false;
}

/* Relaxed, all of them: each is a figure of its own, and the caller's reference keeps the object. */
static uint32_t load_32(const void *object, size_t offset)
{
    return atomic_load_explicit((_Atomic uint32_t *)(void *)((uintptr_t)object + offset),
                                memory_order_relaxed);
}

static uint64_t load_64(const void *object, size_t offset)
{
    return atomic_load_explicit((_Atomic uint64_t *)(void *)((uintptr_t)object + offset),
                                memory_order_relaxed);
}

static uint8_t load_8(const void *object, size_t offset)
{
    return atomic_load_explicit((_Atomic uint8_t *)(void *)((uintptr_t)object + offset),
                                memory_order_relaxed);
}

static uintptr_t load_word(const void *object, size_t offset)
{
    return atomic_load_explicit((_Atomic uintptr_t *)(void *)((uintptr_t)object + offset),
                                memory_order_relaxed);
}

ng_counts ng_abi_counts(const ng_abi_layout *layout, const void *object)
{
    uint64_t own = layout->count_width == 8U ? load_64(object, layout->count_offset)
                                             : load_32(object, layout->count_offset);
    ng_counts counts = {.count = own};
    bool immortal =
        layout->immortal != 0U && ((uint32_t)own & layout->immortal_mark) == layout->immortal_mark;
    if (immortal) {
        counts.flags |= NG_COUNTS_IMMORTAL;
    }
    if (layout->free_threaded == 0U) {
        return counts;
    }
    counts.flags |= NG_COUNTS_FREE_THREADED;
    /* Arithmetic, in every compiler we know: the count is below 0 while the owner counts what others
       have dropped. */
    int64_t shared = (intptr_t)load_word(object, layout->shared_offset) >> layout->shared_shift;
    counts.owner = load_word(object, layout->owner_offset);
    counts.local = (uint32_t)own;
    counts.count = immortal ? layout->immortal_count : own + (uint64_t)shared;
    if (layout->deferred_mask != 0U) {
        counts.flags |= NG_COUNTS_DEFERRED_VISIBLE;
        /* A statically allocated object bears the mark, too; nobody counts it either way. */
        if (!immortal && (load_8(object, layout->deferred_offset) & layout->deferred_mask) != 0U) {
            counts.flags |= NG_COUNTS_DEFERRED;
            shared -= (int64_t)layout->deferred_bias;
        }
    }
    counts.shared = shared;
    return counts;
}

bool ng_abi_is_only_reference(const void *object)
{
    if (learnt.count_width == 0U) {
        return false;
    }
    ng_counts counts = ng_abi_counts(&learnt, object);
    return counts.count == 1U && (counts.flags & (NG_COUNTS_IMMORTAL | NG_COUNTS_DEFERRED)) == 0U;
}

ng_status ng_abi_layout_read(ng_abi_layout *out, char *message)
{
    message[0] = '\0';
    *out = (ng_abi_layout){0};
    if (!ng_gate_was_opened(&ng_python_gate)) {
        return NG_STATUS_NOT_STARTED;
    }
    if (refusal[0] != '\0') {
        (void)snprintf(message, NG_MESSAGE_SIZE, "%s", refusal);
        return NG_STATUS_UNSUPPORTED;
    }
    *out = learnt;
    return NG_STATUS_OK;
}
