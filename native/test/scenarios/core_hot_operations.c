/*
 * What a program does most, over and over: each kind of operation in a function of its own, whose instructions
 * tools/instructions.mjs counts under callgrind. As a scenario it sees that each brings back what it must.
 */
#include "stress.h"

#include <string.h>

/* Where in the arena the one frame lies; its arguments' text comes after it. */
#define FRAME_CAPACITY 4096U
#define TEXT_OFFSET 2048U
#define TEXT "eleven char"
#define TEXT_LENGTH 11U

/* Each function's count, whose first rounds fill caches. tools/instructions.mjs divides by it. */
#define ROUNDS 2000U

typedef struct hot_objects {
    ng_stress_environment *environment;
    ng_handle add;
    ng_handle sqrt;
    ng_handle echo;
    ng_handle thing;
    ng_handle method_name;
    ng_handle size_name;
} hot_objects;

static ng_frame *prepare(const hot_objects *hot, uint32_t operation, uint32_t count)
{
    ng_frame *frame = (ng_frame *)hot->environment->arena;
    frame->operation = operation;
    frame->positional = count;
    frame->keywords = 0;
    frame->capacity = FRAME_CAPACITY;
    return frame;
}

static ng_slot object(ng_handle handle)
{
    return (ng_slot){.tag = NG_TAG_OBJECT, .payload = {.number = (double)handle}};
}

static ng_slot integer(double value)
{
    return (ng_slot){.tag = NG_TAG_INT, .payload = {.number = value}};
}

static ng_slot floating(double value)
{
    return (ng_slot){.tag = NG_TAG_FLOAT, .payload = {.number = value}};
}

static void finish(const hot_objects *hot, const ng_frame *frame, uint32_t tag)
{
    ng_invoke(hot->environment->core, 0);
    NG_STRESS_CHECK(hot->environment->stress, frame->status == (uint32_t)NG_STATUS_OK);
    NG_STRESS_CHECK(hot->environment->stress, frame->result.tag == tag);
}

/* Not inlined, and not static: callgrind knows them by name. */
#define HOT(name)                                                                                  \
    void ng_hot_##name(const hot_objects *hot);                                                    \
    __attribute__((noinline)) void ng_hot_##name(const hot_objects *hot)

HOT(nothing)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        ng_frame *frame = prepare(hot, NG_OPERATION_NOTHING, 0);
        finish(hot, frame, NG_TAG_MISSING);
    }
}

HOT(call)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        ng_frame *frame = prepare(hot, NG_OPERATION_CALL + NG_ANSWER_PROXIES, 3);
        frame->arguments[0] = object(hot->add);
        frame->arguments[1] = integer(i);
        frame->arguments[2] = floating(2.5);
        finish(hot, frame, NG_TAG_FLOAT);
    }
}

HOT(sqrt)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        ng_frame *frame = prepare(hot, NG_OPERATION_CALL + NG_ANSWER_PROXIES, 2);
        frame->arguments[0] = object(hot->sqrt);
        frame->arguments[1] = floating(2.25);
        finish(hot, frame, NG_TAG_FLOAT);
    }
}

HOT(get)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        ng_frame *frame = prepare(hot, NG_OPERATION_GET_ATTRIBUTE + NG_ANSWER_PROXIES, 2);
        frame->arguments[0] = object(hot->thing);
        frame->arguments[1] = object(hot->size_name);
        finish(hot, frame, NG_TAG_INT);
    }
}

HOT(set)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        ng_frame *frame = prepare(hot, NG_OPERATION_SET_ATTRIBUTE + NG_ANSWER_PROXIES, 3);
        frame->arguments[0] = object(hot->thing);
        frame->arguments[1] = object(hot->size_name);
        frame->arguments[2] = integer(i);
        finish(hot, frame, NG_TAG_MISSING);
    }
}

HOT(method)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        ng_frame *frame = prepare(hot, NG_OPERATION_GET_METHOD + NG_ANSWER_PROXIES, 2);
        frame->arguments[0] = object(hot->thing);
        frame->arguments[1] = object(hot->method_name);
        finish(hot, frame, NG_TAG_OBJECT);
        /* The first has made the handle of the function; it stays KNOWN. */
        ng_handle function = (ng_handle)frame->result.payload.number;
        NG_STRESS_CHECK(hot->environment->stress,
                        (frame->result.length & (uint32_t)NG_OBJECT_FUNCTION) != 0U);
        frame = prepare(hot, NG_OPERATION_CALL + NG_ANSWER_PROXIES, 3);
        frame->arguments[0] = object(function);
        frame->arguments[1] = object(hot->thing);
        frame->arguments[2] = integer(i);
        finish(hot, frame, NG_TAG_INT);
    }
}

HOT(text)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        ng_frame *frame = prepare(hot, NG_OPERATION_CALL + NG_ANSWER_PROXIES, 2);
        memcpy((char *)hot->environment->arena + TEXT_OFFSET, TEXT, TEXT_LENGTH);
        frame->arguments[0] = object(hot->echo);
        frame->arguments[1] = (ng_slot){
            .tag = NG_TAG_STRING_LATIN1, .length = TEXT_LENGTH, .payload = {.offset = TEXT_OFFSET}};
        finish(hot, frame, NG_TAG_STRING_LATIN1);
    }
}

HOT(handle)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        ng_frame *frame = prepare(hot, NG_OPERATION_RENEW, 1);
        frame->arguments[0] = object(hot->thing);
        finish(hot, frame, NG_TAG_OBJECT);
        double made = frame->result.payload.number;
        frame = prepare(hot, NG_OPERATION_RELEASE, 1);
        frame->arguments[0] = object((ng_handle)made);
        finish(hot, frame, NG_TAG_MISSING);
    }
}

static ng_handle interned(const hot_objects *hot, const char *expression)
{
    ng_frame *frame = prepare(hot, NG_OPERATION_INTERN, 1);
    frame->arguments[0] = object(ng_stress_object(hot->environment, expression));
    finish(hot, frame, NG_TAG_OBJECT);
    return (ng_handle)frame->result.payload.number;
}

static void operate(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "import gc, math\n"
                               "gc.disable()\n"
                               "def add(a, b): return a + b\n"
                               "def echo(a): return a\n"
                               "class Thing:\n"
                               "    size = 1\n"
                               "    def method(self, a): return a\n"
                               "thing = Thing()\n");
    hot_objects hot = {.environment = environment};
    hot.add = ng_stress_object(environment, "add");
    hot.sqrt = ng_stress_object(environment, "math.sqrt");
    hot.echo = ng_stress_object(environment, "echo");
    hot.thing = ng_stress_object(environment, "thing");
    hot.method_name = interned(&hot, "'method'");
    hot.size_name = interned(&hot, "'size'");
    ng_hot_nothing(&hot);
    ng_hot_call(&hot);
    ng_hot_sqrt(&hot);
    ng_hot_get(&hot);
    ng_hot_set(&hot);
    ng_hot_method(&hot);
    ng_hot_text(&hot);
    ng_hot_handle(&hot);
    ng_stress_run(environment, "gc.enable()");
    ng_stress_count(thread->stress);
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_threads(stress, 1, operate, NULL);
}

const ng_scenario ng_scenario_core_hot_operations = {
    .name = "core_hot_operations",
    .guard = "core",
    .description = "what programs do most brings back what it must, over and over",
    .run = run,
    .flags = NG_SCENARIO_ONCE | NG_SCENARIO_ALONE,
};
