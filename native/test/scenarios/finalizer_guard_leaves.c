/*
 * Shutting down while a thread sleeps in C and another interpreter lives: within the bound, Python is
 * left as it is, what was given up is counted, and the process ends all the same.
 */
#include "finalizer_guard.h"
#include "stress.h"

#include <string.h>

#define BOUND_MS 400U
/* Beyond the bound: a loaded machine, a sanitizer. */
#define SLACK_MS 5000U

static const char subinterpreter[] = "try:\n"
                                     "    import _interpreters as i\n"
                                     "except ImportError:\n"
                                     "    import _xxsubinterpreters as i\n"
                                     "kept = i.create()\n";

static void sleep_in_c(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_phase(thread, "sleeping in C for ever");
    (void)ng_stress_try(environment, "import time; slept = True; time.sleep(100000)", NULL);
}

static void end_with_subinterpreter(ng_stress *stress)
{
    /* Nobody is inside, and yet Py_FinalizeEx would be fatal before 3.13. */
    NG_STRESS_CHECK(stress, ng_shutdown(20000) == NG_STATUS_BUSY);
    ng_gate_statistics gate;
    ng_gate_read(ng_gate_of_python(), &gate);
    NG_STRESS_CHECK(stress, gate.state == NG_GATE_CLOSED && gate.leaked == 0U);
}

static void end_with_sleeper(ng_stress *stress)
{
    uint64_t begin = ng_clock_ms();
    NG_STRESS_CHECK(stress, ng_shutdown(BOUND_MS) == NG_STATUS_BUSY);
    NG_STRESS_CHECK(stress, ng_clock_ms() - begin < BOUND_MS + SLACK_MS);
    ng_gate_statistics gate;
    /* The last word is the core's thread's, which may be a moment behind the bound. */
    do {
        ng_yield();
        ng_gate_read(ng_gate_of_python(), &gate);
    } while (gate.state != NG_GATE_CLOSED);
    NG_STRESS_CHECK(stress, gate.leaked == 1U);
}

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    if (thread->context != NULL) {
        ng_stress_run(environment, thread->context);
    } else {
        while (ng_stress_number(environment, "int('slept' in globals())") == 0) {
            ng_sleep_ms(1);
        }
    }
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    static char source[sizeof subinterpreter];
    memcpy(source, subinterpreter, sizeof source);
    if (stress->seed % 2U == 0U) {
        ng_stress_join(ng_stress_spawn(stress, prepare, source));
        end_with_subinterpreter(stress);
    } else {
        (void)ng_stress_spawn(stress, sleep_in_c, NULL);
        ng_stress_join(ng_stress_spawn(stress, prepare, NULL));
        end_with_sleeper(stress);
    }
    ng_stress_count(stress);
}

const ng_scenario ng_scenario_finalizer_guard_leaves = {
    .name = "finalizer_guard_leaves",
    .guard = "finalizer-guard",
    .description = "what cannot be ended in time is left alone, counted, and keeps nobody waiting",
    .run = run,
    .flags = NG_SCENARIO_ONCE | NG_SCENARIO_LEAVES_PYTHON,
};
