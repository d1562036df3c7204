/*
 * emit_lock.h: the creation lock. Derived types, dispatchers and the entries of the type cache are made
 * by one environment at a time.
 *
 * One lock for the process, and not one for each key: two threads that build types which need each
 * other would wait for each other for ever. It is the one core lock that is held while Python and
 * JavaScript run.
 *
 * Owner:    an environment, as often as it likes; it is released when that environment ends.
 * Thread:   the environment's own, detached: waiting while attached would hold up every
 *           stop-the-world pause. While it waits, the environment serves its mailbox.
 * Lock:     `guard` in emit_lock.c guards the owner and the queue. A leaf but for the mailboxes.
 * Fairness: first come, first served.
 */
#ifndef NG_EMIT_LOCK_H
#define NG_EMIT_LOCK_H

#include "environment.h"

/*
 * Takes the lock, or takes it once more.
 * until_ms: by ng_clock_ms; UINT64_MAX waits for ever.
 * Returns: OK, TIMED_OUT, SHUT_DOWN when the gate closed meanwhile, ENVIRONMENT_ENDED when the waiting
 *          environment's JavaScript is being terminated, DEADLOCK when the holder waits for the call
 *          of a JavaScript function that this thread is just carrying out.
 */
ng_status ng_creation_acquire(ng_environment *environment, uint64_t until_ms);

/* Gives back what one acquire took. */
void ng_creation_release(ng_environment *environment);

/* How many times `environment` holds the lock. Thread: its own. */
uint32_t ng_creation_depth(const ng_environment *environment);

/* Fills `out`. Thread: any. */
void ng_creation_statistics(ng_lock_statistics *out);

#endif
