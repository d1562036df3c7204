/*
 * The references to shared objects are read while other threads take and drop references and
 * the collector stops the world: no reading is nonsense, and when all is quiet it says what Python says.
 */
#include "stress.h"

#include <stdio.h>

#define OBJECTS 8U
/* More than all threads ever hold at once. */
#define MOST 100000U

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "import gc\n"
                               "class Plain: pass\n"
                               "objects = [Plain() for _ in range(8)]\n"
                               "def juggle(n):\n"
                               "    o = objects[n]\n"
                               "    held = [o] * 50\n"
                               "    pairs = [(o, held) for _ in range(20)]\n"
                               "    return len(pairs)\n");
    ng_stress_close(environment);
}

static ng_handle object_of(ng_stress_environment *environment, uint32_t number)
{
    char code[32];
    (void)snprintf(code, sizeof code, "objects[%u]", number);
    return ng_stress_object(environment, code);
}

static void juggle(ng_stress_thread *thread)
{
    ng_stress *stress = thread->stress;
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_handle handles[OBJECTS];
    for (uint32_t i = 0; i < OBJECTS; i++) {
        handles[i] = object_of(environment, i);
    }
    while (ng_stress_goes_on(thread)) {
        uint32_t number = ng_stress_below(thread, OBJECTS);
        if (ng_stress_below(thread, 4) == 0U) {
            ng_stress_phase(thread, "taking and dropping");
            char code[32];
            (void)snprintf(code, sizeof code, "juggle(%u)", number);
            ng_stress_run(environment, code);
        }
        ng_stress_phase(thread, "reading");
        ng_counts counts;
        NG_STRESS_CHECK(stress, ng_abi_refcount(environment->core, handles[number], &counts) ==
                                    NG_STATUS_OK);
        NG_STRESS_CHECK(stress, (counts.flags & NG_COUNTS_IMMORTAL) == 0U);
        /* `objects` and our handle hold one each all the time. A reading in parts may be off by what
           moved between them, never by more than there is. */
        if (counts.count > MOST && counts.count < UINT64_MAX - MOST) {
            ng_stress_fail(stress, "%llu references", (unsigned long long)counts.count);
        }
    }
    ng_stress_close(environment);
}

static void compare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "gc.collect()");
    ng_counts counts;
    for (uint32_t i = 0; i < OBJECTS; i++) {
        ng_handle handle = object_of(environment, i);
        NG_STRESS_CHECK(thread->stress,
                        ng_abi_refcount(environment->core, handle, &counts) == NG_STATUS_OK);
        if (counts.count != 2U) {
            ng_stress_fail(thread->stress, "%llu references in the end, not 2",
                           (unsigned long long)counts.count);
        }
    }
    NG_STRESS_CHECK(thread->stress, ng_abi_refcount(environment->core, 1, &counts) != NG_STATUS_OK);
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_join(ng_stress_spawn(stress, prepare, NULL));
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, stress->threads, juggle, NULL);
    ng_stress_collector_stop(collector);
    ng_stress_join(ng_stress_spawn(stress, compare, NULL));
}

const ng_scenario ng_scenario_abi_counts_while_threads_run = {
    .name = "abi_counts_while_threads_run",
    .guard = "abi",
    .description = "reference counts are read while threads take and drop references",
    .run = run,
};
