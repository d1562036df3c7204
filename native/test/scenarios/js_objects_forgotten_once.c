/*
 * Several environments hand JavaScript objects to Python, whose threads drop them, and owners take them up again,
 * while owners end: a number is given to another object only after Python has dropped the one before, each is
 * forgotten exactly once, and what stands for it is never another one's.
 *
 * The host is JavaScript's part of the bargain: an entry for each number, `live` from when the core has made what
 * stands for it until `drop_object`.
 */
#include "stress.h"

#include "js_objects.h"

#include <stdatomic.h>
#include <stdlib.h>

#define OWNERS 4U
#define NUMBERS 64U

typedef struct owner {
    ng_stress_environment *environment;
    bool live[NUMBERS + 1U]; /* the owner's thread */
    uint64_t given;
    uint64_t forgotten;
} owner;

static _Atomic uint64_t forgotten_in_all;

static const char droppers[] =
    "import threading, random\n"
    "pile, stop = [[] for _ in range(16)], threading.Event()\n"
    "def drop(index):\n"
    "    chance = random.Random(index)\n"
    "    while not stop.is_set():\n"
    "        heap = pile[chance.randrange(16)]\n"
    "        try:\n"
    "            item = heap.pop()\n"
    "        except IndexError:\n"
    "            continue\n"
    "        copies = [item] * chance.randrange(4)\n"
    "        if copies and chance.randrange(2):\n"
    "            pile[chance.randrange(16)].append(copies.pop())\n"
    "        del item, copies\n"
    "threads = [threading.Thread(target=drop, args=(i,), daemon=True) for i in range(4)]\n"
    "for thread in threads: thread.start()\n"
    "def put(item): pile[random.randrange(16)].append(item)\n";

static owner *of_this_thread(owner *set)
{
    static _Thread_local owner *own;
    if (set != NULL) {
        own = set;
    }
    return own;
}

/* Implements `drop_object` of ng_host. */
static void drop_object(void *context, uint64_t number)
{
    ng_stress *stress = ((ng_stress_environment *)context)->stress;
    owner *own = of_this_thread(NULL);
    NG_STRESS_CHECK(stress, own->environment == context);
    NG_STRESS_CHECK(stress, number > 0U && number <= NUMBERS);
    NG_STRESS_CHECK(stress, own->live[number]); /* twice, or what was never given */
    NG_STRESS_CHECK(stress, ng_js_object_is_live(own->environment->core, number) == 0);
    own->live[number] = false;
    own->forgotten++;
}

static void give(owner *own, ng_handle put)
{
    ng_environment *core = own->environment->core;
    ng_stress *stress = own->environment->stress;
    char message[NG_MESSAGE_SIZE];
    uint64_t number = 1U + ng_stress_below(own->environment->thread, NUMBERS);
    ng_handle argument = 0;
    ng_handle result = 0;
    NG_STRESS_CHECK(stress, ng_attach(core));
    ng_object *made = ng_js_object_for(core, number, 0);
    NG_STRESS_CHECK(stress, made != NULL);
    NG_STRESS_CHECK(stress, ng_js_object_number(core, made) == number);
    ng_object *same = ng_js_object_for(core, number, 0);
    NG_STRESS_CHECK(stress, same == made);
    ng_py.Py_DecRef(same);
    argument = ng_handle_steal(&core->handles, made);
    ng_detach(core);
    own->given += own->live[number] ? 0U : 1U;
    own->live[number] = true;
    NG_STRESS_CHECK(stress, ng_js_object_is_live(core, number) == 1);
    NG_STRESS_CHECK(stress,
                    ng_object_call(core, put, &argument, 1, &result, message) == NG_STATUS_OK);
    NG_STRESS_CHECK(stress, ng_object_release(core, argument) == NG_STATUS_OK);
}

static void own_objects(ng_stress_thread *thread)
{
    while (ng_stress_goes_on(thread)) {
        owner own = {.environment = ng_stress_open(thread)};
        char message[NG_MESSAGE_SIZE];
        (void)of_this_thread(&own);
        own.environment->core->host.drop_object = drop_object;
        NG_STRESS_CHECK(thread->stress,
                        ng_js_objects_open(own.environment->core, message) == NG_STATUS_OK);
        ng_handle put = ng_stress_object(own.environment, "put");
        ng_stress_phase(thread, "giving");
        /* Not to the end of a round whose time is up: on a busy machine each attach waits for the collector. */
        for (uint32_t i = ng_stress_below(thread, 400); i > 0U; i--) {
            give(&own, put);
            if (own.given > 8U && ng_clock_ms() >= thread->stress->until_ms) {
                break;
            }
            if (ng_stress_below(thread, 8) == 0U) {
                ng_stress_turn(own.environment, 0);
            }
        }
        if (ng_stress_below(thread, 2) == 0U) {
            ng_stress_phase(thread, "waiting until all are forgotten");
            /* Nothing of this owner is left in Python, then: each that was given has been forgotten, once. */
            while (own.given != own.forgotten) {
                ng_stress_run(own.environment, "for heap in pile: heap.clear()");
                ng_stress_turn(own.environment, 1);
            }
        }
        atomic_fetch_add_explicit(&forgotten_in_all, own.forgotten, memory_order_relaxed);
        ng_stress_phase(thread, "ending");
        ng_stress_close(own.environment);
    }
}

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, droppers);
    ng_stress_close(environment);
}

static void finish(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_phase(thread, "joining Python's threads");
    ng_stress_run(environment, "stop.set()\n"
                               "for thread in threads: thread.join()\n"
                               "for heap in pile: heap.clear()\n");
    ng_stress_close(environment);
    NG_STRESS_CHECK(thread->stress,
                    atomic_load_explicit(&forgotten_in_all, memory_order_relaxed) > 0U);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_threads(stress, 1, prepare, NULL);
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, OWNERS, own_objects, NULL);
    ng_stress_collector_stop(collector);
    ng_stress_threads(stress, 1, finish, NULL);
}

const ng_scenario ng_scenario_js_objects_forgotten_once = {
    .name = "js_objects_forgotten_once",
    .guard = "core",
    .description = "each JavaScript object is forgotten once, while threads drop it and owners end",
    .run = run,
};
