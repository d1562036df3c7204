#include "mutexes.h"

#include "barrier.h"
#include "environment.h"
#include "mailbox.h"
#include "platform.h"
#include "waits.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 256U

typedef struct mutex mutex;

/* One attempt to take a mutex; when it is granted, its possession. Guarded by `lock`. */
typedef struct ticket {
    struct ticket *next_waiting; /* in the queue of `of` */
    struct ticket *next_own;     /* of `user` */
    mutex *of;
    ng_mutex_user *user;
    ng_mailbox *waits_at; /* of a thread that blocks, referenced; NULL: asynchronous */
    ng_mutex_ticket number;
    _Atomic uint32_t granted; /* read without `lock` by the thread that waits */
    _Atomic(char *)
        deadlock; /* who waits for whom, so that it will never be granted; freed with the ticket */
    bool forever; /* its thread blocks until it is granted */
    bool abandoned; /* the holder before ended without releasing */
    bool announced; /* its user knows that it is granted */
} ticket;

struct mutex {
    mutex *next; /* in its bucket */
    ticket *holder;
    ticket *first;
    ticket *last;
    bool abandoned; /* nobody was told yet */
    /* The holder's environment, 0 where there is none: written under `lock`, read without by those who wait
       and may be what the holder waits for. Relaxed: they look again under `lock`. */
    _Atomic uint32_t holder_number;
    size_t size;
    char name[];
};

struct ng_mutex_user {
    ng_mutex_host host;
    ng_mailbox *mailbox; /* brings `grants` to the user's thread */
    ticket *tickets;     /* lock */
    uint32_t number;     /* lock; of its thread's environment, 0 before there is one */
    ng_message grants;   /* the mailbox's while `announcing` */
    bool announcing;     /* lock */
};

/* All guarded by `lock`. */
static ng_mutex lock = NG_MUTEX_INITIALIZER;
static mutex *buckets[BUCKETS];
static ng_mutex_ticket last_number;
static ng_lock_statistics figures;

/* ---- under `lock` --------------------------------------------------------------------------- */

/* FNV-1a. */
static mutex **bucket_of(const char *name, size_t size)
{
    uint32_t value = 2166136261U;
    for (size_t i = 0; i < size; i++) {
        value = (value ^ (unsigned char)name[i]) * 16777619U;
    }
    return &buckets[value % BUCKETS];
}

/* NULL without memory. */
static mutex *find_or_make(const char *name, size_t size)
{
    mutex **bucket = bucket_of(name, size);
    mutex *each = *bucket;
    while (each != NULL && (each->size != size || memcmp(each->name, name, size) != 0)) {
        each = each->next;
    }
    if (each == NULL) {
        each = calloc(1, sizeof *each + size + 1);
        if (each != NULL) {
            memcpy(each->name, name, size);
            each->size = size;
            each->next = *bucket;
            *bucket = each;
        }
    }
    return each;
}

static void free_if_unused(mutex *unused)
{
#if defined(NOGIL_UNSAFE_EMIT_LOCK)
    return; /* several hold it */
#endif
    if (unused->holder != NULL || unused->first != NULL || unused->abandoned) {
        return;
    }
    mutex **link = bucket_of(unused->name, unused->size);
    while (*link != unused) {
        link = &(*link)->next;
    }
    *link = unused->next;
    free(unused);
}

/* Makes the user's thread look. Its mailbox is there as long as it has a ticket. */
static void announce(ticket *granted)
{
    ng_mutex_user *user = granted->user;
    if (granted->waits_at != NULL) {
        ng_mailbox_nudge(granted->waits_at);
    } else if (!user->announcing) {
        user->announcing = ng_mailbox_post(user->mailbox, &user->grants);
    }
}

/* ---- threads that wait for each other, under `lock` ------------------------------------------ */

/* More threads than that in a row are taken for no cycle. */
#define LONGEST_CYCLE 64U

/* What a thread stands still for: its innermost wait, as the outer ones go on after it only. One that has a bound ends
   by itself. */
