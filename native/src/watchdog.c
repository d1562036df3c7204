/*
 * watchdog.c: ends the process when the host does not. Node joins its workers at exit, and a worker
 * inside Python's C code never comes back to be joined.
 * Owner: the process. Thread: any arms it; its own thread fires.
 */
#include "watchdog.h"

#include "platform.h"

#include "../include/nogil.h"

#include <stdatomic.h>

static _Atomic uint32_t armed;
static _Atomic int exit_code; /* whoever armed it last */
static uint32_t bound;        /* written before the thread that reads it is started */

/* Flushing may block (a full pipe, a stream that is in use): it has this long. */
#define FLUSH_MS 300U

static _Atomic uint32_t flushed;

static void flush(void *unused)
{
    (void)unused;
    ng_streams_flush();
    atomic_store_explicit(&flushed, 1U, memory_order_release);
}

void ng_watchdog_flush(void)
{
    if (ng_thread_start(flush, NULL)) {
        uint64_t until = ng_clock_ms() + FLUSH_MS;
        /* Acquire pairs with the release above; all that matters is that it happened. */
        while (atomic_load_explicit(&flushed, memory_order_acquire) == 0U &&
               ng_clock_ms() < until) {
            ng_sleep_ms(5);
        }
    }
}

static void watch(void *unused)
{
    (void)unused;
    ng_sleep_ms(bound > FLUSH_MS ? bound - FLUSH_MS : 0U);
    ng_watchdog_flush();
    ng_process_end(atomic_load_explicit(&exit_code, memory_order_relaxed));
}

void ng_arm_watchdog(int code, uint32_t bound_ms)
{
    if (ng_process_is_forked_child()) {
        return;
    }
    atomic_store_explicit(&exit_code, code, memory_order_relaxed);
    uint32_t not_yet = 0;
    if (!atomic_compare_exchange_strong_explicit(&armed, &not_yet, 1U, memory_order_relaxed,
                                                 memory_order_relaxed)) {
        return;
    }
    bound = bound_ms;
    if (!ng_thread_start(watch, NULL)) {
        /* Nobody watches: whoever arms it next may have more luck. */
        atomic_store_explicit(&armed, 0U, memory_order_relaxed);
    }
}
