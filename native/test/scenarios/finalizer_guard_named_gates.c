/*
 * Gates by name: threads that ask for the same name at the same moment get the same gate; one that has
 * seen its gate close has nothing of the library in its hands, and whoever stays inside is counted.
 */
#include "finalizer_guard.h"
#include "stress.h"

#include <stdio.h>

#define NAMES 64U

typedef struct library {
    _Atomic(ng_gate *) gate; /* what the first thread that asked got */
    _Atomic uint32_t torn_down;
    _Atomic uint32_t staying; /* threads that are inside for good */
} library;

/* Owner: the run; every field is atomic. */
static library libraries[NAMES];

static ng_gate *find(ng_stress *stress, uint32_t number)
{
    char name[32];
    int size = snprintf(name, sizeof name, "library %u", (unsigned)number);
    ng_gate *gate = NULL;
    NG_STRESS_CHECK(stress, ng_gate_find(name, (size_t)size, &gate) == NG_STATUS_OK);
    ng_gate *none = NULL;
    if (!atomic_compare_exchange_strong(&libraries[number].gate, &none, gate)) {
        NG_STRESS_CHECK(stress, none == gate);
    }
    return gate;
}

/* Goes in and out until the gate is closed; now and then a thread never leaves. */
static void use(ng_stress_thread *thread, uint32_t number, ng_gate *gate, ng_pass *pass)
{
    library *place = &libraries[number];
    while (ng_gate_acquire(gate, pass) != 0) {
        NG_STRESS_CHECK(thread->stress, atomic_load(&place->torn_down) == 0U);
        if (number % 8U == 0U && ng_stress_below(thread, 64) == 0U) {
            atomic_fetch_add(&place->staying, 1U);
            return;
        }
        NG_BARRIER_POINT();
        NG_STRESS_CHECK(thread->stress, atomic_load(&place->torn_down) == 0U);
        ng_gate_release(pass);
    }
}

static void tear_down(ng_stress_thread *thread, uint32_t number, ng_gate *gate)
{
    library *place = &libraries[number];
    for (uint32_t i = ng_stress_below(thread, 200); i > 0U; i--) {
        ng_yield();
    }
    uint64_t leaked = 0;
    ng_status status = ng_gate_end(gate, number % 8U == 0U ? 20U : 10000U, &leaked);
    NG_STRESS_CHECK(thread->stress, (status == NG_STATUS_OK) == (leaked == 0U));
    /* On a busy machine the short bound also gives up on who is only slow to leave. */
    uint64_t staying = atomic_load(&place->staying);
    NG_STRESS_CHECK(thread->stress, number % 8U == 0U ? leaked >= staying : leaked == staying);
    if (leaked == 0U) {
        atomic_store(&place->torn_down, 1U);
    }
}

static void go(ng_stress_thread *thread)
{
    for (uint32_t number = 0; number < NAMES; number++) {
        if (!ng_stress_meet(thread, NULL)) {
            return;
        }
        ng_stress_phase(thread, "asking for the gate");
        ng_gate *gate = find(thread->stress, number);
        ng_pass *pass = ng_gate_join(gate);
        NG_STRESS_CHECK(thread->stress, pass != NULL);
        if (thread->index == 0U) {
            ng_stress_phase(thread, "closing the gate");
            tear_down(thread, number, gate);
            ng_gate_part(pass);
        } else {
            ng_stress_phase(thread, "going in and out");
            use(thread, number, gate, pass);
            /* One that stays keeps its pass, like a thread that hangs. */
            if (ng_gate_acquire(gate, pass) == 0 && atomic_load(&libraries[number].staying) == 0U) {
                ng_gate_part(pass);
            }
        }
    }
}

static void run(ng_stress *stress)
{
    ng_stress_threads(stress, stress->threads, go, NULL);
}

const ng_scenario ng_scenario_finalizer_guard_named_gates = {
    .name = "finalizer_guard_named_gates",
    .guard = "finalizer-guard",
    .description = "a name is one gate for all threads; what it guards is torn down behind nobody",
    .run = run,
    .flags = NG_SCENARIO_NO_PYTHON,
};
