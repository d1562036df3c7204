#include "barrier.h"

#if defined(NOGIL_BARRIERS)

#include "platform.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

/* Owner: the process. Numbers threads in the order in which they come to their first barrier point. */
static _Atomic uint32_t threads_seen;

/* NOGIL_SEED makes the choices of a run repeatable, as far as the scheduler is: a thread's follow from the
   seed and its number alone. */
static uint32_t first_state(void)
{
    const char *text = ng_environment_variable("NOGIL_SEED");
    uint32_t seed = text == NULL ? 0U : (uint32_t)strtoul(text, NULL, 10);
    /* Relaxed: the number is all that passes. */
    uint32_t number = atomic_fetch_add_explicit(&threads_seen, 1U, memory_order_relaxed) + 1U;
    /* Mixed well, or neighbours would choose alike: the finalizer of MurmurHash3 (Appleby). */
    uint32_t mixed = seed + number * 0x9E3779B9U;
    mixed = (mixed ^ (mixed >> 16)) * 0x85EBCA6BU;
    mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35U;
    mixed ^= mixed >> 16;
    return mixed == 0U ? 1U : mixed; /* 0 would stay 0 below */
}

static uint32_t next_random(void)
{
    static _Thread_local uint32_t state;
    if (state == 0U) {
        state = first_state();
    }
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

void ng_barrier_point(void)
{
    uint32_t choice = next_random() % 64U;
    if (choice == 0U) {
        ng_sleep_ms(1);
    } else if (choice < 16U) {
        ng_yield();
    }
}

#endif
