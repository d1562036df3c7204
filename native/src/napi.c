#include "napi.h"
#include "platform.h"

#include <stdlib.h>

/* Whether a status blames the type of an argument: then it is the caller's mistake, not ours. */
static bool is_about_type(napi_status status)
{
    switch (status) {
    case napi_object_expected:
    case napi_string_expected:
    case napi_name_expected:
    case napi_function_expected:
    case napi_number_expected:
    case napi_boolean_expected:
    case napi_array_expected:
    case napi_bigint_expected:
    case napi_arraybuffer_expected:
        return true;
    default:
        return false;
    }
}

bool ng_napi_succeeded(napi_env env, napi_status status)
{
    if (status == napi_ok) {
        return true;
    }
    /* First: the next call, whatever it is, overwrites it. */
    const napi_extended_error_info *info = NULL;
    (void)napi_get_last_error_info(env, &info);
    const char *message = info != NULL && info->error_message != NULL ? info->error_message
                                                                      : "a Node-API call failed";
    bool pending = false;
    (void)napi_is_exception_pending(env, &pending);
    if (!pending && is_about_type(status)) {
        (void)napi_throw_type_error(env, "INVALID_ARGUMENT", message);
    } else if (!pending) {
        (void)napi_throw_error(env, "INTERNAL", message);
    }
    return false;
}

ng_napi_state *ng_napi_arguments(napi_env env, napi_callback_info info, size_t count,
                                 napi_value *arguments)
{
    void *state = NULL;
    size_t given = count;
    if (!ng_napi_succeeded(env, napi_get_cb_info(env, info, &given, arguments, NULL, &state))) {
        return NULL;
    }
    return state;
}

char *ng_napi_text(napi_env env, napi_value value, size_t *size)
{
    size_t length = 0;
    if (!ng_napi_succeeded(env, napi_get_value_string_utf8(env, value, NULL, 0, &length))) {
        return NULL;
    }
    char *text = malloc(length + 1);
    if (text == NULL) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for a path");
        return NULL;
    }
    if (!ng_napi_succeeded(env,
                           napi_get_value_string_utf8(env, value, text, length + 1, &length))) {
        free(text);
        return NULL;
    }
    if (size != NULL) {
        *size = length;
    }
    return text;
}

uint64_t ng_napi_whole(double given)
{
    bool whole = given >= 0 && given <= 9007199254740991.0 && given == (double)(uint64_t)given;
    return whole ? (uint64_t)given : 0U;
}

bool ng_napi_handle(napi_env env, napi_value value, ng_handle *handle)
{
    double given = 0;
    if (!ng_napi_succeeded(env, napi_get_value_double(env, value, &given))) {
        return false;
    }
    *handle = ng_napi_whole(given);
    return true;
}

bool ng_napi_set_number(napi_env env, napi_value object, const char *name, double value)
{
    napi_value number = NULL;
    return ng_napi_succeeded(env, napi_create_double(env, value, &number)) &&
           ng_napi_succeeded(env, napi_set_named_property(env, object, name, number));
}

bool ng_napi_set_text(napi_env env, napi_value object, const char *name, const char *value)
{
    napi_value text = NULL;
    return ng_napi_succeeded(env, napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &text)) &&
           ng_napi_succeeded(env, napi_set_named_property(env, object, name, text));
}

uint64_t ng_napi_milliseconds(double value)
{
    if (!(value > 0)) {
        return 0;
    }
    if (value > 9007199254740991.0) {
        return UINT64_MAX;
    }
    uint64_t whole = (uint64_t)value;
    return (double)whole < value ? whole + 1U : whole;
}

napi_value ng_napi_number(napi_env env, double value)
{
    napi_value result = NULL;
    return ng_napi_succeeded(env, napi_create_double(env, value, &result)) ? result : NULL;
}

ng_napi_state *ng_napi_opened(napi_env env, ng_napi_state *state)
{
    if (state != NULL && state->environment == NULL) {
        (void)napi_throw_error(env, "INTERNAL",
                               "this thread has no environment yet: open() comes first");
        return NULL;
    }
    return state;
}

bool ng_napi_define(napi_env env, napi_value exports, ng_napi_state *state,
                    const ng_napi_function *functions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        napi_value function = NULL;
        if (!ng_napi_succeeded(env,
                               napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH,
                                                    functions[i].callback, state, &function)) ||
            !ng_napi_succeeded(
                env, napi_set_named_property(env, exports, functions[i].name, function))) {
            return false;
        }
    }
    return true;
}

napi_value ng_napi_answer(napi_env env, ng_status status, const char *message, napi_value value)
{
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "status", status) ||
        !ng_napi_set_text(env, result, "message", message) ||
        !ng_napi_succeeded(env, napi_set_named_property(env, result, "value", value))) {
        return NULL;
    }
    return result;
}

/* The last hook: after that of napi_wake.c, and the thread-safe function's, which the host made. */
static void clean_up(void *raw)
{
    free(raw); /* references end with the realm */
}

/* A second core in one process would start a second Python beside the first: it offers nothing but where that is. */
static bool add_earlier(napi_env env, napi_value exports, char *earlier)
{
    bool added = ng_napi_set_text(env, exports, "earlier", earlier);
    free(earlier);
    return added;
}

NAPI_MODULE_INIT()
{
    char *earlier = ng_library_earlier("ng_abi_version");
    if (earlier != NULL) {
        return add_earlier(env, exports, earlier) ? exports : NULL;
    }
    ng_napi_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for the core");
        return NULL;
    }
    state->env = env;
    if (!ng_napi_succeeded(env, napi_add_env_cleanup_hook(env, clean_up, state))) {
        free(state);
        return NULL;
    }
    /* From here on functions may have the state, and JavaScript them: where it is terminated, the host keeps what
       `exports` has by then. The version comes last: a core that has one is complete. */
    bool ready =
        ng_napi_add_life_cycle(env, exports, state) &&
        ng_napi_add_operations(env, exports, state) && ng_napi_add_objects(env, exports, state) &&
        ng_napi_add_abi(env, exports, state) && ng_napi_add_handles(env, exports, state) &&
        ng_napi_add_type_cache(env, exports, state) && ng_napi_add_emit_lock(env, exports, state) &&
        ng_napi_add_finalizer_guard(env, exports, state) &&
        ng_napi_add_dispatch(env, exports, state) && ng_napi_add_mutexes(env, exports, state) &&
        ng_napi_add_buffers(env, exports, state) && ng_napi_add_memory(env, exports, state) &&
        ng_napi_set_number(env, exports, "abiVersion", ng_abi_version());
    return ready ? exports : NULL;
}
