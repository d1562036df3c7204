#include "run.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Waits are cut in slices, as they go by a clock that can be set. */
#define WAIT_SLICE_MS 50

struct ng_stress_group {
    ng_mutex lock;
    ng_condition changed;
    uint32_t members;
    uint32_t running;            /* lock: threads that have not returned */
    uint32_t arrived;            /* lock */
    _Atomic uint32_t generation; /* written under lock */
    bool go;                     /* lock: the answer of the generation before */
    ng_mailbox **mailboxes;      /* lock: of those who wait and serve; `members` long */
    uint32_t mailbox_count;      /* lock */
};

char ng_run_replay[4096];

/* Guards the list; a leaf. */
static ng_mutex list_lock = NG_MUTEX_INITIALIZER;
static ng_stress_thread *threads; /* list_lock */
static uint32_t started_threads;  /* list_lock: numbers the threads, for their seeds */

static _Atomic uint64_t rounds;
static _Atomic uint32_t failed;
static _Atomic uint64_t hung_at_ms; /* moved by ng_run_begin */
static uint32_t grace;              /* written before the watchdog starts */

/* ---- failing and watching ------------------------------------------------------------------------- */

_Noreturn void ng_stress_fail(ng_stress *stress, const char *format, ...)
{
    if (atomic_exchange_explicit(&failed, 1U, memory_order_relaxed) != 0U) {
        for (;;) {
            ng_sleep_ms(1000); /* whoever failed first is ending the process */
        }
    }
    va_list arguments;
    va_start(arguments, format);
    (void)fprintf(stderr, "\nFAILED %s: ", stress->scenario->name);
    (void)vfprintf(stderr, format, arguments);
    (void)fprintf(stderr, "\n  seed %llu\n  replay: %s\n", (unsigned long long)stress->seed,
                  ng_run_replay);
    va_end(arguments);
    (void)fflush(stderr);
    ng_process_end(1);
}

void ng_run_print_phases(void)
{
    ng_mutex_lock(&list_lock);
    for (ng_stress_thread *each = threads; each != NULL; each = each->next) {
        /* Acquire pairs with the release in ng_stress_phase: the text is there. */
        (void)fprintf(stderr, "  thread %u: %s%s\n", each->index,
                      atomic_load_explicit(&each->phase, memory_order_acquire),
                      atomic_load_explicit(&each->ended, memory_order_acquire) != 0U ? " (ended)"
                                                                                     : "");
    }
    ng_mutex_unlock(&list_lock);
}

static void watch(void *raw)
{
    ng_stress *stress = raw;
    while (ng_clock_ms() < atomic_load_explicit(&hung_at_ms, memory_order_relaxed)) {
        ng_sleep_ms(WAIT_SLICE_MS);
    }
    (void)fprintf(stderr, "\nThe threads of %s:\n", stress->scenario->name);
    ng_run_print_phases();
    ng_stress_fail(stress, "hung: not over %u ms after its time was up", grace);
}

void ng_run_begin(ng_stress *stress)
{
    stress->until_ms = ng_clock_ms() + stress->duration_ms;
    atomic_store_explicit(&hung_at_ms, stress->until_ms + grace, memory_order_relaxed);
}

void ng_run_watch(ng_stress *stress, uint32_t grace_ms)
{
    grace = grace_ms;
    ng_run_begin(stress);
    if (!ng_thread_start(watch, stress)) {
        ng_stress_fail(stress, "no thread for the watchdog");
    }
}

/* ---- one thread --------------------------------------------------------------------------------- */

static ng_stress_thread *make_thread(ng_stress *stress, uint32_t index,
                                     void (*entry)(ng_stress_thread *), void *context)
{
    ng_stress_thread *thread = calloc(1, sizeof *thread);
    if (thread == NULL) {
        ng_stress_fail(stress, "no memory for a thread");
    }
    thread->stress = stress;
    thread->index = index;
    thread->entry = entry;
    thread->context = context;
    atomic_init(&thread->phase, "starting");
    ng_mutex_lock(&list_lock);
    started_threads++;
    thread->random = stress->seed * 0x9E3779B97F4A7C15U + started_threads;
    thread->next = threads;
    threads = thread;
    ng_mutex_unlock(&list_lock);
    return thread;
}

