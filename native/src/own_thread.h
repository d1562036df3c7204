/*
 * own_thread.h: what a thread of the core's needs to run Python: a pass through the gate, and a thread state.
 *
 * Owner:    the thread.
 * Thread:   that one.
 * Lifetime: the thread state is made when the thread first enters, and lives until ng_own_thread_end. A thread that is
 *           refused has come after Python's end: its thread state goes with the process, and its pass stays taken, as
 *           Python's end may have a look at it.
 */
#ifndef NG_OWN_THREAD_H
#define NG_OWN_THREAD_H

#include "capi.h"
#include "finalizer_guard.h"

typedef struct ng_own_thread {
    ng_pass *pass;
    PyThreadState *state; /* NULL until it first entered */
    bool refused;         /* for good */
} ng_own_thread;

/* Starts a thread of the core's with a pass of its own, which `run` gets. False: no memory, or no thread.
   Thread: any. */
bool ng_own_thread_start(void (*run)(void *pass));

/* Attaches; waits for memory for the thread state, as somebody waits for what the thread is about to do. False: Python
   has ended or is about to. Thread: its own, detached. */
bool ng_own_thread_enter(ng_own_thread *thread);

/* Detaches. Thread: its own, attached. */
void ng_own_thread_leave(ng_own_thread *thread);

/* The thread has no more to do: frees its thread state, and gives the pass back, unless Python has ended.
   Thread: its own, detached. */
void ng_own_thread_end(ng_own_thread *thread);

#endif
