/*
 * Python is finalized while threads go in and out of it: each of them is refused sooner or later, none
 * crashes or hangs, and Py_FinalizeEx did run. None is importing by then: see ng_stress_import.
 */
#include "finalizer_guard.h"
#include "stress.h"

/* A thread that attaches to a finalized Python hangs for ever: this long, and it is one. */
#define HANG_MS 5000U

/* Threads that have seen the end. */
static _Atomic uint32_t refused;

static void use_until_refused(ng_stress_thread *thread)
{
    ng_stress_phase(thread, "opening");
    ng_stress_environment *environment = ng_stress_try_open(thread);
    if (environment == NULL) {
        atomic_fetch_add(&refused, 1U);
        return;
    }
    ng_stress_phase(thread, "using Python");
    char message[NG_MESSAGE_SIZE];
    ng_status status = NG_STATUS_OK;
    while (status == NG_STATUS_OK) {
        /* Short ones, to be in the door often; some leave a handle behind for the end to find. */
        bool keep = ng_stress_below(thread, 16) == 0U;
        ng_handle handle = 0;
        status = ng_object_run(environment->core, keep ? "[object()]" : "1", keep ? 10U : 1U,
                               &handle, message);
        if (status == NG_STATUS_OK && !keep) {
            status = ng_object_release(environment->core, handle);
        }
    }
    /* PYTHON_ERROR: interrupted, after a tenth of a second inside. */
    NG_STRESS_CHECK(thread->stress,
                    status == NG_STATUS_SHUT_DOWN || status == NG_STATUS_PYTHON_ERROR);
    ng_stress_phase(thread, "closing");
    ng_stress_close(environment);
    atomic_fetch_add(&refused, 1U);
}

/* Environments come and go as well: their ends pass the same gate. */
static void come_and_go(ng_stress_thread *thread)
{
    ng_stress_environment *environment = NULL;
    while ((environment = ng_stress_try_open(thread)) != NULL) {
        ng_stress_phase(thread, "closing");
        ng_stress_close(environment);
        ng_stress_phase(thread, "opening");
    }
    atomic_fetch_add(&refused, 1U);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_import(stress);
    for (uint32_t i = 0; i < stress->threads; i++) {
        (void)ng_stress_spawn(stress, i % 4U == 3U ? come_and_go : use_until_refused, NULL);
    }
    ng_sleep_ms((uint32_t)(20U + stress->seed % 50U));
    NG_STRESS_CHECK(stress, ng_shutdown(10000) == NG_STATUS_OK);
    uint64_t until = ng_clock_ms() + HANG_MS;
    while (atomic_load(&refused) < stress->threads && ng_clock_ms() < until) {
        ng_sleep_ms(1);
    }
    NG_STRESS_CHECK(stress, atomic_load(&refused) == stress->threads);
    ng_gate_statistics gate;
    ng_gate_read(ng_gate_of_python(), &gate);
    NG_STRESS_CHECK(stress, gate.state == NG_GATE_CLOSED && gate.leaked == 0U && gate.inside == 0U);
    ng_stress_count(stress);
}

const ng_scenario ng_scenario_finalizer_guard_python_ends = {
    .name = "finalizer_guard_python_ends",
    .guard = "finalizer-guard",
    .description = "Python is finalized while threads go in and out: all are refused, none hangs",
    .run = run,
    .flags = NG_SCENARIO_ONCE,
};