static ticket *blocked_on(const ng_mutex_user *user)
{
    ticket *each = user->tickets; /* the youngest first */
    while (each != NULL &&
           (!each->forever || atomic_load_explicit(&each->granted, memory_order_relaxed) != 0U ||
            atomic_load_explicit(&each->deadlock, memory_order_relaxed) != NULL)) {
        each = each->next_own;
    }
    return each;
}

/* The waits of a cycle that begins with `own`, each for a mutex that the thread of the next one holds; how many. */
static size_t find_cycle(ticket *own, ticket *cycle[LONGEST_CYCLE])
{
    size_t count = 0;
    for (ticket *each = own; each != NULL && count < LONGEST_CYCLE;) {
        cycle[count++] = each;
        ticket *holder = each->of->holder;
        if (holder == NULL) {
            return 0;
        }
        if (holder->user == own->user) {
            return count;
        }
        each = blocked_on(holder->user);
    }
    return 0;
}

static void write_party(char *text, size_t size, const ticket *waits)
{
    size_t used = strlen(text);
    const mutex *of = waits->of;
    int shown = of->size < NG_WAIT_NAME_SIZE ? (int)of->size : (int)NG_WAIT_NAME_SIZE;
    /* 0: its thread has not used Python. */
    (void)snprintf(text + used, size - used,
                   "%senvironment %u waits for the mutex \"%.*s\", which environment %u holds",
                   used == 0U ? "" : "; ", (unsigned)waits->user->number, shown, of->name,
                   (unsigned)of->holder->user->number);
}

/* Ends the waits of everybody in a cycle that `own` is in, if it is in one: each is told of all. */
static void break_cycle(ticket *own)
{
    ticket *cycle[LONGEST_CYCLE];
    size_t count = find_cycle(own, cycle);
    char text[NG_MESSAGE_SIZE] = "";
    for (size_t i = 0; i < count; i++) {
        write_party(text, sizeof text, cycle[i]);
    }
    for (size_t i = 0; i < count; i++) {
        char *copy = malloc(strlen(text) + 1U);
        if (copy != NULL) { /* else that one goes on to wait; the others get out of its way */
            memcpy(copy, text, strlen(text) + 1U);
            /* Release pairs with the acquire of the thread that waits. */
            atomic_store_explicit(&cycle[i]->deadlock, copy, memory_order_release);
            ng_mailbox_nudge(cycle[i]->waits_at);
        }
    }
}

static void set_holder(mutex *of, ticket *holder)
{
    of->holder = holder;
    atomic_store_explicit(&of->holder_number, holder == NULL ? 0U : holder->user->number,
                          memory_order_relaxed);
}

static void grant(mutex *free_one, ticket *to)
{
    set_holder(free_one, to);
    to->abandoned = free_one->abandoned;
    free_one->abandoned = false;
    figures.held++;
    figures.acquired++;
    /* Release pairs with the acquire in is_granted: what the last holder did is visible. */
    atomic_store_explicit(&to->granted, 1U, memory_order_release);
}

static void grant_next(mutex *free_one)
{
    set_holder(free_one, NULL);
    ticket *next = free_one->first;
    if (next == NULL) {
        free_if_unused(free_one);
        return;
    }
    free_one->first = next->next_waiting;
    if (free_one->first == NULL) {
        free_one->last = NULL;
    }
    figures.waiting--;
    grant(free_one, next);
    announce(next);
    /* It may come to a flow of a thread that stands still: then that one is in the way of who waits for this. */
    ticket *stands_still = blocked_on(next->user);
    if (stands_still != NULL) {
        break_cycle(stands_still);
    }
}

static void leave_queue(ticket *own)
{
    mutex *of = own->of;
    of->last = NULL;
    for (ticket **link = &of->first; *link != NULL;) {
        if (*link == own) {
            *link = own->next_waiting;
        } else {
            of->last = *link;
            link = &(*link)->next_waiting;
        }
    }
    figures.waiting--;
    free_if_unused(of);
}

