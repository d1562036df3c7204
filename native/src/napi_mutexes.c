/* napi_mutexes.c: the door's part for named mutexes. They work before Python runs, and without it. */
#include "napi.h"

#include <stdlib.h>

/* Implements `granted` of ng_mutex_host. */
static void granted(void *context, ng_mutex_ticket ticket, int abandoned)
{
    ng_napi_state *state = context;
    napi_env env = state->env;
    napi_handle_scope scope = NULL;
    napi_value values[2] = {NULL, NULL};
    napi_value receiver = NULL;
    napi_value function = NULL;
    napi_value ignored = NULL;
    if (napi_open_handle_scope(env, &scope) != napi_ok) {
        return; /* the realm is going, and releases what it holds */
    }
    if (napi_create_double(env, (double)ticket, &values[0]) != napi_ok ||
        napi_get_boolean(env, abandoned != 0, &values[1]) != napi_ok ||
        napi_get_undefined(env, &receiver) != napi_ok ||
        napi_get_reference_value(env, state->granted_reference, &function) != napi_ok ||
        napi_call_function(env, receiver, function, 2, values, &ignored) != napi_ok) {
        /* It settles a promise and cannot throw: the realm is going. */
        (void)napi_get_and_clear_last_exception(env, &ignored);
    }
    (void)napi_close_handle_scope(env, scope);
}

/* setMutexHost(granted): see Core */
static napi_value set_mutex_host(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_arguments(env, info, 1, arguments);
    if (state == NULL) {
        return NULL;
    }
    if (state->mutex_user != NULL) {
        (void)napi_throw_error(env, "INTERNAL",
                               "two copies of @nogil/emit-lock are loaded in this thread: install "
                               "one");
        return NULL;
    }
    if (!ng_napi_make_wake(env, state) ||
        !ng_napi_succeeded(
            env, napi_create_reference(env, arguments[0], 1, &state->granted_reference))) {
        return NULL;
    }
    state->mutex_user = ng_mutex_user_create(&(ng_mutex_host){.context = state,
                                                              .wake = ng_napi_wake,
                                                              .is_ending = ng_napi_is_ending,
                                                              .granted = granted});
    if (state->mutex_user == NULL) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for named mutexes");
    } else if (state->environment != NULL) {
        ng_mutex_user_opens(state->mutex_user, state->environment);
    }
    return NULL;
}

/* The state, if `setMutexHost` was called; else NULL with an exception pending. NULL stays NULL. */
static ng_napi_state *ready(napi_env env, ng_napi_state *state)
{
    if (state != NULL && state->mutex_user == NULL) {
        (void)napi_throw_error(env, "INTERNAL", "setMutexHost() comes first");
        return NULL;
    }
    return state;
}

static bool ticket_of(napi_env env, napi_value value, ng_mutex_ticket *ticket)
{
    ng_handle number = 0;
    bool read = ng_napi_handle(env, value, &number);
    *ticket = number;
    return read;
}

/* takeMutex(name, timeoutMs): { status, message, value: ticket, abandoned }; Infinity waits for ever */
static napi_value take_mutex(napi_env env, napi_callback_info info)
{
    napi_value arguments[2] = {NULL, NULL};
    ng_napi_state *state = ready(env, ng_napi_arguments(env, info, 2, arguments));
    double timeout = 0;
    if (state == NULL ||
        !ng_napi_succeeded(env, napi_get_value_double(env, arguments[1], &timeout))) {
        return NULL;
    }
    size_t size = 0;
    char *name = ng_napi_text(env, arguments[0], &size);
    if (name == NULL) {
        return NULL;
    }
    ng_mutex_ticket ticket = 0;
    int abandoned = 0;
    char message[NG_MESSAGE_SIZE];
    ng_status status = ng_mutex_take(state->mutex_user, state->environment, name, size,
                                     ng_napi_milliseconds(timeout), &ticket, &abandoned, message);
    free(name);
    napi_value value = ng_napi_number(env, (double)ticket);
    napi_value answer = value == NULL ? NULL : ng_napi_answer(env, status, message, value);
    return answer != NULL && ng_napi_set_number(env, answer, "abandoned", abandoned) ? answer
                                                                                     : NULL;
}

/* takeMutexLater(name): { status, message: '', value: ticket, granted, abandoned } */
static napi_value take_mutex_later(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ready(env, ng_napi_arguments(env, info, 1, arguments));
    size_t size = 0;
    char *name = state == NULL ? NULL : ng_napi_text(env, arguments[0], &size);
    if (name == NULL) {
        return NULL;
    }
    ng_mutex_ticket ticket = 0;
    int at_once = 0;
    int abandoned = 0;
    ng_status status =
        ng_mutex_take_later(state->mutex_user, name, size, &ticket, &at_once, &abandoned);
    free(name);
    napi_value value = ng_napi_number(env, (double)ticket);
    napi_value answer = value == NULL ? NULL : ng_napi_answer(env, status, "", value);
    return answer != NULL && ng_napi_set_number(env, answer, "granted", at_once) &&
                   ng_napi_set_number(env, answer, "abandoned", abandoned)
               ? answer
               : NULL;
}

/* dropMutex(ticket): status */
static napi_value drop_mutex(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ready(env, ng_napi_arguments(env, info, 1, arguments));
    ng_mutex_ticket ticket = 0;
    if (state == NULL || !ticket_of(env, arguments[0], &ticket)) {
        return NULL;
    }
    return ng_napi_number(env, ng_mutex_drop(state->mutex_user, ticket));
}

/* awaitMutexes(count): keeps the event loop alive while it is not 0 */
static napi_value await_mutexes(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ready(env, ng_napi_arguments(env, info, 1, arguments));
    uint32_t count = 0;
    if (state == NULL ||
        !ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[0], &count))) {
        return NULL;
    }
    bool before = state->mutexes_awaited != 0U;
    state->mutexes_awaited = count;
    if (before != (count != 0U)) {
        (void)ng_napi_succeeded(env, count != 0U
                                         ? napi_ref_threadsafe_function(env, state->wake)
                                         : napi_unref_threadsafe_function(env, state->wake));
    }
    return NULL;
}

bool ng_napi_add_mutexes(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"setMutexHost", set_mutex_host},     {"takeMutex", take_mutex},
        {"takeMutexLater", take_mutex_later}, {"dropMutex", drop_mutex},
        {"awaitMutexes", await_mutexes},
    };
    return ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
