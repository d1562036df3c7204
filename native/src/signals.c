#include "signals.h"

#include "exit.h"
#include "platform.h"
#include "watchdog.h"

#include "../include/nogil.h"

#include <stdatomic.h>
#include <stdbool.h>

/* How long the process may take to die once Python has ended, in milliseconds. */
#define DEATH_MS 2000U

/* Set by the thread that deals with a signal, for those that would end the process otherwise. */
static _Atomic uint32_t ending;
/* Each thread its own: whether it is the one that deals with the signal. */
static _Thread_local bool deals_with_it;

static void end_python(void)
{
    deals_with_it = true;
    atomic_store_explicit(&ending, 1U, memory_order_relaxed);
    /* What it answers makes no difference: it is the end in any case. */
    (void)ng_shutdown(ng_exit_share_of_python());
    ng_watchdog_flush();
}

void ng_signals_await_end(void)
{
    if (atomic_load_explicit(&ending, memory_order_relaxed) == 0U || deals_with_it) {
        return;
    }
    uint64_t until = ng_clock_ms() + ng_exit_bound_read() + DEATH_MS;
    while (ng_clock_ms() < until) {
        ng_sleep_ms(10); /* the process ends meanwhile: there is nothing to be woken for */
    }
}

ng_status ng_signals_guard(uint32_t on)
{
    if (ng_process_is_forked_child()) {
        return NG_STATUS_SHUT_DOWN;
    }
    if (on == 0U) {
        ng_signals_unwatch();
        return NG_STATUS_OK;
    }
    return ng_signals_watch(end_python) ? NG_STATUS_OK : NG_STATUS_OUT_OF_MEMORY;
}
