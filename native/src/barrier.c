#include "barrier.h"

#if defined(NOGIL_BARRIERS)

#include "platform.h"

#include <stdint.h>
#include <stdlib.h>

/* NOGIL_SEED makes the choices of a run repeatable, as far as the scheduler is. */
static uint32_t next_random(void)
{
    static _Thread_local uint32_t state;
    if (state == 0U) {
        const char *seed = ng_environment_variable("NOGIL_SEED");
        /* Threads differ by where their variable lies. */
        state = (uint32_t)((uintptr_t)&state >> 6) ^
                (seed == NULL ? 0U : (uint32_t)strtoul(seed, NULL, 10));
        state |= 1U;
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
