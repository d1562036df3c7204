/*
 * napi_dispatch.c: the door's part for JavaScript functions that Python calls: the host of an environment.
 * JavaScript registers two functions of its own, once in a realm: one calls function number N, the other
 * forgets it.
 */
#include "napi.h"

#include <stdlib.h>

/* Calls with up to this many arguments need no memory from the heap. */
#define STACK_ARGUMENTS 14

/* Before the arguments' handles: the function's number and the names of keywords. */
#define LEADING 2

/* ---- call ----------------------------------------------------------------------------------- */

/* The text of a JavaScript value, malloc'd; data NULL when it has none, or JavaScript failed. */
static ng_text text_of(napi_env env, napi_value value)
{
    napi_value string = NULL;
    ng_text text = {0};
    size_t size = 0;
    if (napi_coerce_to_string(env, value, &string) != napi_ok ||
        napi_get_value_string_utf8(env, string, NULL, 0, &size) != napi_ok) {
        napi_value ignored = NULL;
        (void)napi_get_and_clear_last_exception(env, &ignored); /* its toString threw */
        return text;
    }
    char *data = malloc(size + 1);
    if (data != NULL && napi_get_value_string_utf8(env, string, data, size + 1, &size) == napi_ok) {
        text = (ng_text){.data = data, .size = size};
    } else {
        free(data);
    }
    return text;
}

/* As text_of, of a property; nothing where there is no such property. */
static ng_text text_of_property(napi_env env, napi_value object, const char *name)
{
    napi_value value = NULL;
    napi_valuetype type = napi_undefined;
    if (napi_get_named_property(env, object, name, &value) != napi_ok ||
        napi_typeof(env, value, &type) != napi_ok) {
        napi_value ignored = NULL;
        (void)napi_get_and_clear_last_exception(env, &ignored); /* its getter threw */
        return (ng_text){0};
    }
    return type == napi_undefined ? (ng_text){0} : text_of(env, value);
}

/* After JavaScript failed: raises what it threw, or that it was ended. */
static ng_object *fail(ng_napi_state *state, ng_environment *owner)
{
    napi_env env = state->env;
    napi_value thrown = NULL;
    napi_valuetype type = napi_undefined;
    if (napi_get_and_clear_last_exception(env, &thrown) != napi_ok ||
        ng_napi_is_ending(state) != 0 || napi_typeof(env, thrown, &type) != napi_ok) {
        return ng_function_end(owner);
    }
    ng_text message = text_of(env, thrown);
    ng_text stack = type == napi_object || type == napi_function
                        ? text_of_property(env, thrown, "stack")
                        : (ng_text){0};
    if (message.data == NULL && type == napi_object) {
        /* At the end of the stack toString has no room, but reading a property needs none. */
        message = text_of_property(env, thrown, "message");
    }
    static const char unknown[] = "a JavaScript value without a text was thrown";
    ng_object *raised = ng_function_throw(
        owner,
        message.data != NULL ? message : (ng_text){.data = unknown, .size = sizeof unknown - 1},
        stack);
    free((void *)(uintptr_t)message.data);
    free((void *)(uintptr_t)stack.data);
    return raised;
}

/* Number, names or undefined, handles. */
static bool make_values(napi_env env, const ng_function_call *call, const ng_handle *handles,
                        napi_value *values)
{
    if (napi_create_double(env, (double)call->function, &values[0]) != napi_ok) {
        return false;
    }
    if (call->keywords == 0) {
        if (napi_get_undefined(env, &values[1]) != napi_ok) {
            return false;
        }
    } else if (napi_create_array_with_length(env, call->keywords, &values[1]) != napi_ok) {
        return false;
    }
    for (size_t i = 0; i < call->keywords; i++) {
        napi_value name = NULL;
        if (napi_create_string_utf8(env, call->names[i].data, call->names[i].size, &name) !=
                napi_ok ||
            napi_set_element(env, values[1], (uint32_t)i, name) != napi_ok) {
            return false;
        }
    }
    for (size_t i = 0; i < call->count; i++) {
        if (napi_create_double(env, (double)handles[i], &values[LEADING + i]) != napi_ok) {
            return false;
        }
    }
    return true;
}

