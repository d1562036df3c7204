/*
 * Environments call each other's functions, which call back, at the same moment: whoever waits for an
 * answer, or for the creation lock, serves those who wait for him.
 */
#include "emit_lock.h"
#include "stress.h"

#include <stdio.h>

#define MEMBERS 4U
#define DEPTH 4

/* Goes on to the next environment until `depth` is used up; the answer is how deep it got. */
static int64_t pass_on(ng_stress_environment *environment, void *context,
                       ng_object *const *arguments, size_t count)
{
    (void)context;
    ng_stress *stress = environment->stress;
    NG_STRESS_CHECK(stress, count == 1U);
    NG_STRESS_CHECK(stress, ng_attach(environment->core));
    int overflow = 0;
    long long depth = ng_py.PyLong_AsLongLongAndOverflow(arguments[0], &overflow);
    ng_detach(environment->core);
    if (depth == 0) {
        return 0;
    }
    /* Now and then by way of the creation lock: where its holder waits for us, that is refused. */
    bool locks = false;
    if (ng_stress_below(environment->thread, 8) == 0U) {
        ng_status status = ng_creation_acquire(environment->core, UINT64_MAX);
        NG_STRESS_CHECK(stress, status == NG_STATUS_OK || status == NG_STATUS_DEADLOCK);
        locks = status == NG_STATUS_OK;
    }
    char code[64];
    (void)snprintf(code, sizeof code, "members[%u](%lld)",
                   (unsigned)ng_stress_below(environment->thread, MEMBERS), depth - 1);
    int64_t deeper = ng_stress_number(environment, code);
    if (locks) {
        ng_creation_release(environment->core);
    }
    return deeper + 1;
}

static void join(ng_stress_environment *environment, uint32_t index)
{
    char message[NG_MESSAGE_SIZE];
    char code[64];
    ng_handle function = 0;
    ng_handle result = 0;
    (void)snprintf(code, sizeof code, "lambda f: members.__setitem__(%u, f)", (unsigned)index);
    ng_status status =
        ng_function_emit(environment->core, ng_stress_function_add(environment, pass_on, NULL),
                         "pass_on", "depth", &function, message);
    ng_handle set = ng_stress_object(environment, code);
    if (status != NG_STATUS_OK ||
        ng_object_call(environment->core, set, &function, 1, &result, message) != NG_STATUS_OK) {
        ng_stress_fail(environment->stress, "no function: %s", message);
    }
}

static void call_each_other(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "globals().setdefault('members', {})");
    join(environment, thread->index);
    while (ng_stress_meet(thread, environment)) {
        char code[64];
        (void)snprintf(code, sizeof code, "members[%u](%d)",
                       (unsigned)ng_stress_below(thread, MEMBERS), DEPTH);
        ng_stress_phase(thread, "calling");
        NG_STRESS_CHECK(thread->stress, ng_stress_number(environment, code) == DEPTH);
    }
    ng_stress_run(environment, "members.clear()");
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, MEMBERS, call_each_other, NULL);
    ng_stress_collector_stop(collector);
}

const ng_scenario ng_scenario_dispatch_mutual = {
    .name = "dispatch_mutual",
    .guard = "core",
    .description = "environments that call each other do not wait for each other for ever",
    .run = run,
};
