/*
 * finalizer_guard.h: the gate. Nothing of ours touches Python after it began to finalize.
 *
 * Everyone who may attach holds a pass, and enters with it before attaching and leaves after
 * detaching. Entering is a store and a load on the pass's own cache line and the (rarely written)
 * state; only the closer looks at every pass.
 *
 * Owner:    the process owns the state and the list of passes; an environment owns its pass.
 * Thread:   a pass is used by one thread; the rest by any.
 * Lifetime: a pass is never freed (a closer may be reading it), it is used again.
 */
#ifndef NG_FINALIZER_GUARD_H
#define NG_FINALIZER_GUARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define NG_CACHE_LINE 64

typedef enum ng_gate_state {
    NG_GATE_SHUT = 0, /* Python has not been started */
    NG_GATE_RUNNING = 1,
    NG_GATE_CLOSING = 2, /* nobody new gets in; those inside are waited for, a bounded time */
    NG_GATE_CLOSED = 3
} ng_gate_state;

typedef struct ng_pass {
    _Alignas(NG_CACHE_LINE) _Atomic uint32_t inside;
    _Atomic uint32_t taken;
    _Atomic unsigned long thread; /* Python's ident of the holder, for interrupting it */
    struct ng_pass *next;         /* written once, before the pass is published */
} ng_pass;

extern _Atomic uint32_t ng_gate;

/* A pass for the calling thread; NULL without memory. Thread: any. */
ng_pass *ng_pass_take(void);
/* Gives it back. Thread: its holder, outside. */
void ng_pass_give_back(ng_pass *pass);

/* False when the gate is not open: then Python must not be touched. Not re-entrant. Thread: holder. */
static inline bool ng_gate_enter(ng_pass *pass)
{
    /* Store, then load, both seq_cst: pairs with the closer's store of CLOSING, then load of `inside`
       (ng_gate_wait). With anything weaker both could miss each other, and a thread would be inside
       while Python is torn down. */
    atomic_store_explicit(&pass->inside, 1U, memory_order_seq_cst);
    if (atomic_load_explicit(&ng_gate, memory_order_seq_cst) == (uint32_t)NG_GATE_RUNNING) {
        return true;
    }
    atomic_store_explicit(&pass->inside, 0U, memory_order_release);
    return false;
}

static inline void ng_gate_leave(ng_pass *pass)
{
    /* Release pairs with the closer's load: what we did inside happened before the gate closes. */
    atomic_store_explicit(&pass->inside, 0U, memory_order_release);
}

/* Whether Python ran at some time: a gate that refuses then is closing or closed. Thread: any. */
static inline bool ng_gate_was_opened(void)
{
    return atomic_load_explicit(&ng_gate, memory_order_relaxed) != (uint32_t)NG_GATE_SHUT;
}

/* Opens the gate. Thread: the one that started Python, once. */
void ng_gate_open(void);
/* RUNNING to CLOSING. True for the one caller who did it. Thread: any. */
bool ng_gate_begin_closing(void);
/* CLOSING to CLOSED. Thread: the one that closes. */
void ng_gate_close(void);

/* Waits until nobody is inside or `until_ms` (ng_clock_ms) has come. True when nobody is. */
bool ng_gate_wait(uint64_t until_ms);

/* Calls `visit` with Python's ident of each thread that is inside. Thread: the closer. */
void ng_gate_each_inside(void (*visit)(unsigned long thread));

#endif
