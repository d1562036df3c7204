#include "mailbox.h"

#include "platform.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Waits are cut in slices, as they go by a clock that can be set; bounds go by one that cannot. */
#define WAIT_SLICE_MS 50

/* A JavaScript thread that has not looked at its event loop for so long does not serve its timers and its sockets,
   either: it is stuck. Programs that compute for longer on purpose say so. */
#define PATIENCE_MS 30000U

struct ng_mailbox {
    _Atomic uint32_t references;
    _Atomic uint32_t patience_ms;
    _Atomic uint64_t thread;
    ng_mutex lock;
    ng_condition changed;
    ng_message *first; /* lock */
    ng_message *last;  /* lock */
    size_t count;      /* lock */
    bool open;         /* lock; written by the owner's thread only, which reads it without */
    ng_host host;      /* written once; called while `open` only, `wake` under `lock` */
};

ng_mailbox *ng_mailbox_create(const ng_host *host)
{
    ng_mailbox *mailbox = calloc(1, sizeof *mailbox);
    if (mailbox == NULL) {
        return NULL;
    }
    atomic_init(&mailbox->references, 1U);
    atomic_init(&mailbox->patience_ms, PATIENCE_MS);
    atomic_init(&mailbox->thread, 0U);
    ng_mutex_init(&mailbox->lock);
    ng_condition_init(&mailbox->changed);
    mailbox->open = true;
    mailbox->host = *host;
    return mailbox;
}

void ng_mailbox_reference(ng_mailbox *mailbox)
{
    /* Relaxed: whoever adds one holds one. */
    atomic_fetch_add_explicit(&mailbox->references, 1U, memory_order_relaxed);
}

void ng_mailbox_release(ng_mailbox *mailbox)
{
    /* Release pairs with the acquire of whoever is last: all uses happened before the end. */
    if (atomic_fetch_sub_explicit(&mailbox->references, 1U, memory_order_acq_rel) == 1U) {
        ng_mutex_end(&mailbox->lock);
        ng_condition_end(&mailbox->changed);
        free(mailbox);
    }
}

bool ng_mailbox_post(ng_mailbox *mailbox, ng_message *message)
{
    if (ng_process_is_forked_child()) {
        return false; /* its owner is not here, and the lock may be a thread's that is not, either */
    }
    /* Once it is posted, the message may be gone, and with it the sender's reference. */
    ng_mailbox_reference(mailbox);
    message->next = NULL;
    ng_mutex_lock(&mailbox->lock);
    bool accepted = mailbox->open;
    if (accepted) {
        bool was_empty = mailbox->first == NULL;
        if (was_empty) {
            mailbox->first = message;
        } else {
            mailbox->last->next = message;
        }
        mailbox->last = message;
        mailbox->count++;
        ng_condition_broadcast(&mailbox->changed);
        /* Under the lock, or the host could be gone: closing takes it, too. */
        if (was_empty && mailbox->host.wake != NULL) {
            mailbox->host.wake(mailbox->host.context);
        }
    }
    ng_mutex_unlock(&mailbox->lock);
    ng_mailbox_release(mailbox);
    return accepted;
}

void ng_mailbox_nudge(ng_mailbox *mailbox)
{
    if (ng_process_is_forked_child()) {
        return; /* as in post: nobody waits */
    }
    ng_mutex_lock(&mailbox->lock);
    ng_condition_broadcast(&mailbox->changed);
    ng_mutex_unlock(&mailbox->lock);
}

/* Under the lock. */
static ng_message *take_first(ng_mailbox *mailbox)
{
    ng_message *message = mailbox->first;
    if (message != NULL) {
        mailbox->first = message->next;
        mailbox->count--;
        if (mailbox->first == NULL) {
            mailbox->last = NULL;
        }
    }
    return message;
}

