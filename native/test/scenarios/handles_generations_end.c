/*
 * A slot whose generations are used up is never used again, nor is a chunk that was returned with one: an
 * old name would become valid. Needs no Python: the table does not look at what it holds.
 */
#include "handles.h"
#include "stress.h"

#define LAST_GENERATION ((UINT64_C(1) << NG_HANDLE_GENERATION_BITS) - 1U)
#define CYCLES 100000U
#define OWNER 7U

static uint64_t slot_of(ng_handle handle)
{
    return handle & ((UINT64_C(1) << NG_HANDLE_INDEX_BITS) - 1U);
}

static PyObject *stand_in(void)
{
    static char object;
    return (PyObject *)(void *)&object;
}

static void run(ng_stress *stress)
{
    static ng_handle_cache cache; /* static: its end is not this function's */
    ng_handles_begin_at((uint32_t)(LAST_GENERATION - CYCLES + 1U));
    ng_handle_cache_init(&cache, OWNER);
    PyObject *object = NULL;
    ng_handle first = ng_handle_steal(&cache, stand_in());
    NG_STRESS_CHECK(stress, ng_handle_take(&cache, first, &object) == NG_STATUS_OK);
    ng_handle last = first;
    for (uint64_t i = 1; i < CYCLES; i++) {
        last = ng_handle_steal(&cache, stand_in());
        if (slot_of(last) != slot_of(first) ||
            ng_handle_take(&cache, last, &object) != NG_STATUS_OK || object != stand_in()) {
            ng_stress_fail(stress, "cycle %llu", (unsigned long long)i);
        }
    }
    NG_STRESS_CHECK(stress, last >> NG_HANDLE_INDEX_BITS == LAST_GENERATION);
    ng_handle other = ng_handle_steal(&cache, stand_in());
    NG_STRESS_CHECK(stress, slot_of(other) != slot_of(first));
    const ng_handle old[] = {first, last};
    for (uint32_t i = 0; i < 2U; i++) {
        NG_STRESS_CHECK(stress,
                        ng_handle_borrow(&cache, old[i], &object) == NG_STATUS_STALE_HANDLE);
        ng_handle_history history;
        ng_handle_cache_describe(&cache, old[i], &history);
        NG_STRESS_CHECK(stress, history.state == NG_HANDLE_STATE_RELEASED);
    }
    NG_STRESS_CHECK(stress, ng_handle_take(&cache, other, &object) == NG_STATUS_OK);
    ng_handle_cache_empty(&cache);
    /* The chunk took its last generation with it; the next one has another number. */
    ng_handle next = ng_handle_steal(&cache, stand_in());
    NG_STRESS_CHECK(stress, slot_of(next) >> 12U != slot_of(first) >> 12U);
    for (uint32_t i = 0; i < 2U; i++) {
        NG_STRESS_CHECK(stress,
                        ng_handle_borrow(&cache, old[i], &object) == NG_STATUS_STALE_HANDLE);
    }
    NG_STRESS_CHECK(stress, ng_handle_take(&cache, next, &object) == NG_STATUS_OK);
    ng_handle_cache_empty(&cache);
    /* One that comes back begins where it ended. */
    ng_handle again = ng_handle_steal(&cache, stand_in());
    NG_STRESS_CHECK(stress, slot_of(again) == slot_of(next) && again > next);
    NG_STRESS_CHECK(stress, ng_handle_borrow(&cache, next, &object) == NG_STATUS_STALE_HANDLE);
    NG_STRESS_CHECK(stress, ng_handle_take(&cache, again, &object) == NG_STATUS_OK);
    ng_handle_cache_empty(&cache);
    NG_STRESS_CHECK(stress, ng_handles_bytes() == 0U);
    ng_stress_count(stress);
}

const ng_scenario ng_scenario_handles_generations_end = {
    .name = "handles_generations_end",
    .guard = "handles",
    .description = "a slot whose generations are used up is never used again",
    .run = run,
    /* Beside: generations are counted on the canary, too; it is its races that it leaves open. */
    .flags = NG_SCENARIO_ONCE | NG_SCENARIO_NO_PYTHON | NG_SCENARIO_BESIDE,
};
