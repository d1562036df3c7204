/*
 * finalizer_guard.h: the gate. Nothing of ours touches Python after it began to finalize.
 *
 * Everyone who may attach holds a pass, and enters with it before attaching and leaves after
 * detaching. Entering is a store and a load on the pass's own cache line and the (rarely written)
 * state; only the closer looks at every pass.
 *
 * A thread that calls back into JavaScript is not inside meanwhile, but it has frames of Python's below
 * it: it is suspended there. It may always come back to them, and while it is, nobody may tear Python
 * down. Both facts are one word, so that a closer never sees a thread between them.
 *
 * There is a gate for Python, and one for every other library with a point of no return that asks for
 * one by name (finalizer_guard_gates.c). They work alike; only Python's knows suspended frames.
 *
 * Owner:    the process owns the state and the list of passes; an environment owns its pass.
 * Thread:   a pass is used by one thread; the rest by any.
 * Lifetime: a pass is never freed (a closer may be reading it), it is used again.
 */
#ifndef NG_FINALIZER_GUARD_H
#define NG_FINALIZER_GUARD_H

#include "barrier.h"

#include "../include/nogil.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define NG_CACHE_LINE 64

/* Bits of ng_pass.presence. */
#define NG_PRESENCE_INSIDE 1U
#define NG_PRESENCE_SUSPENDED_ONCE 2U /* times how deep */

struct ng_pass {
    _Alignas(NG_CACHE_LINE) _Atomic uint32_t presence; /* written by the holder only */
    _Atomic uint32_t taken;
    _Atomic unsigned long thread; /* Python's ident of the holder, for interrupting it */
    _Atomic uint64_t
        entered; /* times, by all its holders; written by the holder only, before `presence` */
    _Atomic uint64_t refused; /* as `entered` */
    struct ng_pass *next;     /* written once, before the pass is published */
};

/* The holder's own count: nobody else writes it. */
static inline void ng_pass_count(_Atomic uint64_t *count)
{
    atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + 1U,
                          memory_order_relaxed);
}

/* Takes the last one back. */
static inline void ng_pass_uncount(_Atomic uint64_t *count)
{
    atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) - 1U,
                          memory_order_relaxed);
}

/* A point of no return, and who is on this side of it. */
struct ng_gate {
    _Alignas(NG_CACHE_LINE) _Atomic uint32_t state; /* ng_gate_state */
    _Atomic uint64_t leaked;                        /* written by the closer */
    /* Grows at its head and never shrinks, so a reader needs no lock. */
    _Alignas(NG_CACHE_LINE) _Atomic(ng_pass *) passes;
};

/* Python's. Owner: interpreter.c opens and closes it. */
extern ng_gate ng_python_gate;

/* What Python's end cost. Counted by any thread, read by ng_end_read. */
typedef struct ng_end_counts {
    _Atomic uint64_t interrupts;
    _Atomic uint64_t states_leaked;
} ng_end_counts;
extern ng_end_counts ng_python_end;

/* Memory that shares no cache line; `size` is a multiple of one. It is never freed. NULL without memory. */
void *ng_cache_aligned_alloc(size_t size);

/* A pass for the calling thread; NULL without memory. Thread: any. */
ng_pass *ng_pass_take(ng_gate *gate);
/* No visit of ng_gate_each_inside is under way to its thread, and none comes. Thread: its holder. */
void ng_pass_untarget(ng_pass *pass);
/* Gives it back. Thread: its holder, outside and not suspended. */
void ng_pass_give_back(ng_pass *pass);

