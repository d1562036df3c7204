/*
 * An object is created by one thread, dropped by another, resurrected by its __del__ on a third (whichever
 * collects) and shared again or taken by a fourth. Several try to drop the same: one does, nothing is lost,
 * nothing freed under anyone.
 */
#include "stress.h"

/* Where the makers leave tokens and the droppers find them; few, so that they meet. */
#define CELLS 8U
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

/* Tokens made, and tokens that somebody ended: in the end as many. */
static _Atomic uint64_t made;
static _Atomic uint64_t ended;

/* Several threads may try the same token: one of them ends it, the others are told so. */
static void end(ng_stress_thread *thread, ng_stress_environment *environment, ng_token token)
{
    if (token == 0U) {
        return;
    }
    ng_status status = NG_STATUS_OK;
    if (ng_stress_below(thread, 2) == 0U) {
        status = ng_token_release(environment->core, token);
    } else {
        ng_handle handle = 0;
        status = ng_token_take(environment->core, token, &handle);
        NG_STRESS_CHECK(thread->stress,
                        status != NG_STATUS_OK ||
                            ng_object_release(environment->core, handle) == NG_STATUS_OK);
    }
    NG_STRESS_CHECK(thread->stress, status == NG_STATUS_OK || status == NG_STATUS_STALE_HANDLE);
    if (status == NG_STATUS_OK) {
        atomic_fetch_add_explicit(&ended, 1U, memory_order_relaxed);
    }
}

/* Shares what a handle names, instead of it. What was in the cell is ended. */
static void share(ng_stress_thread *thread, ng_stress_environment *environment, ng_handle handle)
{
    ng_token token = 0;
    NG_STRESS_CHECK(thread->stress,
                    ng_handle_share(environment->core, handle, NG_SHARE_UNTIL_RELEASED, &token) ==
                        NG_STATUS_OK);
    atomic_fetch_add_explicit(&made, 1U, memory_order_relaxed);
    NG_STRESS_CHECK(thread->stress, ng_object_release(environment->core, handle) == NG_STATUS_OK);
    /* Relaxed, here and in `drop`: the table orders what a token leads to. */
    token = atomic_exchange_explicit(&cells[ng_stress_below(thread, CELLS)], token,
                                     memory_order_relaxed);
    end(thread, environment, token);
}

/* The token stays in its cell, for others to find and to be refused. */
static void drop(ng_stress_thread *thread, ng_stress_environment *environment)
{
    uint32_t start = ng_stress_below(thread, CELLS);
    for (uint32_t i = 0; i < CELLS; i++) {
        end(thread, environment,
            atomic_load_explicit(&cells[(start + i) % CELLS], memory_order_relaxed));
    }
}

/* What rose is looked at; the next one is shared again, or left to the environment's end. */
static void take_risen(ng_stress_thread *thread, ng_stress_environment *environment)
{
    ng_stress_run(environment, "check(rise())");
    ng_handle handle = ng_stress_object(environment, "rise()");
    if (ng_stress_below(thread, 2) == 0U) {
        share(thread, environment, handle);
    }
}

static void live(ng_stress_thread *thread)
{
    while (ng_stress_goes_on(thread)) {
        ng_stress_environment *environment = ng_stress_open(thread);
        for (uint32_t i = 0; i < 16U; i++) {
            switch ((thread->index + ng_stress_below(thread, 2)) % 3U) {
            case 0:
                ng_stress_phase(thread, "making");
                share(thread, environment, ng_stress_object(environment, "Phoenix()"));
                break;
            case 1:
                ng_stress_phase(thread, "dropping");
                drop(thread, environment);
                break;
            default:
                ng_stress_phase(thread, "taking what rose");
                take_risen(thread, environment);
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
        end(thread, environment, atomic_load_explicit(&cells[i], memory_order_relaxed));
    }
    NG_STRESS_CHECK(thread->stress, atomic_load_explicit(&made, memory_order_relaxed) ==
                                        atomic_load_explicit(&ended, memory_order_relaxed));
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
