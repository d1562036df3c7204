/*
 * host.c: a JavaScript thread without JavaScript: an environment, an event loop and functions.
 * Owner: the thread that opened it. Thread: that one, but for waking and stopping.
 */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void wake(void *context)
{
    ng_stress_environment *environment = context;
    ng_mutex_lock(&environment->lock);
    environment->woken = true;
    ng_condition_broadcast(&environment->changed);
    ng_mutex_unlock(&environment->lock);
}

static ng_object *call(void *context, ng_environment *owner, const ng_function_call *given)
{
    ng_stress_environment *environment = context;
    ng_stress *stress = environment->stress;
    uint64_t function = given->function;
    NG_STRESS_CHECK(stress, environment->core == owner);
    NG_STRESS_CHECK(stress, function > 0U && function < NG_STRESS_FUNCTIONS);
    NG_STRESS_CHECK(stress, environment->functions[function].run != NULL);
    ng_suspend(owner);
    int64_t answer = environment->functions[function].run(
        environment, environment->functions[function].context, given->arguments, given->count);
    ng_resume(owner);
    if (answer == NG_STRESS_THROW) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_RuntimeError, "thrown by JavaScript");
        return NULL;
    }
    return ng_py.PyLong_FromLongLong(answer);
}

static void drop(void *context, uint64_t function)
{
    ng_stress_environment *environment = context;
    ng_stress *stress = environment->stress;
    NG_STRESS_CHECK(stress, function > 0U && function < NG_STRESS_FUNCTIONS);
    /* Twice would be a function that Python no longer has, but JavaScript has meanwhile reused. */
    NG_STRESS_CHECK(stress, environment->functions[function].run != NULL);
    environment->functions[function].run = NULL;
    environment->dropped++;
}

uint64_t ng_stress_function_add(ng_stress_environment *environment, ng_stress_function run,
                                void *context)
{
    for (uint64_t number = 1; number < NG_STRESS_FUNCTIONS; number++) {
        if (environment->functions[number].run == NULL) {
            environment->functions[number].run = run;
            environment->functions[number].context = context;
            return number;
        }
    }
    ng_stress_fail(environment->stress, "more than %u functions at once", NG_STRESS_FUNCTIONS);
}

ng_stress_environment *ng_stress_try_open(ng_stress_thread *thread)
{
    ng_stress_environment *environment = calloc(1, sizeof *environment);
    if (environment == NULL) {
        ng_stress_fail(thread->stress, "no memory for an environment");
    }
    environment->thread = thread;
    environment->stress = thread->stress;
    ng_mutex_init(&environment->lock);
    ng_condition_init(&environment->changed);
    /* malloc aligns for every type, and 16 bytes is the strictest the arena asks for. */
    environment->arena = malloc(NG_ARENA_SIZE);
    if (environment->arena == NULL) {
        ng_stress_fail(thread->stress, "no memory for an arena");
    }
    ng_host host = {.context = environment, .wake = wake, .call = call, .drop = drop};
    ng_status status = ng_environment_create(environment->arena, &host, &environment->core);
    if (status == NG_STATUS_OK) {
        return environment;
    }
    if (status != NG_STATUS_SHUT_DOWN) {
        ng_stress_fail(thread->stress, "ng_environment_create answers %d", (int)status);
    }
    ng_stress_close(environment);
    return NULL;
}

ng_stress_environment *ng_stress_open(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_try_open(thread);
    if (environment == NULL) {
        ng_stress_fail(thread->stress, "ng_environment_create answers SHUT_DOWN");
    }
    return environment;
}

void ng_stress_close(ng_stress_environment *environment)
{
    ng_environment_destroy(environment->core);
    ng_mutex_end(&environment->lock);
    ng_condition_end(&environment->changed);
    free(environment->arena);
    free(environment);
}

void ng_stress_turn(ng_stress_environment *environment, uint32_t timeout_ms)
{
    uint64_t until = ng_clock_ms() + timeout_ms;
    ng_mutex_lock(&environment->lock);
    while (!environment->woken && !environment->stopped) {
        uint64_t now = ng_clock_ms();
        if (now >= until) {
            break;
        }
        ng_condition_wait(&environment->changed, &environment->lock, (int64_t)(until - now));
    }
    bool woken = environment->woken;
    environment->woken = false;
    ng_mutex_unlock(&environment->lock);
    if (woken && ng_environment_serve(environment->core) != 0) {
        wake(environment);
    }
}

void ng_stress_loop(ng_stress_environment *environment)
{
    bool stopped = false;
    while (!stopped && ng_clock_ms() < environment->stress->until_ms) {
        ng_stress_turn(environment, 50);
        ng_mutex_lock(&environment->lock);
        stopped = environment->stopped;
        ng_mutex_unlock(&environment->lock);
    }
}

void ng_stress_loop_stop(ng_stress_environment *environment)
{
    ng_mutex_lock(&environment->lock);
    environment->stopped = true;
    ng_condition_broadcast(&environment->changed);
    ng_mutex_unlock(&environment->lock);
}
