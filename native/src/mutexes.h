/*
 * mutexes.h: named mutexes between JavaScript threads (nogil.h says what they promise).
 *
 * Owner:    a mutex exists while somebody holds it or waits for it, or until the next taker has learned
 *           that it was abandoned. A ticket belongs to its user; a user to its thread.
 * Thread:   said in nogil.h.
 * Lock:     `lock` in mutexes.c guards all of it. Under it only mailboxes are locked, which wake hosts.
 * Lifetime: a user ends with its thread, and releases what it holds.
 */
#ifndef NG_MUTEXES_H
#define NG_MUTEXES_H

#include "../include/nogil.h"

/* Fills `out` with all mutexes together. Thread: any. */
void ng_mutexes_statistics(ng_lock_statistics *out);

#endif
