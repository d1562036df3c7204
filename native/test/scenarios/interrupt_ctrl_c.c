/*
 * Ctrl-C comes again and again while a thread runs short calls of Python's in an interactive session: each is the
 * call's that runs, or the host's; none is lost, and none reaches what runs next.
 */
#include "stress.h"

#include <signal.h>
#include <stdatomic.h>

/* A Ctrl-C that is nobody's for so long is lost. */
#define LOST_MS 10000U

static _Atomic uint64_t heard;       /* by the host */
static _Atomic uint64_t interrupted; /* calls */
static _Atomic uint32_t over;

static void on_interrupt(int number)
{
    (void)signal(number, on_interrupt); /* some systems install it for one signal only */
    atomic_fetch_add_explicit(&heard, 1U, memory_order_relaxed);
}

static uint64_t answered(void)
{
    return atomic_load_explicit(&heard, memory_order_relaxed) +
           atomic_load_explicit(&interrupted, memory_order_relaxed);
}

static void press(ng_stress_thread *thread)
{
    ng_stress_phase(thread, "pressing Ctrl-C");
    uint64_t pressed = 0;
    while (ng_stress_goes_on(thread)) {
        (void)raise(SIGINT);
        pressed++;
        uint64_t lost_at = ng_clock_ms() + LOST_MS;
        while (answered() < pressed) {
            NG_STRESS_CHECK(thread->stress, ng_clock_ms() < lost_at);
            ng_sleep_ms(0);
        }
        NG_STRESS_CHECK(thread->stress, answered() == pressed);
    }
    atomic_store_explicit(&over, 1U, memory_order_relaxed);
}

static void work(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "def work():\n    return sum(range(200))\n");
    ng_handle function = ng_stress_object(environment, "work");
    while (atomic_load_explicit(&over, memory_order_relaxed) == 0U) {
        NG_STRESS_CHECK(environment->stress,
                        ng_environment_set_interactive(environment->core, 1) == NG_STATUS_OK);
        char message[NG_MESSAGE_SIZE];
        ng_handle result = 0;
        ng_status status = ng_object_call(environment->core, function, NULL, 0, &result, message);
        /* The next calls are not of the session. */
        NG_STRESS_CHECK(environment->stress,
                        ng_environment_set_interactive(environment->core, 0) == NG_STATUS_OK);
        NG_STRESS_CHECK(environment->stress,
                        ng_stress_number(environment, "sum(range(20))") == 190);
        if (status == NG_STATUS_OK) {
            (void)ng_object_release(environment->core, result);
        } else {
            NG_STRESS_CHECK(environment->stress, status == NG_STATUS_PYTHON_ERROR);
            atomic_fetch_add_explicit(&interrupted, 1U, memory_order_relaxed);
        }
    }
    (void)ng_object_release(environment->core, function);
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    atomic_store_explicit(&heard, 0U, memory_order_relaxed);
    atomic_store_explicit(&interrupted, 0U, memory_order_relaxed);
    atomic_store_explicit(&over, 0U, memory_order_relaxed);
    ng_stress_python(stress);
    void (*before)(int) = signal(SIGINT, on_interrupt);
    ng_stress_thread *worker = ng_stress_spawn(stress, work, NULL);
    ng_stress_join(ng_stress_spawn(stress, press, NULL));
    ng_stress_join(worker);
    (void)signal(SIGINT, before);
}

const ng_scenario ng_scenario_interrupt_ctrl_c = {
    .name = "interrupt_ctrl_c",
    .guard = "interrupt",
    .description = "Ctrl-C reaches the call that runs, or the host, and never what runs next",
    .run = run,
};