/* False when the gate is not open: then Python must not be touched. Not re-entrant. Thread: holder. */
static inline bool ng_gate_enter(ng_gate *gate, ng_pass *pass)
{
#if defined(NOGIL_UNSAFE_FINALIZER_GUARD)
    /* The canary: what everybody writes first. It checks, does not say so, and acts. */
    (void)pass;
    bool open =
        atomic_load_explicit(&gate->state, memory_order_seq_cst) == (uint32_t)NG_GATE_RUNNING;
    NG_BARRIER_POINT();
    return open;
#else
    uint32_t before = atomic_load_explicit(&pass->presence, memory_order_relaxed);
    /* First: who sees this stay (acquire) sees its number, or a later one's; never an earlier one's. */
    ng_pass_count(&pass->entered);
    /* Store, then load, both seq_cst: pairs with the closer's store of CLOSING, then load of `presence`
       (ng_gate_wait). With anything weaker both could miss each other, and a thread would be inside
       while Python is torn down. */
    atomic_store_explicit(&pass->presence, before | NG_PRESENCE_INSIDE, memory_order_seq_cst);
    NG_BARRIER_POINT();
    if (atomic_load_explicit(&gate->state, memory_order_seq_cst) == (uint32_t)NG_GATE_RUNNING) {
        return true;
    }
    atomic_store_explicit(&pass->presence, before, memory_order_release);
    ng_pass_uncount(&pass->entered);
    ng_pass_count(&pass->refused);
    return false;
#endif
}

static inline void ng_gate_leave(ng_pass *pass)
{
    uint32_t before = atomic_load_explicit(&pass->presence, memory_order_relaxed);
    /* Release pairs with the closer's load: what we did inside happened before the gate closes. */
    atomic_store_explicit(&pass->presence, before & ~NG_PRESENCE_INSIDE, memory_order_release);
}

/* From inside to suspended, before JavaScript runs on top of Python's frames. Thread: holder. */
static inline void ng_gate_suspend(ng_pass *pass)
{
    uint32_t before = atomic_load_explicit(&pass->presence, memory_order_relaxed);
    /* Release: as ng_gate_leave. */
    atomic_store_explicit(&pass->presence,
                          (before & ~NG_PRESENCE_INSIDE) + NG_PRESENCE_SUSPENDED_ONCE,
                          memory_order_release);
}

/* Back inside, whatever the gate's state: the frames below are still there. Thread: holder. */
static inline void ng_gate_resume(ng_pass *pass)
{
    uint32_t before = atomic_load_explicit(&pass->presence, memory_order_relaxed);
    /* One store from suspended to inside: a closer finds a word that is not 0 before and after it. */
    atomic_store_explicit(&pass->presence,
                          (before - NG_PRESENCE_SUSPENDED_ONCE) | NG_PRESENCE_INSIDE,
                          memory_order_seq_cst);
}

/* Whether it is open now: to end a wait early, never to decide whether to touch Python. Thread: any. */
static inline bool ng_gate_is_open(ng_gate *gate)
{
    return atomic_load_explicit(&gate->state, memory_order_relaxed) == (uint32_t)NG_GATE_RUNNING;
}

/* Whether Python ran at some time: a gate that refuses then is closing or closed. Thread: any. */
static inline bool ng_gate_was_opened(ng_gate *gate)
{
    return atomic_load_explicit(&gate->state, memory_order_relaxed) != (uint32_t)NG_GATE_SHUT;
}

/* Opens the gate. Thread: the one that started Python, once. */
void ng_gate_open(ng_gate *gate);
/* RUNNING to CLOSING. True for the one caller who did it. Thread: any. */
bool ng_gate_begin_closing(ng_gate *gate);
/* CLOSING to CLOSED. `leaked`: how many were given up. Thread: the one that closes. */
void ng_gate_close(ng_gate *gate, uint64_t leaked);

/*
 * Makes a forked child find every gate closed: the JavaScript side is gone, and so are the threads that
 * hold passes. Python itself goes on in the child. False: no memory. Calling it twice is fine.
 * Thread: any, before a gate opens.
 */
bool ng_gate_watch_forks(void);

/* Waits until nobody is inside or `until_ms` (ng_clock_ms) has come. True when nobody is. */
bool ng_gate_wait(ng_gate *gate, uint64_t until_ms);

/* Whether nobody is inside and nobody will come back: what Py_FinalizeEx needs. Thread: the closer. */
bool ng_gate_is_deserted(ng_gate *gate);

/* How many are not outside: inside, suspended, or just being refused. Thread: any. */
uint64_t ng_gate_count_present(ng_gate *gate);

/* Calls `visit` with Python's ident of each thread that is inside. Thread: the closer. */
void ng_gate_each_inside(ng_gate *gate, void (*visit)(unsigned long thread));

#endif
