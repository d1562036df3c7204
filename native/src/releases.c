#include "releases.h"

#include "gil_watch.h"
#include "own_thread.h"
#include "platform.h"

#include <stdlib.h>

/* Guards everything below. A leaf: nothing is called under it. */
static ng_mutex lock = NG_MUTEX_INITIALIZER;
static ng_condition changed = NG_CONDITION_INITIALIZER;
static ng_release *first;
static ng_release *last;
static bool runs; /* the thread */

/* Waits for it. */
static ng_release *take_all(void)
{
    ng_mutex_lock(&lock);
    while (first == NULL) {
        ng_condition_wait(&changed, &lock, -1);
    }
    ng_release *all = first;
    first = NULL;
    last = NULL;
    ng_mutex_unlock(&lock);
    return all;
}

static void leak(ng_release *all)
{
    while (all != NULL) {
        ng_release *next = all->next;
        all->leak(all);
        all = next;
    }
}

static void work(void *pass)
{
    ng_own_thread self = {.pass = pass};
    for (;;) {
        ng_release *own = take_all();
        while (own != NULL) {
            ng_release *next = own->next;
            /* For each, so that others get the GIL in between. */
            if (!ng_own_thread_enter(&self)) {
                leak(own);
                break;
            }
            own->run(own);
            ng_own_thread_leave(&self);
            own = next;
        }
        /* After Python's end it goes on: what is posted in that moment is leaked, and counted, here. */
    }
}

/* Under `lock`. */
static bool staff(void)
{
    runs = runs || ng_own_thread_start(work);
    return runs;
}

/* Under `lock`: takes out what environment `owner` posted. */
static ng_release *take_of(uint32_t owner)
{
    ng_release *taken = NULL;
    ng_release **end = &taken;
    ng_release *before = NULL;
    for (ng_release *each = first; each != NULL;) {
        ng_release *next = each->next;
        if (each->owner != owner) {
            before = each;
        } else {
            if (before == NULL) {
                first = next;
            } else {
                before->next = next;
            }
            if (last == each) {
                last = before;
            }
            each->next = NULL;
            *end = each;
            end = &each->next;
        }
        each = next;
    }
    return taken;
}

/* Its thread is here, and waits for nobody's event loop. Detached, on it. */
static void end_with_environment(ng_end_hook *hook, ng_environment *environment)
{
    (void)hook;
    ng_mutex_lock(&lock);
    ng_release *taken = take_of(environment->number);
    ng_mutex_unlock(&lock);
    if (taken == NULL) {
        return;
    }
    if (!ng_attach(environment)) {
        leak(taken);
        return;
    }
    while (taken != NULL) {
        ng_release *next = taken->next;
        taken->run(taken);
        taken = next;
    }
    ng_detach(environment);
}

bool ng_releases_post(ng_environment *environment, ng_release *own)
{
    /* In a forked child the gate is closed, and the lock may be a thread's that is not there. */
    if (!ng_gil_is_known_enabled() || !ng_gate_is_open(&ng_python_gate)) {
        return false;
    }
    ng_environment_on_end(environment, &environment->releases_end, end_with_environment);
    own->owner = environment->number;
    own->next = NULL;
    ng_mutex_lock(&lock);
    bool staffed = staff();
    if (staffed) {
        if (last == NULL) {
            first = own;
        } else {
            last->next = own;
        }
        last = own;
        ng_condition_broadcast(&changed);
    }
    ng_mutex_unlock(&lock);
    return staffed;
}
