/*
 * Tokens by themselves, without Python: threads pin, end and unpin the same tokens while others are made
 * in the slots that become free. Each token is ended by one thread, each object dropped once, after the
 * last pin, and an old token never reaches a new object.
 */
#include "handles_shared.h"
#include "stress.h"

#include <stdatomic.h>

#define OBJECTS 16U

/* Stands for a Python object. `references`: as its count; `token`: the one that may reach it. */
typedef struct stand_in {
    _Atomic int64_t references;
    _Atomic uint64_t token;
    _Atomic uint32_t ended;
} stand_in;

/* Owner: thread 0 between two meetings; the others use them after. */
static stand_in objects[OBJECTS];

static void drop(ng_stress_thread *thread, PyObject *object)
{
    if (object != NULL) {
        stand_in *dropped = (stand_in *)(void *)object;
        /* acq_rel: as a reference count; whoever comes last sees all before. */
        int64_t before = atomic_fetch_sub_explicit(&dropped->references, 1, memory_order_acq_rel);
        NG_STRESS_CHECK(thread->stress, before == 1);
    }
}

/* Between pin and unpin: the object is there, and it is the token's. */
static void look(ng_stress_thread *thread, ng_token token, PyObject *object)
{
    stand_in *found = (stand_in *)(void *)object;
    NG_STRESS_CHECK(thread->stress, found != NULL);
    NG_STRESS_CHECK(thread->stress,
                    atomic_load_explicit(&found->token, memory_order_relaxed) == token);
    NG_STRESS_CHECK(thread->stress,
                    atomic_load_explicit(&found->references, memory_order_relaxed) == 1);
}

static void race(ng_stress_thread *thread, const ng_token *tokens)
{
    for (uint32_t i = 0; i < 8U * OBJECTS; i++) {
        uint32_t which = ng_stress_below(thread, OBJECTS);
        PyObject *object = NULL;
        bool ends = ng_stress_below(thread, 8) == 0U;
        ng_status status =
            ends ? ng_shared_end(tokens[which], NG_HANDLE_END_RELEASED, thread->index + 1U, &object)
                 : ng_shared_pin(tokens[which], &object);
        if (status == NG_STATUS_OK) {
            look(thread, tokens[which], object);
            if (ends) {
                stand_in *ended = (stand_in *)(void *)object;
                NG_STRESS_CHECK(thread->stress, atomic_fetch_add_explicit(
                                                    &ended->ended, 1U, memory_order_relaxed) == 0U);
            }
            drop(thread, ng_shared_unpin(tokens[which]));
        }
        if (ng_stress_below(thread, 4) == 0U) {
            /* One of this thread's own, in a slot that somebody's token has just left. */
            stand_in own = {.references = 1, .token = 0};
            ng_token token = ng_shared_steal((PyObject *)(void *)&own, thread->index + 1U,
                                             NG_SHARE_UNTIL_RELEASED);
            NG_STRESS_CHECK(thread->stress, token != 0U);
            atomic_store_explicit(&own.token, token, memory_order_relaxed);
            NG_STRESS_CHECK(thread->stress,
                            ng_shared_end(token, NG_HANDLE_END_TAKEN, 0, &object) == NG_STATUS_OK);
            look(thread, token, object);
            drop(thread, ng_shared_unpin(token));
            NG_STRESS_CHECK(thread->stress, own.references == 0);
        }
    }
}

static void go(ng_stress_thread *thread)
{
    static ng_token tokens[OBJECTS]; /* as `objects` */
    for (;;) {
        for (uint32_t i = 0; thread->index == 0U && i < OBJECTS; i++) {
            atomic_store_explicit(&objects[i].references, 1, memory_order_relaxed);
            atomic_store_explicit(&objects[i].ended, 0U, memory_order_relaxed);
            tokens[i] =
                ng_shared_steal((PyObject *)(void *)&objects[i], 1U, NG_SHARE_UNTIL_RELEASED);
            NG_STRESS_CHECK(thread->stress, tokens[i] != 0U);
            atomic_store_explicit(&objects[i].token, tokens[i], memory_order_relaxed);
        }
        if (!ng_stress_meet(thread, NULL)) {
            return;
        }
        race(thread, tokens);
        if (!ng_stress_meet(thread, NULL)) {
            return;
        }
        for (uint32_t i = 0; thread->index == 0U && i < OBJECTS; i++) {
            PyObject *object = NULL;
            if (ng_shared_end(tokens[i], NG_HANDLE_END_RELEASED, 1U, &object) == NG_STATUS_OK) {
                drop(thread, ng_shared_unpin(tokens[i]));
            }
            NG_STRESS_CHECK(thread->stress, objects[i].references == 0);
            NG_STRESS_CHECK(thread->stress,
                            ng_shared_pin(tokens[i], &object) == NG_STATUS_STALE_HANDLE);
        }
    }
}

static void run(ng_stress *stress)
{
    ng_stress_threads(stress, stress->threads, go, NULL);
}

const ng_scenario ng_scenario_handles_tokens_race = {
    .name = "handles_tokens_race",
    .guard = "handles",
    .description = "of all threads that end a token one does, and its object is dropped once",
    .run = run,
    .flags = NG_SCENARIO_NO_PYTHON,
};
