/*
 * inspection.h: what the core knows of its threads, for python.inspect().
 *
 * Owner:    nobody: each answer is a copy, and belongs to the caller.
 * Thread:   any, attached.
 * Lock:     takes those of environment.c, mailbox.c, pool.c and waits.c, one after the other, and calls nothing under
 *           them. So the parts of an answer are of moments shortly after each other.
 * Lifetime: the function lives as long as Python.
 */
#ifndef NG_INSPECTION_H
#define NG_INSPECTION_H

#include <stdbool.h>

/*
 * Puts `_inspect()` into the core's Python code; false with an exception. It returns a list of four lists of numbers,
 * and of text where that is said; inspection.py takes them apart:
 *   of each environment: number, host's thread, presence, operation, Python's ident, native id, handles, most handles
 *     there were, messages
 *   of the pool: size, threads, idle, queued
 *   of each thread of the pool: Python's ident, native id, busy
 *   of each wait: Python's ident or 0, environment or 0, ng_wait_kind, environment waited for, name of a mutex (text)
 */
bool ng_inspection_open(void);

#endif