/* Detached, with a scope open. */
static ng_object *call_javascript(ng_napi_state *state, ng_environment *owner,
                                  const ng_function_call *call, const ng_handle *handles,
                                  napi_value *values)
{
    napi_env env = state->env;
    napi_value function = NULL;
    napi_value receiver = NULL;
    napi_value answer = NULL;
    napi_valuetype type = napi_undefined;
    ng_handle result = 0;
    if (!make_values(env, call, handles, values) || napi_get_undefined(env, &receiver) != napi_ok ||
        napi_get_reference_value(env, state->call_reference, &function) != napi_ok ||
        napi_call_function(env, receiver, function, LEADING + call->count, values, &answer) !=
            napi_ok ||
        napi_typeof(env, answer, &type) != napi_ok) {
        return fail(state, owner);
    }
    if (type == napi_undefined || type == napi_null) {
        return ng_function_return(owner, 0);
    }
    if (type != napi_number || !ng_napi_handle(env, answer, &result) || result == 0U) {
        static const char message[] =
            "a JavaScript function that Python calls returns a handle, null "
            "or undefined; this one returned something else";
        return ng_function_throw(owner, (ng_text){.data = message, .size = sizeof message - 1},
                                 (ng_text){0});
    }
    return ng_function_return(owner, result);
}

static ng_object *call_raw(ng_napi_state *state, ng_environment *owner,
                           const ng_function_call *call)
{
    ng_handle few_handles[STACK_ARGUMENTS];
    napi_value few_values[LEADING + STACK_ARGUMENTS];
    ng_handle *handles = few_handles;
    napi_value *values = few_values;
    ng_object *result = NULL;
    bool many = call->count > STACK_ARGUMENTS;
    if (many) {
        values = calloc(LEADING + call->count, sizeof(napi_value));
        handles = values == NULL ? NULL : calloc(call->count, sizeof *handles);
    }
    if (ng_function_enter(owner, call, handles) != 0) {
        napi_handle_scope scope = NULL;
        /* A call may come deep inside another one: its values must not pile up until that returns. */
        if (napi_open_handle_scope(state->env, &scope) == napi_ok) {
            result = call_javascript(state, owner, call, handles, values);
            (void)napi_close_handle_scope(state->env, scope);
        } else {
            result = ng_function_end(owner);
        }
    }
    if (many) {
        free(handles);
        free(values);
    }
    return result;
}

/* Detached, with a scope open. JavaScript finds the arguments in the frame, and leaves its answer there. */
static ng_object *call_in_frame(ng_napi_state *state, ng_environment *owner, uint32_t offset)
{
    napi_env env = state->env;
    napi_value function = NULL;
    napi_value receiver = NULL;
    napi_value answer = NULL;
    /* No arguments: what it needs is in the arena's first word and in the frame. */
    if (napi_get_undefined(env, &receiver) != napi_ok ||
        napi_get_reference_value(env, state->object_call_reference, &function) != napi_ok ||
        napi_call_function(env, receiver, function, 0, NULL, &answer) != napi_ok) {
        return fail(state, owner);
    }
    return ng_call_return(owner, offset);
}

/* Implements `call` of ng_host. */
static ng_object *call(void *context, ng_environment *owner, const ng_function_call *call)
{
    ng_napi_state *state = context;
    if (call->kind == NG_CALL_RAW) {
        return call_raw(state, owner, call);
    }
    uint32_t offset = 0;
    if (ng_call_enter(owner, call, &offset) == 0) {
        return NULL;
    }
    napi_handle_scope scope = NULL;
    if (napi_open_handle_scope(state->env, &scope) != napi_ok) {
        return ng_function_end(owner);
    }
    ng_object *result = call_in_frame(state, owner, offset);
    (void)napi_close_handle_scope(state->env, scope);
    return result;
}

/* Calls what `reference` holds with a number. Its JavaScript deletes from a map and cannot throw. */
static void tell(ng_napi_state *state, napi_ref reference, uint64_t number)
{
    napi_env env = state->env;
    napi_handle_scope scope = NULL;
    napi_value values[1] = {NULL};
    napi_value receiver = NULL;
    napi_value dropper = NULL;
    napi_value ignored = NULL;
    if (napi_open_handle_scope(env, &scope) != napi_ok) {
        return; /* the realm is going, and its functions with it */
    }
    if (napi_create_double(env, (double)number, &values[0]) != napi_ok ||
        napi_get_undefined(env, &receiver) != napi_ok ||
        napi_get_reference_value(env, reference, &dropper) != napi_ok ||
        napi_call_function(env, receiver, dropper, 1, values, &ignored) != napi_ok) {
        /* The realm is going. */
        (void)napi_get_and_clear_last_exception(env, &ignored);
    }
    (void)napi_close_handle_scope(env, scope);
}

/* Implements `drop` of ng_host. */
static void drop(void *context, uint64_t function)
{
    ng_napi_state *state = context;
    tell(state, state->drop_reference, function);
}

