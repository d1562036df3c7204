/*
 * Faults on purpose, one of each kind the sanitizers look for: a sanitizer that does not report its
 * own is not at work, and its silence about the others means nothing. The seed chooses. With --library
 * Python runs beside it: what is suppressed on its account must not hide ours.
 */
#include "stress.h"

#include <stdlib.h>

enum {
    SEED_DATA_RACE = 1,
    SEED_USE_AFTER_FREE = 2,
    SEED_LEAK = 3,
    SEED_CHECK = 4,
    SEED_HANG = 5
};

/* Owner: nobody. That is the fault. */
static int unguarded;

static void race(ng_stress_thread *thread)
{
    while (ng_stress_goes_on(thread)) {
        unguarded++;
    }
}

static void hang(ng_stress_thread *thread)
{
    ng_stress_phase(thread, "waiting for nobody");
    for (;;) {
        ng_sleep_ms(1000);
    }
}

/* Where the memory is, kept from the compiler: it would see the fault, and remove or report it. */
static int *volatile memory;

static void use_after_free(void)
{
    memory = malloc(sizeof *memory);
    free(memory);
    *memory = 1;
}

static void leak(void)
{
    memory = malloc(sizeof *memory);
    memory = NULL;
}

static void run(ng_stress *stress)
{
    if (stress->library != NULL) {
        ng_stress_python(stress);
    }
    ng_stress_count(stress);
    switch (stress->seed) {
    case SEED_DATA_RACE:
        ng_stress_threads(stress, 2, race, NULL);
        break;
    case SEED_USE_AFTER_FREE:
        use_after_free();
        break;
    case SEED_LEAK:
        leak();
        break;
    case SEED_CHECK:
        NG_STRESS_CHECK(stress, unguarded != 0);
        break;
    case SEED_HANG:
        ng_stress_threads(stress, 2, hang, NULL);
        break;
    default:
        break;
    }
}

const ng_scenario ng_scenario_seeded_fault = {
    .name = "seeded_fault",
    .guard = "seeded",
    .description = "seeds 1 to 5: a data race, a use after free, a leak, a broken promise, a hang",
    .run = run,
    .flags = NG_SCENARIO_NO_PYTHON | NG_SCENARIO_SEEDED,
};