static void free_ticket(ticket *own)
{
    for (ticket **link = &own->user->tickets; *link != NULL; link = &(*link)->next_own) {
        if (*link == own) {
            *link = own->next_own;
            break;
        }
    }
    if (own->waits_at != NULL) {
        ng_mailbox_release(own->waits_at);
    }
    free(atomic_load_explicit(&own->deadlock, memory_order_relaxed));
    free(own);
}

/* Ends a ticket, whether it is granted or waits. */
static void end_ticket(ticket *own)
{
    mutex *of = own->of;
    if (atomic_load_explicit(&own->granted, memory_order_relaxed) == 0U) {
        leave_queue(own);
    } else {
        figures.held--;
        if (of->holder == own) { /* always, but where the guard is compiled out */
            grant_next(of);
        }
    }
    free_ticket(own);
}

static ticket *find_ticket(ng_mutex_user *user, ng_mutex_ticket number)
{
    ticket *each = user->tickets;
    while (each != NULL && each->number != number) {
        each = each->next_own;
    }
    return each;
}

/* Whether the thread itself would have to run for the mutex to become free. */
static bool stands_in_the_way(const ng_mutex_user *user, const mutex *of)
{
    for (const ticket *each = user->tickets; each != NULL; each = each->next_own) {
        if (each->of == of) {
            return true;
        }
    }
    return false;
}

/* A ticket at the end of the queue, or granted at once; `of` goes where there is no memory for it. */
static ticket *queue_up(ng_mutex_user *user, mutex *of, ng_mailbox *waits_at, bool forever)
{
    ticket *added = calloc(1, sizeof *added);
    if (added == NULL) {
        free_if_unused(of);
        return NULL;
    }
    added->of = of;
    added->user = user;
    added->number = ++last_number;
    added->waits_at = waits_at;
    added->forever = forever;
    if (waits_at != NULL) {
        ng_mailbox_reference(waits_at);
    }
    atomic_init(&added->granted, 0U);
    atomic_init(&added->deadlock, NULL);
    added->next_own = user->tickets;
    user->tickets = added;
#if defined(NOGIL_UNSAFE_EMIT_LOCK)
    bool is_free = true;
#else
    bool is_free = of->holder == NULL;
#endif
    if (is_free) {
        grant(of, added);
    } else {
        *(of->last == NULL ? &of->first : &of->last->next_waiting) = added;
        of->last = added;
        figures.waiting++;
        figures.contended++;
        if (forever) {
            break_cycle(added);
        }
    }
    return added;
}

/* ---- a user, on its own thread -------------------------------------------------------------- */

static void deliver_grants(ng_message *message, ng_environment *unused)
{
    (void)unused;
    ng_mutex_user *user =
        (ng_mutex_user *)(void *)((char *)message - offsetof(ng_mutex_user, grants));
    ng_mutex_lock(&lock);
    user->announcing = false;
    for (;;) {
        ticket *each = user->tickets;
        while (each != NULL && (each->announced || each->waits_at != NULL ||
                                atomic_load_explicit(&each->granted, memory_order_relaxed) == 0U)) {
            each = each->next_own;
        }
        if (each == NULL) {
            break;
        }
        each->announced = true;
        ng_mutex_ticket number = each->number;
        int abandoned = each->abandoned ? 1 : 0;
        ng_mutex_unlock(&lock);
        user->host.granted(user->host.context, number, abandoned);
        ng_mutex_lock(&lock);
    }
    ng_mutex_unlock(&lock);
}

static void refuse_grants(ng_message *message)
{
    (void)message; /* the user ends, and with it what was granted */
}

ng_mutex_user *ng_mutex_user_create(const ng_mutex_host *host)
{
    ng_mutex_user *user = calloc(1, sizeof *user);
    if (user == NULL) {
        return NULL;
    }
    user->host = *host;
    user->grants.deliver = deliver_grants;
    user->grants.refuse = refuse_grants;
    user->mailbox = ng_mailbox_create(
        &(ng_host){.context = host->context, .wake = host->wake, .is_ending = host->is_ending});
    if (user->mailbox == NULL) {
        free(user);
        return NULL;
    }
    return user;
}

