/*
 * pool.h: the core's own threads that run Python.
 *
 * Owner:    the process. A job is whoever's made it until it is submitted, then the queue's until it is taken; the thread
 *           that runs it frees it.
 * Thread:   said at each function. Threads of the pool are made when there is more to do than they can, are outside
 *           the gate while they wait, and stay.
 * Lifetime: until Python ends: then they are refused at the gate, and what is queued is leaked on purpose. Jobs of
 *           an environment that ends before they have begun are dropped.
 */
#ifndef NG_POOL_H
#define NG_POOL_H

#include "environment.h"

/* Something to do. Made by malloc, as a part of something larger that begins with it: where Python has ended, it is freed
   and nothing it holds. */
typedef struct ng_pool_job {
    struct ng_pool_job *next; /* the pool's */
    uint32_t owner;           /* the pool's: the environment that submitted it; 0: none */
    void (*run)(
        struct ng_pool_job *job); /* does it and frees it. Thread: one of the pool's, attached */
    void (*drop)(struct ng_pool_job *job); /* only frees it. Thread: any, attached */
} ng_pool_job;

/* Queues a job of the calling thread's environment. False with an exception: it is still the caller's. Thread: any,
   attached. */
bool ng_pool_submit(ng_pool_job *job);

/* What a job has raised and nobody waits for: to sys.unraisablehook, but not that Python ends. Thread: a job's. */
void ng_pool_report(PyObject *source);

/*
 * Puts these into the core's Python code; false with an exception. Thread: any, attached.
 *   _pool_submit(callable)   queues a call without arguments; what it raises goes to sys.unraisablehook
 *   _pool_size(n)            how many threads there may be, 1 to 1024; without n what it is, 0: not said yet
 *   _pool_size(n, default)   as _pool_size(n), where it has not been said yet; what it is then
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
