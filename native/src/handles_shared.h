/*
 * handles_shared.h: tokens, names for Python objects that any thread may use.
 *
 * A token is a slot's number and generation like a handle, with bit 52 set, so that neither is ever
 * taken for the other. Any number of threads may open it (a reference of their own), take it (open and
 * release in one) or release it, at the same moment.
 *
 * The brief empties a slot with one exchange on its pointer. Where threads race for a slot that is used
 * again, that is check-then-act: between looking at the generation and the exchange, the slot may
 * have been released and filled with another object. Hence one word holds generation, liveness and
 * pins, and every step is a compare-and-swap of that word:
 *
 *   pin     LIVE with n pins  ->  LIVE with n + 1: the object stays until the pin is taken off
 *   end     LIVE with n pins  ->  DYING with n + 1: at most once in a generation; nobody pins any more
 *   unpin   one pin less; whoever brings a DYING slot to none has it alone, empties it, raises its
 *           generation, gives it back, and owns the reference
 *
 * Nobody waits for anybody: an `end` that meets pins leaves the reference to the last of them.
 *
 * Owner:    one strong reference per live slot; the slot belongs to the process.
 * Thread:   any. Between pin and unpin the caller is attached, takes a reference and does nothing else.
 * Lock:     none.
 * Lifetime: slots are never unmapped: another thread may be looking at any of them. What a peak took
 *           is used again.
 */
#ifndef NG_HANDLES_SHARED_H
#define NG_HANDLES_SHARED_H

#include "capi.h"

#include "../include/nogil.h"

#include <stdbool.h>
#include <stdint.h>

#define NG_TOKEN_MARK (UINT64_C(1) << 52)

/*
 * Shares `object`, taking over the caller's reference. 0 without memory: then the reference is still
 * the caller's.
 * sharer: the number of the environment that does it; lifetime: see nogil.h. Thread: any.
 */
ng_token ng_shared_steal(PyObject *object, uint32_t sharer, ng_share_lifetime lifetime);

/*
 * Keeps the token's object alive until ng_shared_unpin. OK or STALE_HANDLE. Thread: any, attached.
 * Detaching while it is pinned would leave the drop to a thread that has to wait.
 */
ng_status ng_shared_pin(ng_token token, PyObject **out);

/*
 * Ends the token, for the environment numbered `by` (0: for a thread without one), and pins it as
 * ng_shared_pin does. OK for exactly one caller, STALE_HANDLE for all others. Thread: any, attached.
 */
ng_status ng_shared_end(ng_token token, ng_handle_end end, uint32_t by, PyObject **out);

/*
 * Takes one pin off. A reference that the caller must drop now, with nothing held, or NULL.
 * Thread: whoever pinned, attached.
 */
PyObject *ng_shared_unpin(ng_token token);

/* Ends one token that `sharer` gave the lifetime of its environment, as ng_shared_end. Looks from
 * *cursor (0 at first) on. 0 when there is none left. Thread: the sharer's, attached. */
ng_token ng_shared_end_next(uint32_t sharer, uint32_t *cursor);

/* Everything known of a number that should be a token. Thread: any. */
void ng_shared_describe(ng_token token, ng_handle_history *out);

/* Live tokens, the most there were, bytes of the table. Thread: any. */
void ng_shared_statistics(uint64_t *live, uint64_t *peak, uint64_t *bytes);

#endif