void ng_mutex_user_destroy(ng_mutex_user *user)
{
    if (user == NULL || ng_process_is_forked_child()) {
        return;
    }
    ng_mutex_lock(&lock);
    while (user->tickets != NULL) {
        ticket *each = user->tickets;
        if (atomic_load_explicit(&each->granted, memory_order_relaxed) != 0U) {
            each->of->abandoned = true;
            figures.abandoned++;
        }
        end_ticket(each);
    }
    ng_mutex_unlock(&lock);
    /* Without tickets nobody posts any more. */
    ng_mailbox_close(user->mailbox);
    ng_mailbox_release(user->mailbox);
    free(user);
}

void ng_mutex_serve(ng_mutex_user *user)
{
    if (!ng_process_is_forked_child()) {
        /* What is left was posted into an empty mailbox, as there is one message: it woke the host. */
        (void)ng_mailbox_serve(user->mailbox, NULL);
    }
}

static bool is_granted(const ticket *own)
{
    return atomic_load_explicit(&own->granted, memory_order_acquire) != 0U;
}

/* A wait. Owner: its stack frame. */
typedef struct wait {
    ticket *own;
    ng_environment *environment; /* may be NULL */
} wait;

/* Whether the holder waits for what this thread does for Python, or for a mutex of this thread's, so that the mutex will
   never come. */
static bool is_hopeless(const wait *of)
{
    if (atomic_load_explicit(&of->own->deadlock, memory_order_acquire) != NULL) {
        return true;
    }
    uint32_t number = atomic_load_explicit(&of->own->of->holder_number, memory_order_relaxed);
    return number != 0U && of->environment != NULL && ng_chain_has(of->environment->chain, number);
}

static bool is_over(void *context)
{
    const wait *own = context;
    return is_granted(own->own) || is_hopeless(own);
}

/* Waits for a ticket of its own; ends it where it is not granted. */
static ng_status wait_for_grant(ng_environment *environment, ticket *own, uint64_t timeout_ms,
                                char *message)
{
    uint64_t now = ng_clock_ms();
    uint64_t until_ms = timeout_ms > UINT64_MAX - now ? UINT64_MAX : now + timeout_ms;
    ng_mailbox *mailbox = own->waits_at;
    wait waits = {.own = own, .environment = environment};
    bool granted = false;
    bool hopeless = false;
    bool ending = false;
    bool again = false;
    do {
        bool reached =
            is_over(&waits) || ng_mailbox_wait(mailbox, environment, is_over, &waits, until_ms);
        NG_BARRIER_POINT(); /* granted between the end of the wait and leaving the queue */
        ending = !reached && ng_mailbox_is_ending(mailbox);
        ng_mutex_lock(&lock);
        const char *deadlock = atomic_load_explicit(&own->deadlock, memory_order_relaxed);
        /* Who is told first lets go, perhaps of this: everybody in the cycle hears of it all the same. */
        granted = is_granted(own) && deadlock == NULL;
        hopeless = !granted && is_hopeless(&waits);
        /* What looked hopeless was not: the holder has released it meanwhile. */
        again = reached && !granted && !hopeless;
        if (!granted && !again) {
            (void)snprintf(message, NG_MESSAGE_SIZE, "%s", deadlock == NULL ? "" : deadlock);
            end_ticket(own);
        }
        ng_mutex_unlock(&lock);
    } while (again);
    if (granted) {
        return NG_STATUS_OK;
    }
    if (hopeless && timeout_ms != 0U) {
        return NG_STATUS_DEADLOCK;
    }
    return ending ? NG_STATUS_ENVIRONMENT_ENDED : NG_STATUS_TIMED_OUT;
}

void ng_mutex_user_opens(ng_mutex_user *user, const ng_environment *environment)
{
    if (ng_process_is_forked_child()) {
        return;
    }
    ng_mutex_lock(&lock);
    user->number = environment->number;
    for (ticket *each = user->tickets; each != NULL; each = each->next_own) {
        if (each->of->holder == each) {
            set_holder(each->of, each);
        }
    }
    ng_mutex_unlock(&lock);
}

