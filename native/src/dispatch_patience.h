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

/* Makes `_call_within(milliseconds, function, ...)` of the core's Python code; 0: no bound. NULL with an exception. */
PyObject *ng_call_within_create(void);

/* Makes `_set_patience(milliseconds)`: of calls to the calling thread's JavaScript, 0: endless. NULL with an
   exception. */
PyObject *ng_set_patience_create(void);

#endif
