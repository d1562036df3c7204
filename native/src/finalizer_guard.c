#include "finalizer_guard.h"

#include "platform.h"

#include <stdlib.h>

ng_gate ng_python_gate = {.state = NG_GATE_SHUT, .passes = NULL};

ng_pass *ng_pass_take(ng_gate *gate)
{
    /* Acquire pairs with the release that published the head: `next` is visible. */
    for (ng_pass *pass = atomic_load_explicit(&gate->passes, memory_order_acquire); pass != NULL;
         pass = pass->next) {
        uint32_t free_pass = 0;
        /* Acquire pairs with the release in give_back: the last holder is done with it. */
        if (atomic_compare_exchange_strong_explicit(&pass->taken, &free_pass, 1U,
                                                    memory_order_acquire, memory_order_relaxed)) {
            return pass;
        }
    }
#if defined(_WIN32)
    ng_pass *pass = _aligned_malloc(sizeof *pass, NG_CACHE_LINE);
#else
    ng_pass *pass = aligned_alloc(NG_CACHE_LINE, sizeof *pass);
#endif
    if (pass == NULL) {
        return NULL;
    }
    atomic_init(&pass->presence, 0U);
    atomic_init(&pass->taken, 1U);
    atomic_init(&pass->thread, 0UL);
    pass->next = atomic_load_explicit(&gate->passes, memory_order_relaxed);
    /* Release publishes the pass's contents to readers of the head. A failure reloads `next`. */
    while (!atomic_compare_exchange_weak_explicit(&gate->passes, &pass->next, pass,
                                                  memory_order_release, memory_order_relaxed)) {
    }
    return pass;
}

void ng_pass_give_back(ng_pass *pass)
{
    atomic_store_explicit(&pass->thread, 0UL, memory_order_relaxed);
    atomic_store_explicit(&pass->taken, 0U, memory_order_release);
}

void ng_gate_open(ng_gate *gate)
{
    /* Release pairs with the load in ng_gate_enter: a started interpreter is visible behind it. */
    atomic_store_explicit(&gate->state, (uint32_t)NG_GATE_RUNNING, memory_order_seq_cst);
}

bool ng_gate_begin_closing(ng_gate *gate)
{
    uint32_t running = NG_GATE_RUNNING;
    return atomic_compare_exchange_strong_explicit(&gate->state, &running,
                                                   (uint32_t)NG_GATE_CLOSING, memory_order_seq_cst,
                                                   memory_order_relaxed);
}

void ng_gate_close(ng_gate *gate)
{
    atomic_store_explicit(&gate->state, (uint32_t)NG_GATE_CLOSED, memory_order_seq_cst);
}

/* In the child, on its only thread. */
static void close_after_fork(void)
{
    ng_gate_close(&ng_python_gate);
}

bool ng_gate_watch_forks(void)
{
    return ng_process_on_fork(close_after_fork);
}

static bool anyone_inside(ng_gate *gate)
{
    for (ng_pass *pass = atomic_load_explicit(&gate->passes, memory_order_acquire); pass != NULL;
         pass = pass->next) {
        uint32_t presence = atomic_load_explicit(&pass->presence, memory_order_seq_cst);
        if ((presence & NG_PRESENCE_INSIDE) != 0U) {
            return true;
        }
    }
    return false;
}

bool ng_gate_wait(ng_gate *gate, uint64_t until_ms)
{
    while (anyone_inside(gate)) {
        if (ng_clock_ms() >= until_ms) {
            return false;
        }
        /* Those inside store one word when they leave and signal nobody: a wake-up for the closer
           would cost every call something, to save the closer a millisecond once. */
        ng_sleep_ms(1);
    }
    return true;
}

bool ng_gate_is_deserted(ng_gate *gate)
{
    for (ng_pass *pass = atomic_load_explicit(&gate->passes, memory_order_acquire); pass != NULL;
         pass = pass->next) {
        if (atomic_load_explicit(&pass->presence, memory_order_seq_cst) != 0U) {
            return false;
        }
    }
    return true;
}

void ng_gate_each_inside(ng_gate *gate, void (*visit)(unsigned long thread))
{
    for (ng_pass *pass = atomic_load_explicit(&gate->passes, memory_order_acquire); pass != NULL;
         pass = pass->next) {
        uint32_t presence = atomic_load_explicit(&pass->presence, memory_order_seq_cst);
        if ((presence & NG_PRESENCE_INSIDE) != 0U) {
            unsigned long thread = atomic_load_explicit(&pass->thread, memory_order_relaxed);
            if (thread != 0UL) {
                visit(thread);
            }
        }
    }
}
