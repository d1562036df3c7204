/*
 * The layout of objects is learnt on many threads at once, and is right each time; layouts with one fault
 * seeded into them are each noticed by the proof. The counterpart of a canary: a proof that accepts a
 * wrong layout proves nothing.
 */
#include "abi.h"
#include "stress.h"

/* Seeds fault number `number`. False: this build has nothing there that could be wrong. */
static bool seed(ng_abi_layout *layout, uint32_t number)
{
    switch (number) {
    case 0: /* the other half of a count of 64 bits, or the neighbour of one of 32 */
        layout->count_width = 4;
        layout->count_offset += 4;
        return true;
    case 1: /* the type */
        layout->count_offset = layout->type_offset;
        return true;
    case 2:
        layout->immortal = layout->immortal == 0U;
        layout->immortal_mark = layout->immortal_mark == 0U ? 1 : layout->immortal_mark;
        return true;
    case 3: /* everything is immortal */
        layout->immortal_mark = 0;
        return layout->immortal != 0U;
    case 4:
        layout->immortal_count++;
        return layout->free_threaded != 0U;
    case 5:
        layout->shared_shift++;
        return layout->free_threaded != 0U;
    case 6:
        layout->shared_shift--;
        return layout->free_threaded != 0U;
    case 7:
        layout->shared_offset = layout->owner_offset;
        return layout->free_threaded != 0U;
    case 8:
        layout->owner_offset = layout->shared_offset;
        return layout->free_threaded != 0U;
    case 9: /* the word of flags and local count */
        layout->owner_offset += (uint32_t)sizeof(void *);
        return layout->free_threaded != 0U;
    case 10:
        layout->deferred_mask = (layout->deferred_mask << 1U) & 0xFFU;
        return layout->deferred_mask != 0U;
    case 11:
        layout->deferred_offset--;
        return layout->deferred_mask != 0U;
    case 12:
        layout->deferred_bias >>= 1U;
        return layout->deferred_mask != 0U;
    default: /* a GIL build taken for a free-threaded one */
        layout->free_threaded = 1;
        layout->shared_offset = layout->type_offset;
        return true;
    }
}

#define FAULTS 14U

static void learn(ng_stress_thread *thread)
{
    ng_stress *stress = thread->stress;
    ng_stress_environment *environment = ng_stress_open(thread);
    char message[NG_MESSAGE_SIZE] = "";
    while (ng_stress_goes_on(thread)) {
        NG_STRESS_CHECK(stress, ng_attach(environment->core));
        ng_stress_phase(thread, "learning");
        ng_abi_layout right = {0};
        if (!ng_abi_experiment(&right, message, sizeof message) ||
            !ng_abi_verify(&right, message, sizeof message)) {
            ng_stress_fail(stress, "the layout was not learnt: %s", message);
        }
        ng_stress_phase(thread, "with a fault");
        ng_abi_layout wrong = right;
        uint32_t number = ng_stress_below(thread, FAULTS);
        if (seed(&wrong, number) && ng_abi_verify(&wrong, message, sizeof message)) {
            ng_stress_fail(stress, "fault %u in the layout was not noticed", number);
        }
        ng_detach(environment->core);
    }
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_threads(stress, stress->threads, learn, NULL);
}

const ng_scenario ng_scenario_abi_wrong_layouts_are_refused = {
    .name = "abi_wrong_layouts_are_refused",
    .guard = "abi",
    .description = "the layout is learnt right on many threads at once; seeded faults are noticed",
    .run = run,
};
