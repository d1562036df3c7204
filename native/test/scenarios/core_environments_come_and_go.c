/*
 * Environments are made, run Python and end on many threads at once while the collector stops the
 * world: each handle they held is released, and Python ends properly.
 */
#include "stress.h"

#define HANDLES 16U

static void live(ng_stress_thread *thread)
{
    while (ng_stress_goes_on(thread)) {
        ng_stress_phase(thread, "opening");
        ng_stress_environment *environment = ng_stress_open(thread);
        ng_stress_phase(thread, "using Python");
        for (uint32_t i = 0; i < HANDLES; i++) {
            /* A cycle with a finalizer: the collector and the environment's end meet in it. */
            ng_handle handle = ng_stress_object(environment, "Node()");
            if (ng_stress_below(thread, 2) == 0U) {
                NG_STRESS_CHECK(thread->stress,
                                ng_object_release(environment->core, handle) == NG_STATUS_OK);
                NG_STRESS_CHECK(thread->stress, ng_object_release(environment->core, handle) ==
                                                    NG_STATUS_STALE_HANDLE);
            }
        }
        ng_stress_phase(thread, "closing");
        ng_stress_close(environment);
    }
}

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "import itertools, gc\n"
                               "made = itertools.count()\n"
                               "gone = itertools.count()\n"
                               "class Node:\n"
                               "    def __init__(self):\n"
                               "        self.me = [self]\n"
                               "        next(made)\n"
                               "    def __del__(self):\n"
                               "        next(gone)\n");
    ng_stress_close(environment);
}

static void compare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "gc.collect()");
    int64_t made = ng_stress_number(environment, "next(made)");
    int64_t gone = ng_stress_number(environment, "next(gone)");
    if (made != gone) {
        ng_stress_fail(thread->stress, "%lld objects made, %lld finalized", (long long)made,
                       (long long)gone);
    }
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_join(ng_stress_spawn(stress, prepare, NULL));
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, stress->threads, live, NULL);
    ng_stress_collector_stop(collector);
    ng_stress_join(ng_stress_spawn(stress, compare, NULL));
}

const ng_scenario ng_scenario_core_environments_come_and_go = {
    .name = "core_environments_come_and_go",
    .guard = "core",
    .description =
        "environments come and go on many threads, the collector running: nothing is lost",
    .run = run,
};
