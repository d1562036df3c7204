#include "emit_lock.h"

#include "barrier.h"
#include "platform.h"
#include "waits.h"

#include <stdatomic.h>

/* One thread that waits. Owner: its stack frame. */
typedef struct waiter {
    struct waiter *next;
    ng_environment *environment;
    _Atomic uint32_t granted; /* set under `guard`; read by its own thread without */
} waiter;

/* All guarded by `guard`. */
static ng_mutex guard = NG_MUTEX_INITIALIZER;
static ng_environment *owner;
/* Written under `guard`; read without by those who wait: a holder that waits for them is a deadlock. */
static _Atomic uint32_t owner_number;
static uint32_t depth;
static waiter *first;
static waiter *last;
static uint64_t acquisitions;
static uint64_t contentions;
static uint64_t abandonments;

/* Under `guard`. */
static void set_owner(ng_environment *environment)
{
    owner = environment;
    /* Relaxed: waiters look again and again, and decide under `guard`. */
    atomic_store_explicit(&owner_number, environment == NULL ? 0U : environment->number,
                          memory_order_relaxed);
}

/* Whether the holder waits for what this waiter does, so that the lock will never come. */
static bool is_hopeless(const waiter *own)
{
    uint32_t number = atomic_load_explicit(&owner_number, memory_order_relaxed);
    return number != 0U && ng_chain_has(own->environment->chain, number);
}

/*
 * Under `guard`, with no owner: whoever waited longest owns it. All waits of that environment are
 * granted at once: an inner one (JavaScript that was served while the outer waited) must come back for
 * the outer to go on. The answer is its mailbox, referenced: it may be gone once `guard` is released.
 */
static ng_mailbox *grant_next(void)
{
    if (first == NULL) {
        set_owner(NULL);
        return NULL;
    }
    set_owner(first->environment);
    waiter **link = &first;
    last = NULL;
    while (*link != NULL) {
        waiter *each = *link;
        if (each->environment == owner) {
            *link = each->next;
            depth++;
            /* Release pairs with the acquire in is_over: what the last owner did is visible. */
            atomic_store_explicit(&each->granted, 1U, memory_order_release);
        } else {
            last = each;
            link = &each->next;
        }
    }
    ng_mailbox_reference(owner->mailbox);
    return owner->mailbox;
}

static void tell(ng_mailbox *mailbox)
{
    if (mailbox != NULL) {
        ng_mailbox_nudge(mailbox);
        ng_mailbox_release(mailbox);
    }
}

static bool is_over(void *context)
{
    waiter *own = context;
    return atomic_load_explicit(&own->granted, memory_order_acquire) != 0U || is_hopeless(own) ||
           !ng_gate_is_open(&ng_python_gate);
}

/* Under `guard`. Takes `own` out of the queue, or with NULL all waits of `environment`. */
static void leave_queue(const waiter *own, const ng_environment *environment)
{
    last = NULL;
    for (waiter **link = &first; *link != NULL;) {
        if (own == NULL ? (*link)->environment == environment : *link == own) {
            *link = (*link)->next;
        } else {
            last = *link;
            link = &(*link)->next;
        }
    }
}

static void abandon(ng_end_hook *hook, ng_environment *environment)
{
    (void)hook;
    ng_mutex_lock(&guard);
    ng_mailbox *next = NULL;
    /* A host may end an environment on top of a wait of its: the lock must not go to it any more. */
    leave_queue(NULL, environment);
    if (owner == environment) {
        depth = 0;
        abandonments++;
        next = grant_next();
    }
    ng_mutex_unlock(&guard);
    tell(next);
}

static ng_status wait_for_grant(ng_environment *environment, waiter *own, uint64_t until_ms)
{
    bool granted = false;
    bool hopeless = false;
    bool again = false;
    do {
        bool reached = ng_mailbox_wait(environment->mailbox, environment, is_over, own, until_ms);
        NG_BARRIER_POINT(); /* granted between the end of the wait and leaving the queue */
        ng_mutex_lock(&guard);
        granted = atomic_load_explicit(&own->granted, memory_order_relaxed) != 0U;
        hopeless = is_hopeless(own);
        /* What looked hopeless was not: the holder has released it meanwhile. */
        again = reached && !granted && !hopeless && ng_gate_is_open(&ng_python_gate);
        if (!granted && !again) {
            leave_queue(own, environment);
        }
        ng_mutex_unlock(&guard);
    } while (again);
    if (granted) {
        return NG_STATUS_OK;
    }
    if (hopeless) {
        return NG_STATUS_DEADLOCK;
    }
    if (!ng_gate_is_open(&ng_python_gate)) {
        return NG_STATUS_SHUT_DOWN;
    }
    return ng_mailbox_is_ending(environment->mailbox) ? NG_STATUS_ENVIRONMENT_ENDED
                                                      : NG_STATUS_TIMED_OUT;
}

ng_status ng_creation_acquire(ng_environment *environment, uint64_t until_ms)
{
#if defined(NOGIL_UNSAFE_EMIT_LOCK)
    (void)until_ms;
    (void)environment;
    NG_BARRIER_POINT();
    return NG_STATUS_OK;
#endif
    if (ng_process_is_forked_child()) {
        return NG_STATUS_SHUT_DOWN; /* `guard` may be a thread's that is not here */
    }
    /* For a worker that is terminated while it holds the lock: its `finally` blocks do not run. */
    ng_environment_on_end(environment, &environment->emit_lock_end, abandon);
    waiter own = {.environment = environment};
    atomic_init(&own.granted, 0U);
    NG_BARRIER_POINT(); /* somebody else takes it, or ends, before we are in the queue */
    ng_mutex_lock(&guard);
    bool owned = owner == environment || (owner == NULL && first == NULL);
    acquisitions++;
    if (owned) {
        set_owner(environment);
        depth++;
    } else {
        contentions++;
        *(last == NULL ? &first : &last->next) = &own;
        last = &own;
    }
    ng_mutex_unlock(&guard);
    if (owned) {
        return NG_STATUS_OK;
    }
    ng_wait told = {.view = {.environment = environment->number,
                             .kind = NG_WAIT_CREATION,
                             .of = atomic_load_explicit(&owner_number, memory_order_relaxed)}};
    ng_wait_begin(&told);
    ng_status status = wait_for_grant(environment, &own, until_ms);
    ng_wait_end(&told);
    return status;
}

void ng_creation_release(ng_environment *environment)
{
    if (ng_process_is_forked_child()) {
        return;
    }
    ng_mailbox *next = NULL;
    ng_mutex_lock(&guard);
    /* Released already when the environment ends in between. */
    if (owner == environment && depth > 0U && --depth == 0U) {
        next = grant_next();
    }
    ng_mutex_unlock(&guard);
    tell(next);
}

uint32_t ng_creation_depth(const ng_environment *environment)
{
    if (ng_process_is_forked_child()) {
        return 0;
    }
    ng_mutex_lock(&guard);
    uint32_t held = owner == environment ? depth : 0U;
    ng_mutex_unlock(&guard);
    return held;
}

void ng_creation_statistics(ng_lock_statistics *out)
{
    *out = (ng_lock_statistics){0};
    if (ng_process_is_forked_child()) {
        return;
    }
    ng_mutex_lock(&guard);
    out->held = owner == NULL ? 0U : 1U;
    for (const waiter *each = first; each != NULL; each = each->next) {
        out->waiting++;
    }
    out->acquired = acquisitions;
    out->contended = contentions;
    out->abandoned = abandonments;
    ng_mutex_unlock(&guard);
}
