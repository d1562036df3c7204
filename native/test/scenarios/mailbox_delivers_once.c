/*
 * Each message is delivered or refused exactly once, in the order its sender posted it, while owners
 * come and go.
 */
#include "mailbox.h"
#include "stress.h"

#include <stdlib.h>

#define SENDERS 6U

typedef struct letter {
    ng_message message;
    ng_stress *stress;
    uint32_t sender;
    uint64_t number;
    _Atomic uint32_t fates; /* times it was delivered or refused */
} letter;

typedef struct post_office {
    ng_mutex lock;
    ng_mailbox *open;                 /* lock */
    uint64_t last_delivered[SENDERS]; /* the owner's thread, one mailbox at a time */
    _Atomic uint64_t posted;
    _Atomic uint64_t delivered;
    _Atomic uint64_t refused;
} post_office;

static post_office office = {.lock = NG_MUTEX_INITIALIZER};

static void settle(letter *own, _Atomic uint64_t *counter)
{
    NG_STRESS_CHECK(own->stress,
                    atomic_fetch_add_explicit(&own->fates, 1U, memory_order_relaxed) == 0U);
    atomic_fetch_add_explicit(counter, 1U, memory_order_relaxed);
    free(own);
}

static void deliver(ng_message *message, ng_environment *owner)
{
    (void)owner;
    letter *own = (letter *)(void *)message;
    NG_STRESS_CHECK(own->stress, own->number > office.last_delivered[own->sender]);
    office.last_delivered[own->sender] = own->number;
    settle(own, &office.delivered);
}

static void refuse(ng_message *message)
{
    settle((letter *)(void *)message, &office.refused);
}

static ng_mailbox *current(void)
{
    ng_mutex_lock(&office.lock);
    ng_mailbox *mailbox = office.open;
    if (mailbox != NULL) {
        ng_mailbox_reference(mailbox);
    }
    ng_mutex_unlock(&office.lock);
    return mailbox;
}

static void send(ng_stress_thread *thread)
{
    uint64_t number = 0;
    while (ng_stress_goes_on(thread)) {
        ng_mailbox *mailbox = current();
        if (mailbox == NULL) {
            ng_yield();
            continue;
        }
        letter *own = calloc(1, sizeof *own);
        NG_STRESS_CHECK(thread->stress, own != NULL);
        own->stress = thread->stress;
        own->message.deliver = deliver;
        own->message.refuse = refuse;
        own->sender = thread->index - 1U;
        own->number = ++number;
        if (ng_mailbox_post(mailbox, &own->message)) {
            atomic_fetch_add_explicit(&office.posted, 1U, memory_order_relaxed);
        } else {
            NG_STRESS_CHECK(thread->stress,
                            atomic_load_explicit(&own->fates, memory_order_relaxed) == 0U);
            free(own);
        }
        ng_mailbox_release(mailbox);
    }
}

static bool never(void *context)
{
    (void)context;
    return false;
}

static void own(ng_stress_thread *thread)
{
    while (ng_stress_goes_on(thread)) {
        ng_host host = {0};
        ng_mailbox *mailbox = ng_mailbox_create(&host);
        NG_STRESS_CHECK(thread->stress, mailbox != NULL);
        ng_mutex_lock(&office.lock);
        office.open = mailbox;
        ng_mutex_unlock(&office.lock);
        uint32_t turns = 1U + ng_stress_below(thread, 20);
        for (uint32_t i = 0; i < turns; i++) {
            if (ng_stress_below(thread, 4) == 0U) {
                (void)ng_mailbox_wait(mailbox, NULL, never, NULL, ng_clock_ms() + 1U);
            } else {
                ng_mailbox_serve(mailbox, NULL);
            }
        }
        ng_mutex_lock(&office.lock);
        office.open = NULL;
        ng_mutex_unlock(&office.lock);
        ng_mailbox_close(mailbox);
        ng_mailbox_release(mailbox);
    }
}

static void either(ng_stress_thread *thread)
{
    (thread->index == 0U ? own : send)(thread);
}

static void run(ng_stress *stress)
{
    ng_stress_threads(stress, SENDERS + 1U, either, NULL);
    uint64_t posted = atomic_load_explicit(&office.posted, memory_order_relaxed);
    uint64_t settled = atomic_load_explicit(&office.delivered, memory_order_relaxed) +
                       atomic_load_explicit(&office.refused, memory_order_relaxed);
    if (posted != settled) {
        ng_stress_fail(stress, "%llu posted, %llu delivered or refused", (unsigned long long)posted,
                       (unsigned long long)settled);
    }
}

const ng_scenario ng_scenario_mailbox_delivers_once = {
    .name = "mailbox_delivers_once",
    .guard = "core",
    .description =
        "each message is delivered or refused exactly once, in order, as owners come and go",
    .run = run,
    .flags = NG_SCENARIO_NO_PYTHON,
};
