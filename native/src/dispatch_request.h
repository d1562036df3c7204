/*
 * dispatch_request.h: one call of a JavaScript function that crosses threads.
 *
 * Owner:    the memory is counted: the caller's reference and the message's. The Python objects in it
 *           belong to whoever its state says (dispatch_request.c), who is attached when he drops them.
 * Thread:   made, waited for and read by the caller; delivered or refused on the function's owner's.
 * Lifetime: from the call until both sides have let go. A caller gives up when the gate closes, its own
 *           JavaScript is terminated, the owner does not begin in time (ng_mailbox_patience) or does not
 *           answer in time (`answer_ms`); what the owner then still does is thrown away.
 */
#ifndef NG_DISPATCH_REQUEST_H
#define NG_DISPATCH_REQUEST_H

#include "environment.h"

/*
 * Calls a function of environment `owner` from a thread, or with a thread state, that is not its own.
 * The caller waits detached; where it is an environment it serves its mailbox meanwhile.
 * mailbox: of the owner.
 * names:   keeps the texts of `call->names`; NULL where there are none.
 * Returns: a new reference, or NULL with an exception raised. Thread: any, attached.
 */
PyObject *ng_request_call(ng_mailbox *mailbox, uint32_t owner, const ng_function_call *call,
                          PyObject *names);

#endif
