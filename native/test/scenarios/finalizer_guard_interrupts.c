/*
 * Shutting down while every thread computes: they are interrupted, come back, and Python is finalized.
 * None is importing by then: see ng_stress_import.
 */
#include "finalizer_guard.h"
#include "stress.h"

/* A thread that attaches to a finalized Python hangs for ever: this long, and it is one. */
#define HANG_MS 5000U

static _Atomic uint32_t back;

static void compute(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_phase(thread, "computing");
    char message[NG_MESSAGE_SIZE];
    ng_status status = ng_stress_try(environment, "entered.append(1)\nwhile True: pass", message);
    NG_STRESS_CHECK(thread->stress,
                    status == NG_STATUS_PYTHON_ERROR || status == NG_STATUS_SHUT_DOWN);
    ng_stress_close(environment);
    atomic_fetch_add(&back, 1U);
    ng_stress_count(thread->stress);
}

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "entered = []");
    ng_stress_close(environment);
}

static void wait_for_all(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    int64_t count = *(const uint32_t *)thread->context;
    while (ng_stress_number(environment, "len(entered)") < count) {
        ng_sleep_ms(1);
    }
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_import(stress);
    ng_stress_join(ng_stress_spawn(stress, prepare, NULL));
    ng_stress_thread *threads[64];
    uint32_t count = stress->threads < 64U ? stress->threads : 64U;
    for (uint32_t i = 0; i < count; i++) {
        threads[i] = ng_stress_spawn(stress, compute, NULL);
    }
    ng_stress_join(ng_stress_spawn(stress, wait_for_all, &count));
    NG_STRESS_CHECK(stress, ng_shutdown(20000) == NG_STATUS_OK);
    uint64_t until = ng_clock_ms() + HANG_MS;
    while (atomic_load(&back) < count && ng_clock_ms() < until) {
        ng_sleep_ms(1);
    }
    NG_STRESS_CHECK(stress, atomic_load(&back) == count);
    for (uint32_t i = 0; i < count; i++) {
        ng_stress_join(threads[i]);
    }
}

const ng_scenario ng_scenario_finalizer_guard_interrupts = {
    .name = "finalizer_guard_interrupts",
    .guard = "finalizer-guard",
    .description = "threads that compute are interrupted at shutdown, and Python is finalized",
    .run = run,
    .flags = NG_SCENARIO_ONCE,
};
