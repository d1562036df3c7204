/*
 * watchdog.c: ends the process when the host does not. Node joins its workers at exit, and a worker
 * inside Python's C code never comes back to be joined.
 * Owner: the process. Thread: any arms it; its own thread fires.
 */
#include "platform.h"

#include "../include/nogil.h"

#include <stdatomic.h>

static _Atomic uint32_t armed;
static int exit_code;  /* written before the thread that reads it is started */
static uint32_t bound; /* as exit_code */

static void watch(void *unused)
{
    (void)unused;
    ng_sleep_ms(bound);
    ng_process_end(exit_code);
}

void ng_arm_watchdog(int code, uint32_t bound_ms)
{
    uint32_t not_yet = 0;
    if (!atomic_compare_exchange_strong_explicit(&armed, &not_yet, 1U, memory_order_relaxed,
                                                 memory_order_relaxed)) {
        return;
    }
    exit_code = code;
    bound = bound_ms;
    (void)ng_thread_start(watch, NULL);
}
