/*
 * Eight environments define the same class with the same method at the same moment: eight types, with eight
 * names, and one dispatcher for the signature. The collector runs all the time.
 */
#include "stress.h"

#include <stdio.h>
#include <string.h>

#define EMITTERS 8U

typedef struct emission {
    const char *names[EMITTERS]; /* each by its emitter, between two meetings */
    uint64_t dispatchers[2];     /* emitter 0's: before and after a round */
} emission;

/* Owner: the emitters, in turns: each its own name between two meetings, emitter 0 the rest after them. */
static emission made;

static int64_t bark(ng_stress_environment *environment, void *context, ng_object *const *arguments,
                    size_t count)
{
    (void)environment;
    (void)context;
    (void)arguments;
    return (int64_t)count;
}

static uint64_t count_dispatchers(void)
{
    ng_emit_statistics now;
    ng_emit_statistics_read(&now);
    return now.dispatchers;
}

static ng_handle emit_function(ng_stress_environment *environment, const char *name)
{
    char message[NG_MESSAGE_SIZE];
    ng_handle handle = 0;
    ng_status status =
        ng_function_emit(environment->core, ng_stress_function_add(environment, bark, NULL), name,
                         "self, loud=False", &handle, message);
    if (status != NG_STATUS_OK) {
        ng_stress_fail(environment->stress, "ng_function_emit: status %d: %s", (int)status,
                       message);
    }
    return handle;
}

static const char *emit_type(ng_stress_environment *environment, const char *class,
                             ng_handle method, ng_handle *type)
{
    char message[NG_MESSAGE_SIZE];
    const char *name = NULL;
    ng_type_attribute attribute = {.name = "bark", .value = method, .is_method = 1};
    ng_status status = ng_type_emit(
        environment->core,
        &(ng_type_definition){.name = class, .attributes = &attribute, .attribute_count = 1}, type,
        &name, message);
    if (status != NG_STATUS_OK) {
        ng_stress_fail(environment->stress, "ng_type_emit: status %d: %s", (int)status, message);
    }
    return name;
}

static void release(ng_stress_environment *environment, ng_handle handle)
{
    NG_STRESS_CHECK(environment->stress,
                    ng_object_release(environment->core, handle) == NG_STATUS_OK);
}

/* An instance's method reaches JavaScript with the instance first. */
static void check_method(ng_stress_environment *environment, ng_handle type)
{
    char message[NG_MESSAGE_SIZE];
    ng_handle barks =
        ng_stress_object(environment, "lambda t: [].append(0) or t().bark(1) == 2 or 1/0");
    ng_handle result = 0;
    ng_status status = ng_object_call(environment->core, barks, &type, 1, &result, message);
    if (status != NG_STATUS_OK) {
        ng_stress_fail(environment->stress, "its method: status %d: %s", (int)status, message);
    }
    release(environment, result);
    release(environment, barks);
}

static void check_round(ng_stress *stress)
{
    made.dispatchers[1] = count_dispatchers();
    if (made.dispatchers[1] != made.dispatchers[0] + 1U) {
        ng_stress_fail(stress, "one new signature, and %d new dispatchers",
                       (int)(made.dispatchers[1] - made.dispatchers[0]));
    }
    for (uint32_t i = 0; i < EMITTERS; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (strcmp(made.names[i], made.names[j]) == 0) {
                ng_stress_fail(stress, "two types are called %s", made.names[i]);
            }
        }
    }
}

static void emit_all(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    bool goes_on = true;
    for (uint32_t round = 0; goes_on; round++) {
        if (thread->index == 0U) {
            made.dispatchers[0] = count_dispatchers();
        }
        if (!ng_stress_meet(thread, environment)) {
            break;
        }
        char class[32];
        char method[64];
        (void)snprintf(class, sizeof class, "Dog%u", (unsigned)(round % 4U));
        /* With the seed: another turn of a soak in this process had others. */
        (void)snprintf(method, sizeof method, "bark%u_%llu", (unsigned)round,
                       (unsigned long long)thread->stress->seed);
        ng_handle type = 0;
        ng_handle function = emit_function(environment, method);
        made.names[thread->index] = emit_type(environment, class, function, &type);
        check_method(environment, type);
        release(environment, function);
        release(environment, type);
        goes_on = ng_stress_meet(thread, environment);
        if (thread->index == 0U && goes_on) {
            check_round(thread->stress);
        }
    }
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, EMITTERS, emit_all, NULL);
    ng_stress_collector_stop(collector);
}

const ng_scenario ng_scenario_emit_lock_unique_types = {
    .name = "emit_lock_unique_types",
    .guard = "emit-lock",
    .description =
        "types emitted at the same moment have names of their own, and share a dispatcher",
    .run = run,
    /* Names and dispatchers are kept as long as the process, and free-threaded builds keep the names of
       types: a soak would see it grow. */
    .flags = NG_SCENARIO_ALONE,
};
