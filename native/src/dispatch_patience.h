/*
 * dispatch_patience.h: how long Python's threads wait for JavaScript.
 *
 * Owner:    each environment's mailbox has the patience of those who call it; a call may have a bound of its own.
 * Thread:   any, attached.
 * Lifetime: the functions live as long as Python.
 */
#ifndef NG_DISPATCH_PATIENCE_H
#define NG_DISPATCH_PATIENCE_H

#include "environment.h"

/*
 * Puts these into the core's Python code; false with an exception. Thread: any, attached.
 *   _call_within(milliseconds, function, ...)  a call with a bound; 0: none
 *   _set_patience(milliseconds)                of calls to the calling thread's JavaScript; 0: endless
 */
bool ng_patience_open(void);

#endif
