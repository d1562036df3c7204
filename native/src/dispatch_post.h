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

/*
 * Posts a call of a function of the core's own, which needs no context: one of the user's is posted by `_post`. True also
 * where its owner has ended; false with an exception. Thread: any, attached.
 */
bool ng_post_own(PyObject *function, PyObject *const *arguments, size_t count);

/* Puts `_post(function, ...)` into the core's Python code; false with an exception. Thread: any, attached. */
bool ng_post_open(void);

#endif