static void free_thread(ng_stress_thread *thread)
{
    ng_mutex_lock(&list_lock);
    for (ng_stress_thread **link = &threads; *link != NULL; link = &(*link)->next) {
        if (*link == thread) {
            *link = thread->next;
            break;
        }
    }
    ng_mutex_unlock(&list_lock);
    free(thread);
}

void ng_stress_phase(ng_stress_thread *thread, const char *phase)
{
    /* Release: pairs with ng_run_print_phases. */
    atomic_store_explicit(&thread->phase, phase, memory_order_release);
}

uint32_t ng_stress_random(ng_stress_thread *thread)
{
    /* splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014). */
    thread->random += 0x9E3779B97F4A7C15U;
    uint64_t mixed = thread->random;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return (uint32_t)((mixed ^ (mixed >> 31U)) >> 32U);
}

uint32_t ng_stress_below(ng_stress_thread *thread, uint32_t bound)
{
    return (uint32_t)(((uint64_t)ng_stress_random(thread) * bound) >> 32U);
}

void ng_stress_count(ng_stress *stress)
{
    (void)stress;
    atomic_fetch_add_explicit(&rounds, 1U, memory_order_relaxed);
}

uint64_t ng_run_rounds(void)
{
    return atomic_load_explicit(&rounds, memory_order_relaxed);
}

bool ng_stress_goes_on(ng_stress_thread *thread)
{
    /* One round at least: under a sanitizer, getting here may take longer than the whole run. */
    if (thread->went_on && ng_clock_ms() >= thread->stress->until_ms) {
        return false;
    }
    thread->went_on = true;
    ng_stress_count(thread->stress);
    return true;
}

/* ---- groups ---------------------------------------------------------------------------------------- */

static ng_stress_group *make_group(ng_stress *stress, uint32_t members)
{
    ng_stress_group *group = calloc(1, sizeof *group);
    ng_mailbox **mailboxes = calloc(members, sizeof(ng_mailbox *));
    if (group == NULL || mailboxes == NULL) {
        ng_stress_fail(stress, "no memory for a group of threads");
    }
    ng_mutex_init(&group->lock);
    ng_condition_init(&group->changed);
    group->members = members;
    group->running = members;
    group->mailboxes = mailboxes;
    return group;
}

static void free_group(ng_stress_group *group)
{
    ng_mutex_end(&group->lock);
    ng_condition_end(&group->changed);
    free((void *)group->mailboxes);
    free(group);
}

typedef struct meeting {
    ng_stress_group *group;
    uint32_t generation;
} meeting;

static bool is_over(void *context)
{
    meeting *own = context;
    /* Acquire pairs with the release in let_go. */
    return atomic_load_explicit(&own->group->generation, memory_order_acquire) != own->generation;
}

/* Under the group's lock, by whoever came last. */
static void let_go(ng_stress_group *group, bool go)
{
    group->go = go;
    group->arrived = 0;
    (void)atomic_fetch_add_explicit(&group->generation, 1U, memory_order_release);
    ng_condition_broadcast(&group->changed);
    for (uint32_t i = 0; i < group->mailbox_count; i++) {
        ng_mailbox_nudge(group->mailboxes[i]);
        ng_mailbox_release(group->mailboxes[i]);
    }
    group->mailbox_count = 0;
}

