#include "run.h"

#include <inttypes.h>
#include <stdio.h>
#if defined(__APPLE__)
#include <mach/mach.h>
#elif defined(__linux__)
#include <unistd.h>
#endif

/* The process's resident memory in bytes; 0 where nobody told us how to ask. */
static uint64_t resident_bytes(void)
{
#if defined(__linux__)
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long long total = 0;
    unsigned long long pages = 0;
    if (file == NULL) {
        return 0;
    }
    int read = fscanf(file, "%llu %llu", &total, &pages);
    (void)fclose(file);
    return read == 2 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0U;
#elif defined(__APPLE__)
    struct mach_task_basic_info facts;
    mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;
    kern_return_t answer =
        task_info(mach_task_self(), MACH_TASK_BASIC_INFO, (task_info_t)&facts, &count);
    return answer == KERN_SUCCESS ? facts.resident_size : 0U;
#else
    return 0;
#endif
}

/* What lives in cycles is no leak: the figures are about what is left after them. */
static void collect(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "import gc\n"
                               "gc.collect()\n"
                               "gc.collect()");
    ng_stress_close(environment);
}

static void sample(ng_stress *stress, uint64_t begin, uint32_t cycle)
{
    ng_stress_join(ng_stress_spawn(stress, collect, NULL));
    ng_statistics statistics;
    ng_statistics_read(&statistics);
    (void)printf("{\"ms\":%" PRIu64 ",\"resident\":%" PRIu64 ",\"handlesLive\":%" PRIu64
                 ",\"environments\":%" PRIu64 ",\"cycle\":%" PRIu32 ",\"scenario\":\"%s\"}\n",
                 ng_clock_ms() - begin, resident_bytes(), statistics.handles_live,
                 statistics.environments, cycle, stress->scenario->name);
    (void)fflush(stdout);
}

static bool may_take_turns(const ng_scenario *scenario)
{
    uint32_t unfit = NG_SCENARIO_ONCE | NG_SCENARIO_LEAVES_PYTHON | NG_SCENARIO_NO_PYTHON |
                     NG_SCENARIO_SEEDED | NG_SCENARIO_ALONE;
    if ((scenario->flags & unfit) != 0U) {
        return false;
    }
    return (scenario->flags & NG_SCENARIO_FREE_THREADED) == 0U || ng_stress_is_free_threaded();
}

void ng_run_soak(ng_stress *stress, const ng_scenario *const *scenarios, size_t count,
                 uint64_t soak_ms)
{
    uint64_t begin = ng_clock_ms();
    ng_stress_python(stress);
    uint32_t cycle = 0;
    bool any = true;
    while (any && ng_clock_ms() < begin + soak_ms) {
        any = false;
        cycle++;
        for (size_t i = 0; i < count && ng_clock_ms() < begin + soak_ms; i++) {
            if (!may_take_turns(scenarios[i])) {
                continue;
            }
            any = true;
            stress->scenario = scenarios[i];
            stress->seed++;
            scenarios[i]->run(stress);
            sample(stress, begin, cycle);
        }
    }
    if (!any) {
        ng_stress_fail(stress, "no scenario can take turns with others");
    }
}
