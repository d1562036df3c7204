/*
 * dispatch_post.h: a call of a JavaScript function that nobody waits for.
 *
 * Owner:    the caller until it is posted, then the mailbox, as any message. It holds the function and the
 *           arguments; whoever delivers or refuses it drops them, attached.
 * Thread:   made on any; delivered or refused on the function's owner's.
 * Lifetime: from the call until the function has returned, or its owner ends. When Python is over by then, what it
 *           holds is leaked on purpose.
 */
#ifndef NG_DISPATCH_POST_H
#define NG_DISPATCH_POST_H

#include "environment.h"

#include "../include/nogil.h"

/*
 * Posts settle(number, outcome, value), on which a promise waits; a value that cannot cross rejects it with what says so.
 * No context goes with it: settling runs nothing of the user's. True also where its owner has ended; false with an
 * exception: the promise is as open as before. Thread: any, attached.
 */
bool ng_post_outcome(PyObject *settle, PyObject *number, ng_js_completion outcome, PyObject *value);

/*
 * Puts these into the core's Python code; false with an exception. Thread: any, attached.
 *   _post(function, ...)                            whether the function's owner has got the call
 *   _post_outcome(settle, number, outcome, value)   as ng_post_outcome
 */
bool ng_post_open(void);

#endif
