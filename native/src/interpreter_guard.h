/*
 * interpreter_guard.h: PEP 788's guards, where libpython has them: 3.15 and newer.
 *
 * Our gate keeps our own Py_FinalizeEx out. Should anything else in the process finalize Python, these
 * close the window between looking and attaching: whoever attaches too late hangs for ever. A guard is
 * held while a thread state is made or an environment attaches for the last time, and never while
 * anything runs or waits: finalization waits for guards without bound. They allocate, so that calls,
 * which are many, do without.
 *
 * Written for the API of 3.15; it was run against a made-up libpython only (native/test).
 *
 * Owner:    the process owns the view, for good; a guard belongs to whoever entered.
 * Thread:   any, attached or not.
 * Source:   https://peps.python.org/pep-0788/
 */
#ifndef NG_INTERPRETER_GUARD_H
#define NG_INTERPRETER_GUARD_H

#include "capi.h"

/* Makes the view. False: no memory. Thread: the core's, once, before the gate opens. */
bool ng_interpreter_guard_prepare(void);

/* False when Python is finalizing, or without memory. Older versions: true, and a guard that is NULL. */
bool ng_interpreter_guard_enter(ng_py_interpreter_guard **guard);
void ng_interpreter_guard_leave(ng_py_interpreter_guard *guard);

#endif
