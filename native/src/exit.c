/*
 * exit.c: ends Python when the process ends, and sees to it that the process does end: within one bound
 * for all forms of it.
 */
#include "exit.h"

#include "platform.h"

#include "../include/nogil.h"

#include <stdatomic.h>

/* The host's part of the bound, at most: it joins its workers, and runs what is left of its own. */
#define HOST_MS 500U

/* Owner: whoever set it last, in milliseconds; 0 until somebody does. */
static _Atomic uint32_t bound;
/* By ng_clock_ms: when the process is over. 0 until it ends. */
static _Atomic uint64_t over_at;

void ng_exit_bound_set(uint32_t milliseconds, uint32_t only_first)
{
    if (only_first == 0U) {
        atomic_store_explicit(&bound, milliseconds, memory_order_relaxed);
        return;
    }
    uint32_t nobody = 0;
    (void)atomic_compare_exchange_strong_explicit(&bound, &nobody, milliseconds,
                                                  memory_order_relaxed, memory_order_relaxed);
}

uint32_t ng_exit_bound_read(void)
{
    uint32_t set = atomic_load_explicit(&bound, memory_order_relaxed);
    return set == 0U ? NG_EXIT_BOUND_MS : set;
}

uint32_t ng_exit_share_of_python(void)
{
    uint32_t whole = ng_exit_bound_read();
    uint32_t quarter = whole / 4U;
    return whole - (quarter < HOST_MS ? quarter : HOST_MS);
}

void ng_exit_with(int code)
{
    uint64_t over = atomic_load_explicit(&over_at, memory_order_relaxed);
    uint64_t now = ng_clock_ms();
    ng_arm_watchdog(code, over > now ? (uint32_t)(over - now) : 1U);
}

bool ng_exit_has_begun(void)
{
    return atomic_load_explicit(&over_at, memory_order_relaxed) != 0U;
}

ng_status ng_exit(int code)
{
    atomic_store_explicit(&over_at, ng_clock_ms() + ng_exit_bound_read(), memory_order_relaxed);
    ng_status status = ng_shutdown(ng_exit_share_of_python());
    if (status == NG_STATUS_BUSY) {
        ng_exit_with(code);
    }
    return status;
}