static bool meet(ng_stress_thread *thread, ng_stress_environment *environment, bool timed)
{
    ng_stress_group *group = thread->group;
    ng_mutex_lock(&group->lock);
    meeting own = {group, atomic_load_explicit(&group->generation, memory_order_relaxed)};
    if (++group->arrived == group->members) {
        bool first = !thread->went_on; /* as in ng_stress_goes_on */
        let_go(group, !timed || first || ng_clock_ms() < thread->stress->until_ms);
    } else if (environment != NULL) {
        ng_mailbox *mailbox = environment->core->mailbox;
        ng_mailbox_reference(mailbox);
        group->mailboxes[group->mailbox_count++] = mailbox;
        ng_mutex_unlock(&group->lock);
        (void)ng_mailbox_wait(mailbox, environment->core, is_over, &own, UINT64_MAX);
        ng_mutex_lock(&group->lock);
    } else {
        while (!is_over(&own)) {
            ng_condition_wait(&group->changed, &group->lock, -1);
        }
    }
    /* Nobody comes to the next meeting's end before we have read this: we are one of its members. */
    bool go = group->go;
    ng_mutex_unlock(&group->lock);
    return go;
}

bool ng_stress_meet(ng_stress_thread *thread, ng_stress_environment *environment)
{
    if (thread->group == NULL) {
        ng_stress_fail(thread->stress, "ng_stress_meet on a thread that is in no group");
    }
    if (thread->index == 0U) {
        ng_stress_count(thread->stress);
    }
    bool go = meet(thread, environment, true);
    thread->went_on = true;
    return go;
}

static void group_main(void *raw)
{
    ng_stress_thread *thread = raw;
    ng_stress_group *group = thread->group;
    (void)meet(thread, NULL, false);
    ng_stress_phase(thread, "running");
    thread->entry(thread);
    atomic_store_explicit(&thread->ended, 1U, memory_order_release);
    ng_mutex_lock(&group->lock);
    group->running--;
    ng_condition_broadcast(&group->changed);
    ng_mutex_unlock(&group->lock);
}

void ng_stress_threads(ng_stress *stress, uint32_t count, void (*entry)(ng_stress_thread *thread),
                       void *context)
{
    ng_stress_group *group = make_group(stress, count);
    ng_stress_thread **members = calloc(count, sizeof(ng_stress_thread *));
    if (members == NULL) {
        ng_stress_fail(stress, "no memory for %u threads", count);
    }
    for (uint32_t i = 0; i < count; i++) {
        members[i] = make_thread(stress, i, entry, context);
        members[i]->group = group;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!ng_thread_start(group_main, members[i])) {
            ng_stress_fail(stress, "thread %u of %u could not be started", i, count);
        }
    }
    ng_mutex_lock(&group->lock);
    while (group->running > 0U) {
        ng_condition_wait(&group->changed, &group->lock, -1);
    }
    ng_mutex_unlock(&group->lock);
    for (uint32_t i = 0; i < count; i++) {
        free_thread(members[i]);
    }
    free((void *)members);
    free_group(group);
}

static void single_main(void *raw)
{
    ng_stress_thread *thread = raw;
    ng_stress_group *group = thread->group;
    ng_stress_phase(thread, "running");
    thread->entry(thread);
    atomic_store_explicit(&thread->ended, 1U, memory_order_release);
    ng_mutex_lock(&group->lock);
    group->running--;
    ng_condition_broadcast(&group->changed);
    ng_mutex_unlock(&group->lock);
}

ng_stress_thread *ng_stress_spawn(ng_stress *stress, void (*entry)(ng_stress_thread *thread),
                                  void *context)
{
    ng_stress_thread *thread = make_thread(stress, 0, entry, context);
    thread->group = make_group(stress, 1);
    if (!ng_thread_start(single_main, thread)) {
        ng_stress_fail(stress, "a thread could not be started");
    }
    return thread;
}

void ng_stress_join(ng_stress_thread *thread)
{
    ng_stress_group *group = thread->group;
    ng_mutex_lock(&group->lock);
    while (group->running > 0U) {
        ng_condition_wait(&group->changed, &group->lock, -1);
    }
    ng_mutex_unlock(&group->lock);
    free_thread(thread);
    free_group(group);
}
