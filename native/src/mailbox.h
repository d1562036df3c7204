/*
 * mailbox.h: messages for one environment, delivered on its own thread.
 *
 * Owner:    counted references: the environment's own, and one of each callback that may post to it. An
 *           environment that ends closes its mailbox; the memory stays until the last reference goes.
 * Thread:   posting: any, attached or not. Delivering and waiting: the environment's, detached.
 * Lock:     `lock` guards the list and `open`. A leaf: nothing is called under it but `done` of a
 *           waiter, which reads atomics only.
 * Lifetime: a message belongs to its sender until it was posted, then to the mailbox, until `deliver` or
 *           `refuse` was called with it: exactly one of them, exactly once, without any lock.
 */
#ifndef NG_MAILBOX_H
#define NG_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "../include/nogil.h"

typedef struct ng_mailbox ng_mailbox;
typedef struct ng_message ng_message;

struct ng_message {
    ng_message *next;
    /* Thread: the mailbox's owner, detached. May run JavaScript and Python, and wait. */
    void (*deliver)(ng_message *message, ng_environment *owner);
    /* The owner ended before. Thread: the owner's, while it ends, or the sender's; detached. */
    void (*refuse)(ng_message *message);
};

/* NULL without memory. `host` is copied; its `wake` is called when a first message arrives. */
ng_mailbox *ng_mailbox_create(const ng_host *host);
void ng_mailbox_reference(ng_mailbox *mailbox);
void ng_mailbox_release(ng_mailbox *mailbox);

/* Hands a message over and wakes the owner. False when the owner has ended, and in a forked child: then it
   is the sender's still, and neither function was called. Thread: any, attached or not. */
bool ng_mailbox_post(ng_mailbox *mailbox, ng_message *message);

/* Makes a waiting owner look at its condition again. Thread: any, attached or not. */
void ng_mailbox_nudge(ng_mailbox *mailbox);

/* Delivers what is there, in the order it was posted. True when more has arrived meanwhile, for which `wake`
   may not be called: serve again. Thread: the owner's, detached. */
bool ng_mailbox_serve(ng_mailbox *mailbox, ng_environment *owner);

/*
 * Waits until `done(context)` is true, delivering messages meanwhile. Whoever makes it true calls
 * ng_mailbox_nudge afterwards. False when the time came first, or the owner's JavaScript is being
 * terminated (ng_mailbox_is_ending).
 * owner: NULL for a mailbox that nobody posts to.
 * until_ms: by ng_clock_ms; UINT64_MAX waits for ever. Thread: the owner's, detached.
 */
bool ng_mailbox_wait(ng_mailbox *mailbox, ng_environment *owner, bool (*done)(void *context),
                     void *context, uint64_t until_ms);

/* How long callers wait for the owner to begin with their call, in milliseconds; 0: for ever; 30 000 until it is set.
   Thread: any, attached or not. */
void ng_mailbox_set_patience(ng_mailbox *mailbox, uint32_t patience_ms);
uint32_t ng_mailbox_patience(ng_mailbox *mailbox);

/* Python's number of the owner's thread (threading.get_ident); 0 until it is set. Thread: any. */
void ng_mailbox_set_thread(ng_mailbox *mailbox, uint64_t thread);
uint64_t ng_mailbox_thread(ng_mailbox *mailbox);

/* How many messages are in it. Thread: any. */
size_t ng_mailbox_count(ng_mailbox *mailbox);

/* Whether the owner's host says that its JavaScript is being terminated, or it is closed. Thread: the
   owner's, detached. */
bool ng_mailbox_is_ending(const ng_mailbox *mailbox);

/* Ends it: what is in it is refused, and so is what comes later. Thread: the owner's, detached. */
void ng_mailbox_close(ng_mailbox *mailbox);

#endif
