/*
 * Chunks of handles are taken and returned under load: while threads go through peaks, a handle names its
 * own object, one that was released or is another thread's names none, and the memory goes back.
 */
#include "handles_shared.h"
#include "stress.h"

#include <stdlib.h>

/* Between one chunk and two: short rounds, so that a slow machine ends them in time. */
#define LOW_PEAK 4200U
#define PEAK 6600U
#define PUBLISHED 256U
#define BATCH 64U
#define TWO_CHUNKS (2U * 65536U)

/* Handles of any thread, live or not, for all others to try. Relaxed: any number must do. */
static _Atomic uint64_t published[PUBLISHED];

typedef struct peak {
    ng_handle handles[PEAK];
    uint32_t count;
} peak;

static void try_foreign(ng_stress_thread *thread, ng_stress_environment *environment)
{
    ng_handle theirs =
        atomic_load_explicit(&published[ng_stress_below(thread, PUBLISHED)], memory_order_relaxed);
    PyObject *object = NULL;
    ng_status status = ng_handle_borrow(&environment->core->handles, theirs, &object);
    ng_handle_history history;
    ng_handle_describe(environment->core, theirs, &history);
    /* Any thread's: live only if it is ours, and then both say so, as nobody else releases it. */
    NG_STRESS_CHECK(thread->stress,
                    (status == NG_STATUS_OK) == (history.state == NG_HANDLE_STATE_LIVE));
    NG_STRESS_CHECK(thread->stress, status != NG_STATUS_OK ||
                                        history.owner == ng_environment_number(environment->core));
}

/* BATCH at a time in one attach: with the collector stopping the world all the time, each attach waits. */
static void climb(ng_stress_thread *thread, ng_stress_environment *environment,
                  PyObject *const *objects, peak *held)
{
    uint32_t until = LOW_PEAK + ng_stress_below(thread, PEAK - LOW_PEAK);
    while (held->count < until) {
        NG_STRESS_CHECK(thread->stress, ng_attach(environment->core));
        for (uint32_t i = 0; i < BATCH && held->count < until; i++) {
            /* Which object it is follows from its place. */
            PyObject *object = objects[held->count % 2U];
            ng_py.Py_IncRef(object);
            ng_handle handle = ng_handle_steal(&environment->core->handles, object);
            NG_STRESS_CHECK(thread->stress, handle != 0U);
            held->handles[held->count++] = handle;
        }
        ng_detach(environment->core);
        atomic_store_explicit(&published[ng_stress_below(thread, PUBLISHED)],
                              held->handles[ng_stress_below(thread, held->count)],
                              memory_order_relaxed);
        try_foreign(thread, environment);
    }
}

/* Releases handles of which the first has that place. */
static void release_some(ng_stress_thread *thread, ng_stress_environment *environment,
                         PyObject *const *objects, const ng_handle *handles, uint32_t place,
                         uint32_t count)
{
    ng_handle_cache *cache = &environment->core->handles;
    PyObject *object = NULL;
    for (uint32_t i = 0; i < count; i++) {
        NG_STRESS_CHECK(thread->stress,
                        ng_handle_borrow(cache, handles[i], &object) == NG_STATUS_OK);
        NG_STRESS_CHECK(thread->stress, object == objects[(place + i) % 2U]);
    }
    size_t released = 0;
    NG_STRESS_CHECK(thread->stress,
                    ng_handle_release(environment->core, handles, count, NG_HANDLE_END_RELEASED,
                                      &released) == NG_STATUS_OK);
    NG_STRESS_CHECK(thread->stress, released == count);
    for (uint32_t i = 0; i < count; i++) {
        NG_STRESS_CHECK(thread->stress,
                        ng_handle_borrow(cache, handles[i], &object) == NG_STATUS_STALE_HANDLE);
    }
}

/* From the end or from the start: chunks become empty in any order. */
static void descend(ng_stress_thread *thread, ng_stress_environment *environment,
                    PyObject *const *objects, peak *held)
{
    uint32_t way = ng_stress_below(thread, 2);
    uint32_t first = 0;
    while (held->count > first) {
        uint32_t left = held->count - first;
        uint32_t count = left < BATCH ? left : BATCH;
        uint32_t place = way == 0U ? held->count - count : first;
        release_some(thread, environment, objects, &held->handles[place], place, count);
        held->count -= way == 0U ? count : 0U;
        first += way == 0U ? 0U : count;
    }
    held->count = 0;
}

static void live(ng_stress_thread *thread)
{
    peak *held = calloc(1, sizeof *held);
    NG_STRESS_CHECK(thread->stress, held != NULL);
    while (ng_stress_goes_on(thread)) {
        ng_stress_environment *environment = ng_stress_open(thread);
        const ng_handle bases[2] = {ng_stress_object(environment, "object()"),
                                    ng_stress_object(environment, "object()")};
        PyObject *objects[2] = {NULL, NULL};
        for (uint32_t i = 0; i < 2U; i++) {
            NG_STRESS_CHECK(thread->stress, ng_handle_borrow(&environment->core->handles, bases[i],
                                                             &objects[i]) == NG_STATUS_OK);
        }
        for (uint32_t i = 0; i < 1U + ng_stress_below(thread, 2); i++) {
            ng_stress_phase(thread, "climbing");
            climb(thread, environment, objects, held);
            ng_stress_phase(thread, "descending");
            descend(thread, environment, objects, held);
        }
        climb(thread, environment, objects, held);
        held->count = 0;
        ng_stress_phase(thread, "closing");
        ng_stress_close(environment); /* with a peak of handles */
    }
    free(held);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, stress->threads, live, NULL);
    ng_stress_collector_stop(collector);
    ng_handle_statistics statistics;
    ng_handle_statistics_read(&statistics);
    NG_STRESS_CHECK(stress, statistics.live == 0U);
    if (statistics.bytes > TWO_CHUNKS) {
        ng_stress_fail(stress, "%llu bytes of the table are left",
                       (unsigned long long)statistics.bytes);
    }
}

const ng_scenario ng_scenario_handles_chunks_come_and_go = {
    .name = "handles_chunks_come_and_go",
    .guard = "handles",
    .description = "memory of handles comes and goes under load, and no old name becomes valid",
    .run = run,
    /* The canary leaves the exchange that empties a slot out; chunks are their owner's alone. */
    .flags = NG_SCENARIO_BESIDE,
};
