#include "finalizer_guard.h"

#include "platform.h"

#include <stdlib.h>

/* How long somebody who is refused may be on the way out, at most, in milliseconds. */
#define REFUSAL_MS 20U

void *ng_cache_aligned_alloc(size_t size)
{
#if defined(_WIN32)
    return _aligned_malloc(size, NG_CACHE_LINE);
#else
    return aligned_alloc(NG_CACHE_LINE, size);
#endif
}

ng_gate ng_python_gate = {.state = NG_GATE_SHUT, .passes = NULL};
ng_end_counts ng_python_end;

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
    ng_pass *pass = ng_cache_aligned_alloc(sizeof *pass);
    if (pass == NULL) {
        return NULL;
    }
    atomic_init(&pass->presence, 0U);
    atomic_init(&pass->taken, 1U);
    atomic_init(&pass->thread, 0UL);
    atomic_init(&pass->entered, 0U);
    atomic_init(&pass->refused, 0U);
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

/* Passes whose presence has one of `bits`. */
static uint64_t count_present(ng_gate *gate, uint32_t bits)
{
    uint64_t count = 0;
    for (ng_pass *pass = atomic_load_explicit(&gate->passes, memory_order_acquire); pass != NULL;
         pass = pass->next) {
        /* seq_cst pairs with ng_gate_enter's store, then load; its acquire with the release in
           ng_gate_leave: what was done inside is visible to the closer. */
        uint32_t presence = atomic_load_explicit(&pass->presence, memory_order_seq_cst);
        count += (presence & bits) != 0U ? 1U : 0U;
    }
    return count;
}

void ng_gate_close(ng_gate *gate, uint64_t leaked)
{
    atomic_store_explicit(&gate->leaked, leaked, memory_order_relaxed);
    /* seq_cst, as every store of `state`; its release publishes `leaked`. */
    atomic_store_explicit(&gate->state, (uint32_t)NG_GATE_CLOSED, memory_order_seq_cst);
}

bool ng_gate_wait(ng_gate *gate, uint64_t until_ms)
{
    while (count_present(gate, NG_PRESENCE_INSIDE) != 0U) {
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
    uint64_t until = ng_clock_ms() + REFUSAL_MS;
    for (ng_pass *pass = atomic_load_explicit(&gate->passes, memory_order_acquire); pass != NULL;
         pass = pass->next) {
        uint32_t presence = atomic_load_explicit(&pass->presence, memory_order_seq_cst);
        /* One look at 0 is enough: the gate is not open, so nobody comes in from there. */
        while (presence == NG_PRESENCE_INSIDE && ng_clock_ms() < until) {
            ng_yield(); /* it may be about to see that it is refused */
            presence = atomic_load_explicit(&pass->presence, memory_order_seq_cst);
        }
        if (presence != 0U) {
            return false;
        }
    }
    return true;
}

uint64_t ng_gate_count_present(ng_gate *gate)
{
    return count_present(gate, UINT32_MAX);
}

/* Keeps a thread that is visited from deleting its thread state. Owner: the process. A leaf: under it
   only idents are read and visits store. */
static ng_mutex target_lock = NG_MUTEX_INITIALIZER;

void ng_pass_untarget(ng_pass *pass)
{
    ng_mutex_lock(&target_lock);
    atomic_store_explicit(&pass->thread, 0UL, memory_order_relaxed);
    ng_mutex_unlock(&target_lock);
}

void ng_gate_each_inside(ng_gate *gate, void (*visit)(unsigned long thread))
{
    ng_mutex_lock(&target_lock);
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
    ng_mutex_unlock(&target_lock);
}

void ng_gate_read(ng_gate *gate, ng_gate_statistics *out)
{
    *out = (ng_gate_statistics){0};
    /* Acquire pairs with the release of ng_gate_close: a closed gate's `leaked` is final. */
    out->state = atomic_load_explicit(&gate->state, memory_order_acquire);
    out->leaked = atomic_load_explicit(&gate->leaked, memory_order_relaxed);
    for (ng_pass *pass = atomic_load_explicit(&gate->passes, memory_order_acquire); pass != NULL;
         pass = pass->next) {
        out->passes += atomic_load_explicit(&pass->taken, memory_order_relaxed);
        out->inside += atomic_load_explicit(&pass->presence, memory_order_relaxed) != 0U ? 1U : 0U;
        out->entered += atomic_load_explicit(&pass->entered, memory_order_relaxed);
        out->refused += atomic_load_explicit(&pass->refused, memory_order_relaxed);
    }
}
