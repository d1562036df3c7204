/*
 * releases.h: lets go of Python objects where a thread that runs JavaScript must not wait to attach.
 *
 * With a GIL, attaching waits for whoever has it: C code may keep it for seconds, and the event loop would stand still
 * only because JavaScript's collector found a proxy. So what the collector found is let go by a thread of the core's.
 * Without a GIL attaching does not wait, and the environment's own thread does it.
 *
 * Finalizers of such objects therefore run on another thread; who needs them on a certain one releases by hand there.
 *
 * Owner:    what is queued is the queue's until it is taken.
 * Thread:   said at each function. The thread is started with the first release, is outside the gate while it waits, and
 *           stays.
 * Lifetime: what an environment queued is let go on its own thread when it ends, if it is still there by then. After
 *           Python's end the thread leaks what is queued on purpose, counted.
 */
#ifndef NG_RELEASES_H
#define NG_RELEASES_H

#include "environment.h"

/* What is to be let go. Owner: the queue, from ng_releases_post on; `run` or `leak` frees it. */
typedef struct ng_release {
    struct ng_release *next;
    uint32_t owner;                       /* number of the environment */
    void (*run)(struct ng_release *self); /* attached */
    void (*leak)(
        struct ng_release *self); /* detached, after Python's end: touches nothing of Python's */
} ng_release;

/*
 * Takes `own` over, where attaching may have to wait for others. False: it does not, or Python is ending, or there is no
 * thread and none is to be had; then it is still the caller's, to be let go attached.
 * Thread: the environment's, detached.
 */
bool ng_releases_post(ng_environment *environment, ng_release *own);

#endif
