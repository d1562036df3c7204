/*
 * A thread calls Python code that only an interrupt ends, while another interrupts it from the moment it begins to
 * attach. One that was reported as sent is raised in that call, and never in the next one.
 */
#include "stress.h"

#define WORKER 77U
/* The worker's Python code gives up by itself after this time: then the interrupt was lost. */
#define SPIN                                                                                       \
    "def spin():\n"                                                                                \
    "    until = time.monotonic() + 5\n"                                                           \
    "    while time.monotonic() < until:\n"                                                        \
    "        pass\n"

/* Whose turn it is; each side writes it when its own is over. */
typedef enum turn {
    TURN_WORKER,
    TURN_INTERRUPTER,
    TURN_OVER
} turn;

typedef struct shared {
    _Atomic uint32_t turn;
    _Atomic bool spinning; /* the call is about to begin, or runs */
} shared;

static bool wait_for(ng_stress_thread *thread, turn wanted)
{
    shared *both = thread->context;
    for (;;) {
        uint32_t now = atomic_load_explicit(&both->turn, memory_order_acquire);
        if (now == (uint32_t)wanted) {
            return true;
        }
        if (now == (uint32_t)TURN_OVER) {
            return false;
        }
        ng_sleep_ms(0);
    }
}

static void call(ng_stress_thread *thread)
{
    shared *both = thread->context;
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_environment_name(environment->core, WORKER);
    ng_stress_run(environment, "import time\n" SPIN);
    ng_handle spin = ng_stress_object(environment, "spin");
    ng_stress_phase(thread, "call");
    while (ng_stress_goes_on(thread)) {
        char message[NG_MESSAGE_SIZE];
        ng_handle result = 0;
        atomic_store_explicit(&both->spinning, true, memory_order_relaxed);
        atomic_store_explicit(&both->turn, (uint32_t)TURN_INTERRUPTER, memory_order_release);
        ng_status status = ng_object_call(environment->core, spin, NULL, 0, &result, message);
        if (status == NG_STATUS_OK) {
            ng_stress_fail(thread->stress, "an interrupt that was reported as sent was lost");
        }
        NG_STRESS_CHECK(thread->stress, status == NG_STATUS_PYTHON_ERROR);
        atomic_store_explicit(&both->spinning, false, memory_order_release);
        /* It sends no more; what it sent too late must not be raised here. */
        (void)wait_for(thread, TURN_WORKER);
        NG_STRESS_CHECK(thread->stress, ng_stress_number(environment, "sum(range(20))") == 190);
    }
    atomic_store_explicit(&both->turn, (uint32_t)TURN_OVER, memory_order_release);
    (void)ng_object_release(environment->core, spin);
    ng_stress_close(environment);
}

static void interrupt(ng_stress_thread *thread)
{
    shared *both = thread->context;
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_phase(thread, "interrupt");
    while (wait_for(thread, TURN_INTERRUPTER)) {
        uint32_t sent = 0;
        while (sent == 0U) {
            NG_STRESS_CHECK(thread->stress, ng_environment_interrupt(environment->core, WORKER,
                                                                     &sent) == NG_STATUS_OK);
        }
        /* Now and then another one, which may come too late. */
        bool again = ng_stress_below(thread, 2) == 0U;
        while (atomic_load_explicit(&both->spinning, memory_order_acquire)) {
            if (again) {
                (void)ng_environment_interrupt(environment->core, WORKER, &sent);
            }
            ng_sleep_ms(0);
        }
        atomic_store_explicit(&both->turn, (uint32_t)TURN_WORKER, memory_order_release);
    }
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    static shared both;
    ng_stress_python(stress);
    ng_stress_thread *worker = ng_stress_spawn(stress, call, &both);
    ng_stress_thread *interrupter = ng_stress_spawn(stress, interrupt, &both);
    ng_stress_join(worker);
    ng_stress_join(interrupter);
}

const ng_scenario ng_scenario_interrupt_reaches_its_call = {
    .name = "interrupt_reaches_its_call",
    .guard = "interrupt",
    .description = "an interrupt that was sent is raised in the call that ran, and in no other",
    .run = run,
};
