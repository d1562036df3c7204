/*
 * 16 threads ask at once for types that need each other, in a ring with chords, while creators fail
 * half-way and the collector stops the world. Of each type all threads must get the same record, and nobody
 * but its creators may see one that is not complete, or that leads to one that is not.
 */
#include "barrier.h"
#include "stress.h"

#include <stdatomic.h>
#include <stdlib.h>

#define THREADS 16U
#define TYPES 6U
#define NEIGHBOURS 2U

/* What stands for a type. Owner: the thread that made it, until its round is over. */
typedef struct record {
    struct record *next;
    _Atomic(struct record *) neighbours[NEIGHBOURS];
    _Atomic uint32_t complete;
} record;

typedef struct worker {
    ng_stress_thread *thread;
    ng_stress_environment *environment;
    ng_handle types[TYPES];
    record *made;
    uint32_t depth; /* creations in progress */
} worker;

/* The record each thread got for each type in this round; compared between two meetings. */
static _Atomic(record *) seen[THREADS][TYPES];

static record *obtain(worker *own, uint32_t type);

/* Not complete, or leading there: somebody was shown what is in progress. */
static void check_complete(worker *own, record *start)
{
    record *each = start;
    for (uint32_t step = 0; step < 2U * TYPES; step++) {
        NG_STRESS_CHECK(own->thread->stress,
                        each != NULL &&
                            atomic_load_explicit(&each->complete, memory_order_relaxed) != 0U);
        each = atomic_load_explicit(&each->neighbours[step % NEIGHBOURS], memory_order_relaxed);
    }
}

/* True when all neighbours are there. */
static bool fill(worker *own, record *target, uint32_t type)
{
    static const uint32_t distance[NEIGHBOURS] = {1, 3};
    for (uint32_t i = 0; i < NEIGHBOURS; i++) {
        NG_BARRIER_POINT();
        if (ng_stress_below(own->thread, 12) == 0U) {
            return false; /* the creator fails half-way */
        }
        record *neighbour = obtain(own, (type + distance[i]) % TYPES);
        if (neighbour == NULL && ng_stress_below(own->thread, 2) == 0U) {
            neighbour = obtain(own, (type + distance[i]) % TYPES); /* caught, and tried again */
        }
        if (neighbour == NULL) {
            return false;
        }
        atomic_store_explicit(&target->neighbours[i], neighbour, memory_order_relaxed);
    }
    return true;
}

static record *create(worker *own, uint32_t type, uint64_t token)
{
    ng_environment *core = own->environment->core;
    ng_stress *stress = own->thread->stress;
    record *made = calloc(1, sizeof *made);
    NG_STRESS_CHECK(stress, made != NULL);
    made->next = own->made;
    own->made = made;
    NG_STRESS_CHECK(stress,
                    ng_type_cache_offer(core, token, (uint64_t)(uintptr_t)made) == NG_STATUS_OK);
    own->depth++;
    bool filled = fill(own, made, type);
    own->depth--;
    if (!filled) {
        NG_STRESS_CHECK(stress, ng_type_cache_abandon(core, token) == NG_STATUS_OK);
        return NULL;
    }
    atomic_store_explicit(&made->complete, 1U, memory_order_relaxed);
    NG_STRESS_CHECK(stress,
                    ng_type_cache_publish(core, token, (uint64_t)(uintptr_t)made) == NG_STATUS_OK);
    return made;
}

/* NULL when the creator failed. */
static record *obtain(worker *own, uint32_t type)
{
    static _Thread_local char message[NG_MESSAGE_SIZE];
    ng_type_cache_answer answer;
    ng_status status = ng_type_cache_begin(own->environment->core, own->types[type],
                                           NG_TYPE_CACHE_SHARED, &answer, message);
    NG_STRESS_CHECK(own->thread->stress, status == NG_STATUS_OK);
    if (answer.outcome == NG_TYPE_CACHE_CREATE) {
        return create(own, type, answer.token);
    }
    record *found = (record *)(uintptr_t)answer.value; // NOLINT: it was a pointer
    if (own->depth == 0U) {
        NG_STRESS_CHECK(own->thread->stress, answer.outcome == NG_TYPE_CACHE_FOUND);
        check_complete(own, found);
    }
    return found;
}

static void ask_for_all(worker *own)
{
    static const char *const names[TYPES] = {"ring[0]", "ring[1]", "ring[2]",
                                             "ring[3]", "ring[4]", "ring[5]"};
    ng_stress_phase(own->thread, "taking handles");
    for (uint32_t i = 0; i < TYPES; i++) {
        own->types[i] = ng_stress_object(own->environment, names[i]);
    }
    uint32_t first = ng_stress_below(own->thread, TYPES);
    ng_stress_phase(own->thread, "asking");
    for (uint32_t i = 0; i < TYPES; i++) {
        uint32_t type = (first + i) % TYPES;
        record *got = NULL;
        while ((got = obtain(own, type)) == NULL) {
        }
        check_complete(own, got);
        atomic_store_explicit(&seen[own->thread->index][type], got, memory_order_relaxed);
    }
}

static void compare(worker *own)
{
    for (uint32_t i = 0; i < TYPES; i++) {
        NG_STRESS_CHECK(own->thread->stress,
                        atomic_load_explicit(&seen[own->thread->index][i], memory_order_relaxed) ==
                            atomic_load_explicit(&seen[0][i], memory_order_relaxed));
    }
}

static void end_round(worker *own)
{
    for (uint32_t i = 0; i < TYPES; i++) {
        NG_STRESS_CHECK(own->thread->stress,
                        ng_object_release(own->environment->core, own->types[i]) == NG_STATUS_OK);
    }
    while (own->made != NULL) {
        record *next = own->made->next;
        free(own->made);
        own->made = next;
    }
}

static void work(ng_stress_thread *thread)
{
    worker own = {.thread = thread, .environment = ng_stress_open(thread)};
    for (;;) {
        if (thread->index == 0U) {
            ng_stress_run(own.environment, "ring = [type(f'Ring{i}', (), {}) for i in range(6)]");
        }
        if (!ng_stress_meet(thread, own.environment)) {
            break;
        }
        ask_for_all(&own);
        ng_stress_phase(thread, "meeting");
        bool more = ng_stress_meet(thread, own.environment);
        if (more) {
            compare(&own);
            more = ng_stress_meet(thread, own.environment);
        }
        if (!more) {
            break;
        }
        end_round(&own);
    }
    /* What is left in the cache is numbers to it; nobody asks any more. */
    ng_stress_close(own.environment);
    while (own.made != NULL) {
        record *next = own.made->next;
        free(own.made);
        own.made = next;
    }
}

/* The entries end with their types: also for whoever takes the next turn in this process. */
static void finish(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "import gc\nring.clear()\ngc.collect()\ngc.collect()");
    ng_type_cache_statistics figures;
    ng_type_cache_statistics_read(&figures);
    if (figures.entries != 0U) {
        ng_stress_fail(thread->stress, "%llu entries outlived their types",
                       (unsigned long long)figures.entries);
    }
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, THREADS, work, NULL);
    ng_stress_collector_stop(collector);
    ng_stress_join(ng_stress_spawn(stress, finish, NULL));
}

const ng_scenario ng_scenario_type_cache_one_creator = {
    .name = "type_cache_one_creator",
    .guard = "type-cache",
    .description =
        "types that need each other, asked for by 16 threads, creators failing half-way: "
        "one complete record each",
    .run = run,
};
