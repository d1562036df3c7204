/*
 * An object is created by one thread, dropped by another, resurrected by its __del__ on a third (whichever
 * collects) and taken by a fourth, which drops it for good: nothing is lost, nothing freed under anyone.
 */
#include "stress.h"

/* Where the makers leave tokens and the droppers find them. Each cell: whoever exchanges it. */
#define CELLS 32U
static _Atomic uint64_t cells[CELLS];

static const char setup[] = "import gc\n"
                            "ashes = []\n"
                            "class Phoenix:\n"
                            "    def __init__(self):\n"
                            "        self.me = [self]\n"
                            "        self.word = 'whole'\n"
                            "    def __del__(self):\n"
                            "        self.word += ' again'\n"
                            "        ashes.append(self)\n"
                            "def rise():\n"
                            "    try:\n"
                            "        return ashes.pop()\n"
                            "    except IndexError:\n"
                            "        return None\n"
                            "def check(found):\n"
                            "    assert found is None or found.word == 'whole again', found.word\n";

static void make(ng_stress_thread *thread, ng_stress_environment *environment)
{
    ng_handle handle = ng_stress_object(environment, "Phoenix()");
    ng_token token = 0;
    NG_STRESS_CHECK(thread->stress,
                    ng_handle_share(environment->core, handle, NG_SHARE_UNTIL_RELEASED, &token) ==
                        NG_STATUS_OK);
    NG_STRESS_CHECK(thread->stress, ng_object_release(environment->core, handle) == NG_STATUS_OK);
    /* Release pairs with the acquire in `drop`. What was there is dropped here instead. */
    token = atomic_exchange_explicit(&cells[ng_stress_below(thread, CELLS)], token,
                                     memory_order_acq_rel);
    if (token != 0U) {
        NG_STRESS_CHECK(thread->stress, ng_token_release(environment->core, token) == NG_STATUS_OK);
    }
}

static void drop(ng_stress_thread *thread, ng_stress_environment *environment)
{
    ng_token token =
        atomic_exchange_explicit(&cells[ng_stress_below(thread, CELLS)], 0U, memory_order_acq_rel);
    if (token == 0U) {
        return;
    }
    ng_handle handle = 0;
    if (ng_stress_below(thread, 2) == 0U) {
        NG_STRESS_CHECK(thread->stress, ng_token_release(environment->core, token) == NG_STATUS_OK);
        return;
    }
    NG_STRESS_CHECK(thread->stress,
                    ng_token_take(environment->core, token, &handle) == NG_STATUS_OK);
    NG_STRESS_CHECK(thread->stress, ng_object_release(environment->core, handle) == NG_STATUS_OK);
}

static void take_risen(ng_stress_environment *environment)
{
    ng_stress_run(environment, "check(rise())");
    /* One that is left to the environment's end. */
    (void)ng_stress_object(environment, "rise()");
}

static void live(ng_stress_thread *thread)
{
    while (ng_stress_goes_on(thread)) {
        ng_stress_environment *environment = ng_stress_open(thread);
        for (uint32_t i = 0; i < 64U; i++) {
            switch ((thread->index + ng_stress_below(thread, 2)) % 3U) {
            case 0:
                ng_stress_phase(thread, "making");
                make(thread, environment);
                break;
            case 1:
                ng_stress_phase(thread, "dropping");
                drop(thread, environment);
                break;
            default:
                ng_stress_phase(thread, "taking what rose");
                take_risen(environment);
                break;
            }
        }
        ng_stress_phase(thread, "closing");
        ng_stress_close(environment);
    }
}

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, setup);
    ng_stress_close(environment);
}

static void compare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    for (uint32_t i = 0; i < CELLS; i++) {
        ng_token token = atomic_exchange_explicit(&cells[i], 0U, memory_order_acq_rel);
        if (token != 0U) {
            NG_STRESS_CHECK(thread->stress,
                            ng_token_release(environment->core, token) == NG_STATUS_OK);
        }
    }
    ng_stress_run(environment, "gc.collect()\n"
                               "for each in ashes: check(each)\n"
                               "each = None\n"
                               "ashes.clear()\n"
                               "gc.collect()");
    int64_t left = ng_stress_number(environment,
                                    "sum(isinstance(each, Phoenix) for each in gc.get_objects())");
    if (left != 0) {
        ng_stress_fail(thread->stress, "%lld objects are left", (long long)left);
    }
    ng_handle_statistics statistics;
    ng_handle_statistics_read(&statistics);
    NG_STRESS_CHECK(thread->stress, statistics.shared == 0U);
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_join(ng_stress_spawn(stress, prepare, NULL));
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, stress->threads < 3U ? 3U : stress->threads, live, NULL);
    ng_stress_collector_stop(collector);
    ng_stress_join(ng_stress_spawn(stress, compare, NULL));
}

const ng_scenario ng_scenario_handles_resurrected = {
    .name = "handles_resurrected",
    .guard = "handles",
    .description = "made by one thread, dropped by another, resurrected by __del__ in a third",
    .run = run,
};
