/*
 * A named mutex has one holder, and everybody's turn comes: while threads wait, do not wait, wait without
 * blocking, give up, and end holding it. No Python.
 */
#include "stress.h"

#include <stdatomic.h>
#include <stdlib.h>

#define NAMES 3U

typedef struct table {
    _Atomic uint32_t inside[NAMES];
} table;

/* Owner: whoever holds the mutex of that name; that is what the scenario checks. */
static table guarded;
static const char *const names[NAMES] = {"a", "b", "c"};

typedef struct person {
    ng_stress_thread *thread;
    ng_mutex_user *user;
    ng_mutex lock;
    ng_condition changed;
    bool woken;              /* lock */
    ng_mutex_ticket awaited; /* the thread's own */
    bool came;               /* the thread's own */
} person;

static void wake(void *context)
{
    person *self = context;
    ng_mutex_lock(&self->lock);
    self->woken = true;
    ng_condition_broadcast(&self->changed);
    ng_mutex_unlock(&self->lock);
}

static void granted(void *context, ng_mutex_ticket ticket, int abandoned)
{
    (void)abandoned;
    person *self = context;
    /* Never for a ticket that was dropped. */
    NG_STRESS_CHECK(self->thread->stress, ticket == self->awaited && !self->came);
    self->came = true;
}

/* Holding it. */
static void work(person *self, uint32_t name)
{
    ng_stress *stress = self->thread->stress;
    NG_STRESS_CHECK(
        stress, atomic_exchange_explicit(&guarded.inside[name], 1U, memory_order_relaxed) == 0U);
    for (uint32_t i = ng_stress_below(self->thread, 4); i > 0U; i--) {
        ng_yield();
    }
    NG_STRESS_CHECK(
        stress, atomic_exchange_explicit(&guarded.inside[name], 0U, memory_order_relaxed) == 1U);
}

static void drop(person *self, ng_mutex_ticket ticket)
{
    NG_STRESS_CHECK(self->thread->stress, ng_mutex_drop(self->user, ticket) == NG_STATUS_OK);
    NG_STRESS_CHECK(self->thread->stress,
                    ng_mutex_drop(self->user, ticket) == NG_STATUS_STALE_HANDLE);
}

/* True when it ended holding it. */
static bool take(person *self, uint32_t name, bool may_keep)
{
    static const uint64_t timeouts[] = {0, 1, UINT64_MAX};
    uint64_t timeout = timeouts[ng_stress_below(self->thread, 3)];
    ng_mutex_ticket ticket = 0;
    int abandoned = 0;
    char message[NG_MESSAGE_SIZE];
    ng_stress_phase(self->thread, "taking");
    ng_status status =
        ng_mutex_take(self->user, NULL, names[name], 1, timeout, &ticket, &abandoned, message);
    if (status == NG_STATUS_TIMED_OUT) {
        NG_STRESS_CHECK(self->thread->stress, timeout != UINT64_MAX);
        return false;
    }
    NG_STRESS_CHECK(self->thread->stress, status == NG_STATUS_OK);
    work(self, name);
    if (may_keep && ng_stress_below(self->thread, 2) == 0U) {
        return true;
    }
    drop(self, ticket);
    return false;
}

static void take_later(person *self, uint32_t name)
{
    ng_mutex_ticket ticket = 0;
    int at_once = 0;
    int abandoned = 0;
    self->came = false;
    NG_STRESS_CHECK(self->thread->stress,
                    ng_mutex_take_later(self->user, names[name], 1, &ticket, &at_once,
                                        &abandoned) == NG_STATUS_OK);
    self->awaited = ticket;
    bool patient = ng_stress_below(self->thread, 2) == 0U;
    ng_stress_phase(self->thread, patient ? "awaiting" : "giving up");
    while (at_once == 0 && !self->came) {
        ng_mutex_lock(&self->lock);
        if (!self->woken) {
            ng_condition_wait(&self->changed, &self->lock, patient ? 50 : 1);
        }
        self->woken = false;
        ng_mutex_unlock(&self->lock);
        ng_mutex_serve(self->user);
        if (!patient) {
            break;
        }
    }
    if (at_once != 0 || self->came) {
        work(self, name);
    }
    drop(self, ticket);
    self->awaited = 0;
}

static void live(ng_stress_thread *thread)
{
    person self = {.thread = thread};
    ng_mutex_init(&self.lock);
    ng_condition_init(&self.changed);
    while (ng_stress_goes_on(thread)) {
        self.user = ng_mutex_user_create(
            &(ng_mutex_host){.context = &self, .wake = wake, .granted = granted});
        NG_STRESS_CHECK(thread->stress, self.user != NULL);
        uint32_t rounds = 1U + ng_stress_below(thread, 50);
        bool keeps = false;
        for (uint32_t i = 1; i <= rounds && !keeps; i++) {
            uint32_t name = ng_stress_below(thread, NAMES);
            if (ng_stress_below(thread, 2) == 0U) {
                keeps = take(&self, name, i == rounds);
            } else {
                take_later(&self, name);
            }
        }
        ng_mutex_user_destroy(self.user);
    }
    ng_mutex_end(&self.lock);
    ng_condition_end(&self.changed);
}

static void run(ng_stress *stress)
{
    ng_stress_threads(stress, 8, live, NULL);
    ng_emit_statistics now;
    ng_emit_statistics_read(&now);
    NG_STRESS_CHECK(stress, now.mutexes.held == 0U && now.mutexes.waiting == 0U);
    NG_STRESS_CHECK(stress, now.mutexes.abandoned > 0U && now.mutexes.contended > 0U);
}

const ng_scenario ng_scenario_emit_lock_mutex_excludes = {
    .name = "emit_lock_mutex_excludes",
    .guard = "emit-lock",
    .description = "a named mutex has one holder, and everybody's turn comes",
    .run = run,
    .flags = NG_SCENARIO_NO_PYTHON,
};
