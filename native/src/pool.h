/*
 * pool.h: the core's own threads that run Python.
 *
 * Owner:    the process. A job is a Python callable, the queue's until it is taken; the thread that runs it drops it.
 * Thread:   said at each function. Threads of the pool are made when there is more to do than they can, are outside
 *           the gate while they wait, and stay.
 * Lifetime: until Python ends: then they are refused at the gate, and what is queued is leaked on purpose. Jobs of
 *           an environment that ends before they have begun are dropped.
 */
#ifndef NG_POOL_H
#define NG_POOL_H

#include "environment.h"

/*
 * Puts these into the core's Python code; false with an exception. Thread: any, attached.
 *   _pool_submit(callable)   queues a call without arguments; what it raises goes to sys.unraisablehook
 *   _pool_size(n)            how many threads there may be, 1 to 1024; without n what it is, 0: not said yet
 */
bool ng_pool_open(void);

/* A thread of the pool. */
typedef struct ng_pool_view {
    uint64_t thread; /* Python's ident; 0: it has not run anything yet */
    uint64_t native_thread;
    uint32_t busy;
} ng_pool_view;

typedef struct ng_pool_figures {
    uint32_t size; /* 0: nobody has said it */
    uint32_t threads;
    uint32_t idle;
    uint32_t queued;
} ng_pool_figures;

/* Fills `figures`, and writes the first `capacity` threads to `out`; returns how many there are. Thread: any, not in a
   forked child. */
size_t ng_pool_read(ng_pool_figures *figures, ng_pool_view *out, size_t capacity);

#endif
