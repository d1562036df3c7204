/* napi_objects.c: running code and looking at objects, for guards that are used alone. */
#include "napi.h"

#include <stdlib.h>

/* run(source): { status, message, value: handle } */
static napi_value run(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    size_t size = 0;
    char *source = state == NULL ? NULL : ng_napi_text(env, arguments[0], &size);
    if (source == NULL) {
        return NULL;
    }
    ng_handle handle = 0;
    char message[NG_MESSAGE_SIZE] = "";
    ng_status status = ng_object_run(state->environment, source, size, &handle, message);
    free(source);
    napi_value value = ng_napi_number(env, (double)handle);
    return value == NULL ? NULL : ng_napi_answer(env, status, message, value);
}

/* repr(handle): { status, message, value: string } */
static napi_value repr(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    ng_handle handle = 0;
    if (state == NULL || !ng_napi_handle(env, arguments[0], &handle)) {
        return NULL;
    }
    uint64_t block = 0;
    size_t bytes = 0;
    char message[NG_MESSAGE_SIZE] = "";
    ng_status status = ng_object_repr(state->environment, handle, &block, message);
    const char *text =
        status == NG_STATUS_OK ? ng_block_data(state->environment, block, &bytes) : "";
    napi_value value = NULL;
    bool made = ng_napi_succeeded(env, napi_create_string_utf8(env, text, bytes, &value));
    ng_block_free(state->environment, block);
    return made ? ng_napi_answer(env, status, message, value) : NULL;
}

/* call(callable, handles): { status, message, value: handle } */
static napi_value call(napi_env env, napi_callback_info info)
{
    napi_value arguments[2] = {NULL, NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 2, arguments));
    ng_handle callable = 0;
    uint32_t count = 0;
    if (state == NULL || !ng_napi_handle(env, arguments[0], &callable) ||
        !ng_napi_succeeded(env, napi_get_array_length(env, arguments[1], &count))) {
        return NULL;
    }
    ng_handle *handles = calloc((size_t)count + 1, sizeof *handles);
    if (handles == NULL) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for the arguments of a call");
        return NULL;
    }
    napi_value result = NULL;
    uint32_t read = 0;
    napi_value each = NULL;
    while (read < count &&
           ng_napi_succeeded(env, napi_get_element(env, arguments[1], read, &each)) &&
           ng_napi_handle(env, each, &handles[read])) {
        read++;
    }
    if (read == count) {
        ng_handle handle = 0;
        char message[NG_MESSAGE_SIZE] = "";
        ng_status status =
            ng_object_call(state->environment, callable, handles, count, &handle, message);
        napi_value value = ng_napi_number(env, (double)handle);
        result = value == NULL ? NULL : ng_napi_answer(env, status, message, value);
    }
    free(handles);
    return result;
}

bool ng_napi_add_objects(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"run", run},
        {"repr", repr},
        {"call", call},
    };
    return ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
