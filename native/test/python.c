/*
 * python.c: what scenarios need of Python.
 * Owner: the calling environment. Thread: said in stress.h.
 */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ng_stress_python(ng_stress *stress)
{
    if (stress->library == NULL || stress->executable == NULL) {
        ng_stress_fail(stress, "it needs --library and --executable");
    }
    ng_start_options options = {.library = stress->library, .executable = stress->executable};
    char message[NG_MESSAGE_SIZE];
    ng_status status = ng_start(&options, message);
    if (status != NG_STATUS_OK) {
        ng_stress_fail(stress, "Python does not start (status %d): %s", (int)status, message);
    }
    ng_run_begin(stress);
}

static void import(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    NG_STRESS_CHECK(thread->stress, ng_stress_try(environment, "raise KeyboardInterrupt", NULL) ==
                                        NG_STATUS_PYTHON_ERROR);
    ng_stress_close(environment);
}

void ng_stress_import(ng_stress *stress)
{
    ng_stress_join(ng_stress_spawn(stress, import, NULL));
}

bool ng_stress_is_free_threaded(void)
{
    return ng_py.free_threaded;
}

ng_status ng_stress_try(ng_stress_environment *environment, const char *code, char *message)
{
    char unread[NG_MESSAGE_SIZE];
    ng_handle handle = 0;
    ng_status status = ng_object_run(environment->core, code, strlen(code), &handle,
                                     message == NULL ? unread : message);
    if (status == NG_STATUS_OK) {
        status = ng_object_release(environment->core, handle);
    }
    return status;
}

void ng_stress_run(ng_stress_environment *environment, const char *code)
{
    char message[NG_MESSAGE_SIZE];
    ng_status status = ng_stress_try(environment, code, message);
    if (status != NG_STATUS_OK) {
        ng_stress_fail(environment->stress, "status %d: %s\nin\n%s", (int)status, message, code);
    }
}

ng_handle ng_stress_object(ng_stress_environment *environment, const char *code)
{
    char message[NG_MESSAGE_SIZE];
    ng_handle handle = 0;
    ng_status status = ng_object_run(environment->core, code, strlen(code), &handle, message);
    if (status != NG_STATUS_OK) {
        ng_stress_fail(environment->stress, "status %d: %s\nin\n%s", (int)status, message, code);
    }
    return handle;
}

int64_t ng_stress_number(ng_stress_environment *environment, const char *code)
{
    ng_stress *stress = environment->stress;
    ng_handle handle = ng_stress_object(environment, code);
    char message[NG_MESSAGE_SIZE];
    uint64_t block = 0;
    NG_STRESS_CHECK(stress,
                    ng_object_repr(environment->core, handle, &block, message) == NG_STATUS_OK);
    NG_STRESS_CHECK(stress, ng_object_release(environment->core, handle) == NG_STATUS_OK);
    size_t size = 0;
    const char *text = ng_block_data(environment->core, block, &size);
    char digits[32] = "";
    NG_STRESS_CHECK(stress, size < sizeof digits);
    memcpy(digits, text, size);
    ng_block_free(environment->core, block);
    char *end = NULL;
    long long value = strtoll(digits, &end, 10);
    if (size == 0U || *end != '\0') {
        ng_stress_fail(stress, "not an int: %s\nin\n%s", digits, code);
    }
    return value;
}

struct ng_stress_collector {
    ng_stress_thread *thread;
    _Atomic uint32_t stop;
};

static void collect(ng_stress_thread *thread)
{
    ng_stress_collector *collector = thread->context;
    ng_stress_environment *environment = ng_stress_try_open(thread);
    ng_stress_phase(thread, "collecting");
    /* Relaxed: nothing but the end depends on it. */
    while (environment != NULL &&
           atomic_load_explicit(&collector->stop, memory_order_relaxed) == 0U) {
        ng_status status = ng_stress_try(environment, "__import__('gc').collect()", NULL);
        if (status == NG_STATUS_SHUT_DOWN || status == NG_STATUS_PYTHON_ERROR) {
            break; /* the gate closed, or closing interrupted us */
        }
        if (!ng_stress_is_free_threaded()) {
            ng_sleep_ms(1); /* or nobody else would ever have the GIL */
        }
    }
    if (environment != NULL) {
        ng_stress_close(environment);
    }
}

ng_stress_collector *ng_stress_collector_start(ng_stress *stress)
{
    ng_stress_collector *collector = calloc(1, sizeof *collector);
    if (collector == NULL) {
        ng_stress_fail(stress, "no memory for the collector");
    }
    collector->thread = ng_stress_spawn(stress, collect, collector);
    return collector;
}

void ng_stress_collector_stop(ng_stress_collector *collector)
{
    atomic_store_explicit(&collector->stop, 1U, memory_order_relaxed);
    ng_stress_join(collector->thread);
    free(collector);
}