/* Implements `drop_object` of ng_host. */
static void drop_object(void *context, uint64_t number)
{
    ng_napi_state *state = context;
    tell(state, state->object_drop_reference, number);
}

bool ng_napi_make_host(napi_env env, ng_napi_state *state, ng_host *host)
{
    if (!ng_napi_make_wake(env, state)) {
        return false;
    }
    *host = (ng_host){.context = state,
                      .wake = ng_napi_wake,
                      .call = call,
                      .drop = drop,
                      .drop_object = drop_object,
                      .drop_memory = ng_napi_drop_memory,
                      .keep_memory = ng_napi_keep_memory,
                      .is_ending = ng_napi_is_ending};
    return true;
}

/* ---- from JavaScript ------------------------------------------------------------------------ */

/* Keeps two functions of JavaScript's, once in a realm. */
static napi_value set_host(napi_env env, napi_callback_info info, bool of_objects)
{
    napi_value arguments[2] = {NULL, NULL};
    ng_napi_state *state = ng_napi_arguments(env, info, 2, arguments);
    if (state == NULL) {
        return NULL;
    }
    napi_ref *call_reference = of_objects ? &state->object_call_reference : &state->call_reference;
    napi_ref *drop_reference = of_objects ? &state->object_drop_reference : &state->drop_reference;
    if (*call_reference != NULL) {
        (void)napi_throw_error(env, "INTERNAL",
                               "two copies of @nogil/abi are loaded in this thread: install one");
        return NULL;
    }
    if (ng_napi_succeeded(env, napi_create_reference(env, arguments[0], 1, call_reference))) {
        (void)ng_napi_succeeded(env, napi_create_reference(env, arguments[1], 1, drop_reference));
    }
    return NULL;
}

/* setFunctionHost(call, drop): see Core */
static napi_value set_function_host(napi_env env, napi_callback_info info)
{
    return set_host(env, info, false);
}

/* setObjectHost(call, drop): see Core */
static napi_value set_object_host(napi_env env, napi_callback_info info)
{
    return set_host(env, info, true);
}

/* openJavaScript(): status */
static napi_value open_javascript(napi_env env, napi_callback_info info)
{
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 0, NULL));
    return state == NULL ? NULL : ng_napi_number(env, ng_javascript_open(state->environment));
}

/* openObjects(): { status, message, value: 0 } */
static napi_value open_objects(napi_env env, napi_callback_info info)
{
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 0, NULL));
    if (state == NULL) {
        return NULL;
    }
    char message[NG_MESSAGE_SIZE] = "";
    ng_status status = ng_js_objects_open(state->environment, message);
    return ng_napi_answer(env, status, message, ng_napi_number(env, 0));
}

/* isObjectLive(number): whether drop will be called for it */
static napi_value is_object_live(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    double number = 0;
    napi_value result = NULL;
    if (state == NULL ||
        !ng_napi_succeeded(env, napi_get_value_double(env, arguments[0], &number))) {
        return NULL;
    }
    bool live = ng_js_object_is_live(state->environment, ng_napi_whole(number)) != 0;
    return ng_napi_succeeded(env, napi_get_boolean(env, live, &result)) ? result : NULL;
}

/* emitFunction(number, name, parameters | undefined): { status, message, value: handle } */
static napi_value emit_function(napi_env env, napi_callback_info info)
{
    napi_value arguments[3] = {NULL, NULL, NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 3, arguments));
    double number = 0;
    napi_valuetype type = napi_undefined;
    if (state == NULL ||
        !ng_napi_succeeded(env, napi_get_value_double(env, arguments[0], &number)) ||
        !ng_napi_succeeded(env, napi_typeof(env, arguments[2], &type))) {
        return NULL;
    }
    char *name = ng_napi_text(env, arguments[1], NULL);
    char *parameters =
        name == NULL || type == napi_undefined ? NULL : ng_napi_text(env, arguments[2], NULL);
    napi_value result = NULL;
    if (name != NULL && (parameters != NULL || type == napi_undefined)) {
        ng_handle handle = 0;
        char message[NG_MESSAGE_SIZE] = "";
        ng_status status = ng_function_emit(state->environment, (uint64_t)number, name, parameters,
                                            &handle, message);
        napi_value value = ng_napi_number(env, (double)handle);
        result = value == NULL ? NULL : ng_napi_answer(env, status, message, value);
    }
    free(name);
    free(parameters);
    return result;
}

bool ng_napi_add_dispatch(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"setFunctionHost", set_function_host}, {"emitFunction", emit_function},
        {"setObjectHost", set_object_host},     {"openObjects", open_objects},
        {"isObjectLive", is_object_live},       {"openJavaScript", open_javascript},
    };
    return ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
