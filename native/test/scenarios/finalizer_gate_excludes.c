/*
 * Once a gate's closer has seen that nobody is inside, nobody gets in: many gates are closed, one after
 * the other, while threads go in and out.
 */
#include "finalizer_guard.h"
#include "stress.h"

typedef struct ground {
    ng_gate gate;
    _Atomic uint32_t torn_down; /* what being inside protects from */
} ground;

/* Owner: thread 0 between two meetings; the others use it after them. */
static ground grounds[2];

static void visit(ng_stress_thread *thread, ground *place, ng_pass *pass)
{
    for (uint32_t i = 0; i < 200; i++) {
        if (!ng_gate_enter(&place->gate, pass)) {
            return;
        }
        NG_STRESS_CHECK(thread->stress,
                        atomic_load_explicit(&place->torn_down, memory_order_relaxed) == 0U);
        if (ng_stress_below(thread, 8) == 0U) {
            ng_gate_suspend(pass);
            ng_gate_resume(pass);
        }
        NG_STRESS_CHECK(thread->stress,
                        atomic_load_explicit(&place->torn_down, memory_order_relaxed) == 0U);
        ng_gate_leave(pass);
    }
}

static void close_it(ng_stress_thread *thread, ground *place)
{
    for (uint32_t i = ng_stress_below(thread, 50); i > 0U; i--) {
        ng_yield();
    }
    NG_STRESS_CHECK(thread->stress, ng_gate_begin_closing(&place->gate));
    /* A suspended thread may come back, so nobody inside is not yet deserted. */
    do {
        NG_STRESS_CHECK(thread->stress, ng_gate_wait(&place->gate, ng_clock_ms() + 10000U));
    } while (!ng_gate_is_deserted(&place->gate));
    atomic_store_explicit(&place->torn_down, 1U, memory_order_relaxed);
    ng_gate_close(&place->gate, 0U);
}

static void go(ng_stress_thread *thread)
{
    ng_pass *passes[2] = {ng_pass_take(&grounds[0].gate), ng_pass_take(&grounds[1].gate)};
    NG_STRESS_CHECK(thread->stress, passes[0] != NULL && passes[1] != NULL);
    for (uint32_t round = 0; ng_stress_meet(thread, NULL); round++) {
        uint32_t turn = round % 2U;
        if (thread->index != 0U) {
            visit(thread, &grounds[turn], passes[turn]);
            continue;
        }
        close_it(thread, &grounds[turn]);
        /* The other one is used by nobody until the next meeting. */
        atomic_store_explicit(&grounds[1U - turn].torn_down, 0U, memory_order_relaxed);
        ng_gate_open(&grounds[1U - turn].gate);
    }
    ng_pass_give_back(passes[0]);
    ng_pass_give_back(passes[1]);
}

static void run(ng_stress *stress)
{
    ng_gate_open(&grounds[0].gate);
    ng_stress_threads(stress, stress->threads, go, NULL);
}

const ng_scenario ng_scenario_finalizer_gate_excludes = {
    .name = "finalizer_gate_excludes",
    .guard = "finalizer-guard",
    .description = "once the closer has seen that nobody is inside, nobody gets in",
    .run = run,
    .flags = NG_SCENARIO_NO_PYTHON,
};
