/*
 * The process ends while threads are inside Python: they compute, sleep in C, hold a lock of Python's,
 * come and go. ng_shutdown comes back within its bound, whatever it could not finish, and the process
 * ends with its own exit code.
 */
#include "stress.h"

#define BOUND_MS 3000U
/* Beyond the bound: for the clock's slices, and for a machine that is busy with other things. */
#define LATE_MS 5000U

static const char *const works[] = {
    "while True: sum(range(1000))",
    "__import__('time').sleep(600)",
    "with the_lock:\n    while True: sum(range(1000))",
    "the_lock.acquire()",
};

static _Atomic uint32_t inside;

static void stay(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    (void)atomic_fetch_add_explicit(&inside, 1U, memory_order_relaxed);
    uint32_t choice = ng_stress_below(thread, sizeof works / sizeof works[0] + 1U);
    ng_stress_phase(thread, "inside Python");
    if (choice < sizeof works / sizeof works[0]) {
        (void)ng_stress_try(environment, works[choice], NULL);
    } else {
        while (ng_stress_try(environment, "sum(range(100))", NULL) == NG_STATUS_OK) {
        }
    }
    ng_stress_close(environment);
}

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment,
                  "import threading, time\n"
                  "the_lock = threading.Lock()\n"
                  "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()");
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_join(ng_stress_spawn(stress, prepare, NULL));
    for (uint32_t i = 0; i < stress->threads; i++) {
        (void)ng_stress_spawn(stress, stay, NULL); /* never joined: some never come back */
    }
    while (atomic_load_explicit(&inside, memory_order_relaxed) < stress->threads) {
        ng_yield();
    }
    uint64_t begin = ng_clock_ms();
    ng_status status = ng_shutdown(BOUND_MS);
    NG_STRESS_CHECK(stress, status == NG_STATUS_OK || status == NG_STATUS_BUSY);
    uint64_t took = ng_clock_ms() - begin;
    if (took > BOUND_MS + LATE_MS) {
        ng_stress_fail(stress, "ng_shutdown(%u) took %llu ms", BOUND_MS, (unsigned long long)took);
    }
    ng_stress_count(stress);
}

const ng_scenario ng_scenario_core_exit_with_threads_inside = {
    .name = "core_exit_with_threads_inside",
    .guard = "core",
    .description = "the process ends in time while threads compute, sleep and wait inside Python",
    .run = run,
    .flags = NG_SCENARIO_ONCE | NG_SCENARIO_LEAVES_PYTHON,
};
