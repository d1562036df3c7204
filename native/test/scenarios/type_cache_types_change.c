/*
 * Types and their bases are changed, and die, on many threads while others look them up: an entry found
 * is never one of another type that had the same address, and never older than a change that was over
 * before the look-up.
 */
#include "stress.h"

#include <stdio.h>

#define TYPES 8U
#define VERSION_BITS 32U

static const char preparation[] =
    "import itertools, threading\n"
    "serials = itertools.count(1)\n"
    "changing = threading.Lock()\n"
    "class Meta(type): pass\n"
    "def make():\n"
    "    base = type('Base', (), {'version': 1})\n"
    "    serial = next(serials)\n"
    "    kind = Meta if serial % 3 == 0 else type\n"
    "    return kind('Changing', (base,), {'serial': serial})\n"
    "def change(cls, how):\n"
    "    with changing:\n"
    "        base = cls.__mro__[1]\n"
    "        if how == 0:\n"
    "            base.version = cls.version + 1\n"
    "        elif how == 1:\n"
    "            version = cls.version + 1\n"
    "            cls.version = version\n"
    "            base.version = version\n"
    "            del cls.version\n"
    "        else:\n"
    "            cls.__bases__ = (type('Base', (), {'version': cls.version + 1}),)\n"
    "def settled(cls):\n"
    "    with changing:\n"
    "        return cls.version\n"
    "changing_types = [make() for i in range(8)]\n";

/* An int, whose reference it takes; NULL fails. Thread: the environment's, attached. */
static uint64_t number_of(ng_stress *stress, PyObject *value)
{
    NG_STRESS_CHECK(stress, value != NULL);
    int overflow = 0;
    long long number = ng_py.PyLong_AsLongLongAndOverflow(value, &overflow);
    ng_py.Py_DecRef(value);
    return (uint64_t)number;
}

static PyObject *borrow(ng_stress_environment *environment, ng_handle handle)
{
    PyObject *object = NULL;
    NG_STRESS_CHECK(environment->stress,
                    ng_handle_borrow(&environment->core->handles, handle, &object) == NG_STATUS_OK);
    return object;
}

/*
 * What is derived from a type: its serial number and its version. With `settled`, the version after the
 * last change that is over; without, what is visible just now.
 */
static uint64_t derive(ng_stress_environment *environment, ng_handle handle, ng_handle settled)
{
    ng_stress *stress = environment->stress;
    NG_STRESS_CHECK(stress, ng_attach(environment->core));
    PyObject *type = borrow(environment, handle);
    uint64_t serial = number_of(stress, ng_py.PyObject_GetAttrString(type, "serial"));
    PyObject *version =
        settled == 0U
            ? ng_py.PyObject_GetAttrString(type, "version")
            : ng_py.PyObject_CallFunctionObjArgs(borrow(environment, settled), type, NULL);
    uint64_t derived = serial << VERSION_BITS | number_of(stress, version);
    ng_detach(environment->core);
    return derived;
}

static void look_up(ng_stress_environment *environment, ng_handle type, ng_handle settled,
                    uint32_t scope)
{
    static _Thread_local char message[NG_MESSAGE_SIZE];
    ng_stress *stress = environment->stress;
    uint64_t before = derive(environment, type, settled);
    ng_type_cache_answer answer;
    NG_STRESS_CHECK(stress, ng_type_cache_begin(environment->core, type, scope, &answer, message) ==
                                NG_STATUS_OK);
    if (answer.outcome == NG_TYPE_CACHE_CREATE) {
        NG_STRESS_CHECK(stress,
                        ng_type_cache_publish(environment->core, answer.token,
                                              derive(environment, type, 0)) == NG_STATUS_OK);
        return;
    }
    NG_STRESS_CHECK(stress, answer.outcome == NG_TYPE_CACHE_FOUND);
    if (answer.value >> VERSION_BITS != before >> VERSION_BITS) {
        ng_stress_fail(stress, "type %llu found the entry of type %llu",
                       (unsigned long long)(before >> VERSION_BITS),
                       (unsigned long long)(answer.value >> VERSION_BITS));
    }
    if (answer.value < before) {
        ng_stress_fail(stress, "type %llu is at version %u, its entry at %u",
                       (unsigned long long)(before >> VERSION_BITS), (uint32_t)before,
                       (uint32_t)answer.value);
    }
}

static void look(ng_stress_thread *thread, ng_stress_environment *environment, uint32_t which)
{
    char code[64];
    (void)snprintf(code, sizeof code, "changing_types[%u]", which);
    ng_handle type = ng_stress_object(environment, code);
    ng_handle settled = ng_stress_object(environment, "settled");
    uint32_t times = 1U + ng_stress_below(thread, 8);
    for (uint32_t i = 0; i < times; i++) {
        look_up(environment, type, settled, ng_stress_below(thread, 2));
    }
    NG_STRESS_CHECK(thread->stress, ng_object_release(environment->core, type) == NG_STATUS_OK);
    NG_STRESS_CHECK(thread->stress, ng_object_release(environment->core, settled) == NG_STATUS_OK);
    while (ng_type_cache_next_dropped(environment->core) != 0U) {
    }
}

static void work(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    char code[64];
    while (ng_stress_goes_on(thread)) {
        uint32_t which = ng_stress_below(thread, TYPES);
        switch (ng_stress_below(thread, 8)) {
        case 0:
            ng_stress_phase(thread, "changing");
            (void)snprintf(code, sizeof code, "change(changing_types[%u], %u)", which,
                           ng_stress_below(thread, 3));
            ng_stress_run(environment, code);
            break;
        case 1:
            ng_stress_phase(thread, "replacing");
            (void)snprintf(code, sizeof code, "changing_types[%u] = make()", which);
            ng_stress_run(environment, code);
            break;
        default:
            ng_stress_phase(thread, "looking");
            look(thread, environment, which);
            break;
        }
    }
    ng_stress_close(environment);
}

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, preparation);
    ng_stress_close(environment);
}

static void finish(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "import gc\nchanging_types.clear()\ngc.collect()\ngc.collect()");
    ng_type_cache_statistics figures;
    ng_type_cache_statistics_read(&figures);
    if (figures.entries != 0U) {
        ng_stress_fail(thread->stress, "%llu entries outlived their types",
                       (unsigned long long)figures.entries);
    }
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_join(ng_stress_spawn(stress, prepare, NULL));
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, stress->threads, work, NULL);
    ng_stress_collector_stop(collector);
    ng_stress_join(ng_stress_spawn(stress, finish, NULL));
}

const ng_scenario ng_scenario_type_cache_types_change = {
    .name = "type_cache_types_change",
    .guard = "type-cache",
    .description =
        "types change and die while they are looked up: no entry of another type, none that is "
        "out of date",
    .run = run,
};