bool ng_mailbox_serve(ng_mailbox *mailbox, ng_environment *owner)
{
    ng_mutex_lock(&mailbox->lock);
    /* No more than these: threads that call again as soon as they are answered would keep the event loop
       from its timers, its promises and its end. */
    size_t left = mailbox->count;
    ng_message *message = NULL;
    /* One by one: delivering may serve this mailbox again, further down the stack. */
    while (left > 0U && (message = take_first(mailbox)) != NULL) {
        left--;
        ng_mutex_unlock(&mailbox->lock);
        message->deliver(message, owner);
        ng_mutex_lock(&mailbox->lock);
    }
    bool more = mailbox->first != NULL;
    ng_mutex_unlock(&mailbox->lock);
    return more;
}

/* A timeout of 5 ms must not take 50. */
static int64_t wait_slice(uint64_t until_ms)
{
    uint64_t now = ng_clock_ms();
    uint64_t left = until_ms > now ? until_ms - now : 0U;
    return left < WAIT_SLICE_MS ? (int64_t)left : WAIT_SLICE_MS;
}

/* Relaxed, all four: each is a number of its own, and nothing is read behind it. */

void ng_mailbox_set_patience(ng_mailbox *mailbox, uint32_t patience_ms)
{
    atomic_store_explicit(&mailbox->patience_ms, patience_ms, memory_order_relaxed);
}

uint32_t ng_mailbox_patience(ng_mailbox *mailbox)
{
    return atomic_load_explicit(&mailbox->patience_ms, memory_order_relaxed);
}

void ng_mailbox_set_thread(ng_mailbox *mailbox, uint64_t thread)
{
    atomic_store_explicit(&mailbox->thread, thread, memory_order_relaxed);
}

uint64_t ng_mailbox_thread(ng_mailbox *mailbox)
{
    return atomic_load_explicit(&mailbox->thread, memory_order_relaxed);
}

size_t ng_mailbox_count(ng_mailbox *mailbox)
{
    ng_mutex_lock(&mailbox->lock);
    size_t count = mailbox->count;
    ng_mutex_unlock(&mailbox->lock);
    return count;
}

bool ng_mailbox_is_ending(const ng_mailbox *mailbox)
{
    /* Closed, the host may be gone: a wait that is under way then, further up the stack, ends. */
    return !mailbox->open ||
           (mailbox->host.is_ending != NULL && mailbox->host.is_ending(mailbox->host.context) != 0);
}

bool ng_mailbox_wait(ng_mailbox *mailbox, ng_environment *owner, bool (*done)(void *context),
                     void *context, uint64_t until_ms)
{
    bool reached = false;
    uint64_t asked_ms = ng_clock_ms();
    ng_mutex_lock(&mailbox->lock);
    for (;;) {
        reached = done(context);
        if (reached || ng_clock_ms() >= until_ms) {
            break;
        }
        /* Before the messages, of which there may be no end. */
        if (ng_clock_ms() >= asked_ms + WAIT_SLICE_MS) {
            asked_ms = ng_clock_ms();
            ng_mutex_unlock(&mailbox->lock); /* the host is foreign code */
            bool ending = ng_mailbox_is_ending(mailbox);
            ng_mutex_lock(&mailbox->lock);
            if (ending) {
                reached = done(context);
                break;
            }
            continue; /* to what arrived meanwhile */
        }
        ng_message *message = take_first(mailbox);
        if (message != NULL) {
            ng_mutex_unlock(&mailbox->lock);
            message->deliver(message, owner);
            ng_mutex_lock(&mailbox->lock);
            continue;
        }
        ng_condition_wait(&mailbox->changed, &mailbox->lock, wait_slice(until_ms));
    }
    ng_mutex_unlock(&mailbox->lock);
    return reached;
}

void ng_mailbox_close(ng_mailbox *mailbox)
{
    ng_mutex_lock(&mailbox->lock);
    mailbox->open = false;
    ng_message *message = NULL;
    while ((message = take_first(mailbox)) != NULL) {
        ng_mutex_unlock(&mailbox->lock);
        message->refuse(message);
        ng_mutex_lock(&mailbox->lock);
    }
    ng_mutex_unlock(&mailbox->lock);
}
