/*
 * environment.h: one JS thread that has loaded the core; its thread state, frames, handles and blocks.
 * Owner:    the JS thread that made it; nobody else touches anything in it but what is atomic.
 * Thread:   that one. A thread that runs JavaScript is detached.
 * Lifetime: from the thread's first use of Python to its clean-up hook.
 */
#ifndef NG_ENVIRONMENT_H
#define NG_ENVIRONMENT_H

#include "blocks.h"
#include "capi.h"
#include "finalizer_guard.h"
#include "handles.h"

#include "../include/nogil.h"

struct ng_environment {
    char *arena; /* NG_ARENA_SIZE bytes of the host's */
    ng_pass *pass;
    PyThreadState *thread_state;
    ng_handle_cache handles;
    ng_blocks blocks;
    struct ng_environment *next; /* `list_lock` in environment.c */
};

/*
 * Attaches: from here on the thread may touch Python objects. False when the gate is closed.
 * Thread: the environment's, detached.
 */
static inline bool ng_attach(ng_environment *environment)
{
    if (!ng_gate_enter(environment->pass)) {
        return false;
    }
    ng_py.PyEval_RestoreThread(environment->thread_state);
    return true;
}

/* Detaches; after it another thread may hold the GIL or stop the world. Thread: as ng_attach. */
static inline void ng_detach(ng_environment *environment)
{
    (void)ng_py.PyEval_SaveThread();
    ng_gate_leave(environment->pass);
}

#endif