/* wait_for_grant, and people who look can see it. */
static ng_status wait_told(ng_environment *environment, ticket *own, uint64_t timeout_ms,
                           const char *name, size_t size, char *message)
{
    ng_wait told = {.view = {.environment = environment->number, .kind = NG_WAIT_MUTEX}};
    told.view.name_size = (uint32_t)(size < NG_WAIT_NAME_SIZE ? size : NG_WAIT_NAME_SIZE);
    memcpy(told.view.name, name, told.view.name_size);
    ng_wait_begin(&told);
    ng_status status = wait_for_grant(environment, own, timeout_ms, message);
    ng_wait_end(&told);
    return status;
}

ng_status ng_mutex_take(ng_mutex_user *user, ng_environment *environment, const char *name,
                        size_t size, uint64_t timeout_ms, ng_mutex_ticket *out, int *abandoned,
                        char *message)
{
    *out = 0;
    *abandoned = 0;
    message[0] = '\0';
    if (ng_process_is_forked_child()) {
        return NG_STATUS_SHUT_DOWN;
    }
    ng_mailbox *waits_at = environment != NULL ? environment->mailbox : user->mailbox;
    ng_status status = NG_STATUS_OK;
    ticket *own = NULL;
    ng_mutex_lock(&lock);
    mutex *of = find_or_make(name, size);
    if (of == NULL) {
        status = NG_STATUS_OUT_OF_MEMORY;
    } else if (stands_in_the_way(user, of)) {
        status = timeout_ms == 0U ? NG_STATUS_TIMED_OUT : NG_STATUS_DEADLOCK;
    } else {
        own = queue_up(user, of, waits_at, timeout_ms == UINT64_MAX);
        status = own == NULL ? NG_STATUS_OUT_OF_MEMORY : NG_STATUS_OK;
    }
    ng_mutex_unlock(&lock);
    if (status == NG_STATUS_OK) {
        status = environment == NULL || is_granted(own)
                     ? wait_for_grant(environment, own, timeout_ms, message)
                     : wait_told(environment, own, timeout_ms, name, size, message);
    }
    if (status == NG_STATUS_OK) {
        *out = own->number;
        *abandoned = own->abandoned ? 1 : 0;
    }
    return status;
}

ng_status ng_mutex_take_later(ng_mutex_user *user, const char *name, size_t size,
                              ng_mutex_ticket *out, int *granted, int *abandoned)
{
    *out = 0;
    *granted = 0;
    *abandoned = 0;
    if (ng_process_is_forked_child()) {
        return NG_STATUS_SHUT_DOWN;
    }
    ng_mutex_lock(&lock);
    mutex *of = find_or_make(name, size);
    ticket *own = of == NULL ? NULL : queue_up(user, of, NULL, false);
    if (own != NULL) {
        *out = own->number;
        own->announced = is_granted(own);
        *granted = own->announced ? 1 : 0;
        *abandoned = own->abandoned ? 1 : 0;
    }
    ng_mutex_unlock(&lock);
    return own == NULL ? NG_STATUS_OUT_OF_MEMORY : NG_STATUS_OK;
}

ng_status ng_mutex_drop(ng_mutex_user *user, ng_mutex_ticket number)
{
    if (ng_process_is_forked_child()) {
        return NG_STATUS_SHUT_DOWN;
    }
    ng_mutex_lock(&lock);
    ticket *own = find_ticket(user, number);
    if (own != NULL) {
        end_ticket(own);
    }
    ng_mutex_unlock(&lock);
    return own == NULL ? NG_STATUS_STALE_HANDLE : NG_STATUS_OK;
}

void ng_mutexes_statistics(ng_lock_statistics *out)
{
    *out = (ng_lock_statistics){0};
    if (ng_process_is_forked_child()) {
        return;
    }
    ng_mutex_lock(&lock);
    *out = figures;
    ng_mutex_unlock(&lock);
}
