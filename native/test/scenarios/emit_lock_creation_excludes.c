/*
 * One environment holds the creation lock at a time, as often as it likes, while holders call functions of
 * those who wait, give up waiting, and end while they hold it.
 */
#include "emit_lock.h"
#include "stress.h"

#include <stdatomic.h>

typedef struct workshop {
    _Atomic uint32_t inside; /* environment number of who holds the lock; 0: nobody */
} workshop;

/* Owner: whoever holds the creation lock; that is what the scenario checks. */
static workshop place;

/* Called by others' Python while this environment waits, holds the lock itself, or runs its loop. */
static int64_t take_inside_call(ng_stress_environment *environment, void *context,
                                ng_object *const *arguments, size_t count)
{
    (void)context;
    (void)arguments;
    (void)count;
    /* Its caller may hold the lock and wait for us: do not wait for ever. */
    if (ng_creation_acquire(environment->core, ng_clock_ms() + 1U) == NG_STATUS_OK) {
        ng_creation_release(environment->core);
    }
    return 1;
}

static void call_others(ng_stress_environment *environment)
{
    ng_stress_run(environment, "for key, function in list(functions.items()):\n"
                               "    try: function()\n"
                               "    except RuntimeError: functions.pop(key, None)\n");
}

/* Holding the lock. */
static void work(ng_stress_thread *thread, ng_stress_environment *environment)
{
    uint32_t nobody = 0;
    NG_STRESS_CHECK(thread->stress, atomic_compare_exchange_strong_explicit(
                                        &place.inside, &nobody, environment->core->number,
                                        memory_order_relaxed, memory_order_relaxed));
    uint32_t deeper = ng_stress_below(thread, 3);
    for (uint32_t i = 0; i < deeper; i++) {
        NG_STRESS_CHECK(thread->stress,
                        ng_creation_acquire(environment->core, UINT64_MAX) == NG_STATUS_OK);
    }
    if (ng_stress_below(thread, 8) == 0U) {
        call_others(environment);
    } else {
        ng_yield();
    }
    for (uint32_t i = 0; i < deeper; i++) {
        ng_creation_release(environment->core);
    }
    NG_STRESS_CHECK(thread->stress, atomic_load_explicit(&place.inside, memory_order_relaxed) ==
                                        environment->core->number);
    atomic_store_explicit(&place.inside, 0U, memory_order_relaxed);
}

static void publish(ng_stress_environment *environment)
{
    char message[NG_MESSAGE_SIZE];
    ng_handle function = 0;
    ng_handle result = 0;
    ng_status status = ng_function_emit(environment->core,
                                        ng_stress_function_add(environment, take_inside_call, NULL),
                                        "take", NULL, &function, message);
    ng_handle set = ng_stress_object(environment, "lambda f: functions.__setitem__(id(f), f)");
    if (status != NG_STATUS_OK ||
        ng_object_call(environment->core, set, &function, 1, &result, message) != NG_STATUS_OK) {
        ng_stress_fail(environment->stress, "no function: %s", message);
    }
}

static void one_life(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    publish(environment);
    uint32_t rounds = 20U + ng_stress_below(thread, 40);
    bool held = false;
    for (uint32_t i = 0; i < rounds && ng_stress_goes_on(thread); i++) {
        uint64_t until = ng_stress_below(thread, 2) == 0U
                             ? UINT64_MAX
                             : ng_clock_ms() + ng_stress_below(thread, 3);
        ng_stress_phase(thread, "waiting for the creation lock");
        ng_status status = ng_creation_acquire(environment->core, until);
        if (status == NG_STATUS_TIMED_OUT) {
            NG_STRESS_CHECK(thread->stress, until != UINT64_MAX);
            continue;
        }
        NG_STRESS_CHECK(thread->stress, status == NG_STATUS_OK);
        ng_stress_phase(thread, "holding it");
        work(thread, environment);
        held = i + 1U == rounds && ng_stress_below(thread, 2) == 0U;
        if (!held) {
            ng_creation_release(environment->core);
        }
        ng_stress_phase(thread, "serving");
        ng_stress_turn(environment, 0);
    }
    /* Ends while it holds the lock, now and then: the next one must get it. */
    ng_stress_phase(thread, "ending");
    ng_stress_close(environment);
}

static void live(ng_stress_thread *thread)
{
    while (ng_stress_goes_on(thread)) {
        one_life(thread);
    }
}

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "functions = {}");
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_threads(stress, 1, prepare, NULL);
    ng_stress_threads(stress, 8, live, NULL);
}

const ng_scenario ng_scenario_emit_lock_creation_excludes = {
    .name = "emit_lock_creation_excludes",
    .guard = "emit-lock",
    .description = "one environment holds the creation lock at a time, whatever the others do",
    .run = run,
};
