/* napi_handles.c: the door's part for handles and tokens. */
#include "napi.h"

#include <stdlib.h>

/* A handle or token, or minus a status: one number says both, as none of them is negative. */
static napi_value name_or_status(napi_env env, ng_status status, uint64_t name)
{
    return ng_napi_number(env, status == NG_STATUS_OK ? (double)name : -(double)status);
}

/* The state and the first argument as a handle or token; what cannot be one becomes 0. */
static ng_napi_state *named(napi_env env, napi_callback_info info, uint64_t *name)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    return state != NULL && ng_napi_handle(env, arguments[0], name) ? state : NULL;
}

/* ---- what is done most: handle and answer are a number in the arena, as an argument or a result would cost as much - */

/* Where they are. */
static double *name_in(const ng_napi_state *state)
{
    return (double *)(void *)state->arena + NG_ARENA_NAME;
}

/* Both as carry_out of napi_operations.c. The answer is written last: a finalizer may have done the same meanwhile. */
static void carry_out_duplicate(void *raw)
{
    const ng_napi_state *state = raw;
    ng_handle made = 0;
    ng_status status =
        ng_handle_duplicate(state->environment, ng_napi_whole(*name_in(state)), &made);
    *name_in(state) = status == NG_STATUS_OK ? (double)made : -(double)status;
}

static void carry_out_release(void *raw)
{
    const ng_napi_state *state = raw;
    ng_status status = ng_object_release(state->environment, ng_napi_whole(*name_in(state)));
    *name_in(state) = -(double)status;
}

static napi_value carry_out(napi_env env, napi_callback_info info, void (*work)(void *state))
{
    void *data = NULL;
    (void)napi_get_cb_info(env, info, NULL, NULL, NULL, &data);
    const ng_napi_state *state = ng_napi_opened(env, data);
    if (state != NULL) {
        work(data);
    }
    return NULL;
}

/* duplicateHandle(): leaves a handle or -status */
static napi_value duplicate(napi_env env, napi_callback_info info)
{
    return carry_out(env, info, carry_out_duplicate);
}

/* release(): leaves 0 or -status */
static napi_value release(napi_env env, napi_callback_info info)
{
    return carry_out(env, info, carry_out_release);
}

/* ---- and the rest -------------------------------------------------------------------------------- */

/* shareHandle(handle, lifetime): token or -status */
static napi_value share(napi_env env, napi_callback_info info)
{
    napi_value arguments[2] = {NULL, NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 2, arguments));
    ng_handle handle = 0;
    uint32_t lifetime = 0;
    if (state == NULL || !ng_napi_handle(env, arguments[0], &handle) ||
        !ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[1], &lifetime))) {
        return NULL;
    }
    ng_token token = 0;
    ng_status status =
        ng_handle_share(state->environment, handle, (ng_share_lifetime)lifetime, &token);
    return name_or_status(env, status, token);
}

/* openToken(token): handle or -status */
static napi_value open_token(napi_env env, napi_callback_info info)
{
    ng_token token = 0;
    ng_napi_state *state = named(env, info, &token);
    if (state == NULL) {
        return NULL;
    }
    ng_handle handle = 0;
    ng_status status = ng_token_open(state->environment, token, &handle);
    return name_or_status(env, status, handle);
}

/* takeToken(token): handle or -status */
static napi_value take_token(napi_env env, napi_callback_info info)
{
    ng_token token = 0;
    ng_napi_state *state = named(env, info, &token);
    if (state == NULL) {
        return NULL;
    }
    ng_handle handle = 0;
    ng_status status = ng_token_take(state->environment, token, &handle);
    return name_or_status(env, status, handle);
}

/* releaseToken(token): status */
static napi_value release_token(napi_env env, napi_callback_info info)
{
    ng_token token = 0;
    ng_napi_state *state = named(env, info, &token);
    return state == NULL ? NULL : ng_napi_number(env, ng_token_release(state->environment, token));
}

/* releaseHandles(Float64Array, end): how many of them were live, or -status */
static napi_value release_many(napi_env env, napi_callback_info info)
{
    napi_value arguments[2] = {NULL, NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 2, arguments));
    napi_typedarray_type type = napi_int8_array;
    size_t count = 0;
    void *data = NULL;
    uint32_t end = 0;
    if (state == NULL ||
        !ng_napi_succeeded(
            env, napi_get_typedarray_info(env, arguments[0], &type, &count, &data, NULL, NULL)) ||
        !ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[1], &end))) {
        return NULL;
    }
    if (type != napi_float64_array) {
        (void)napi_throw_error(env, "INTERNAL", "releaseHandles takes a Float64Array");
        return NULL;
    }
    /* A copy: a finalizer may call back, and detach or move the array. */
    ng_handle *handles = calloc(count == 0U ? 1U : count, sizeof *handles);
    if (handles == NULL) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for the list of handles");
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        handles[i] = ng_napi_whole(((const double *)data)[i]);
    }
    size_t released = 0;
    ng_status status =
        ng_handle_release(state->environment, handles, count, (ng_handle_end)end, &released);
    free(handles);
    return name_or_status(env, status, released);
}

/* tokenProcess(proposal): the process's number */
static napi_value token_process(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    uint64_t proposal = 0;
    if (ng_napi_arguments(env, info, 1, arguments) == NULL ||
        !ng_napi_handle(env, arguments[0], &proposal)) {
        return NULL;
    }
    return ng_napi_number(env, (double)ng_token_process(proposal));
}

/* describeHandle(number): ng_handle_history, and the environment that asks as `here` */
static napi_value describe(napi_env env, napi_callback_info info)
{
    uint64_t number = 0;
    ng_napi_state *state = named(env, info, &number);
    if (state == NULL) {
        return NULL;
    }
    ng_handle_history history = {0};
    ng_handle_describe(state->environment, number, &history);
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "kind", history.kind) ||
        !ng_napi_set_number(env, result, "state", history.state) ||
        !ng_napi_set_number(env, result, "end", history.end) ||
        !ng_napi_set_number(env, result, "slot", history.slot) ||
        !ng_napi_set_number(env, result, "generation", history.generation) ||
        !ng_napi_set_number(env, result, "currentGeneration", history.current_generation) ||
        !ng_napi_set_number(env, result, "owner", history.owner) ||
        !ng_napi_set_number(env, result, "lastOwner", history.last_owner) ||
        !ng_napi_set_number(env, result, "endedBy", history.ended_by) ||
        !ng_napi_set_number(env, result, "here", ng_environment_number(state->environment))) {
        return NULL;
    }
    return result;
}

/* The handles as an array. */
static napi_value numbers(napi_env env, const ng_handle *handles, size_t count)
{
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_array_with_length(env, count, &result))) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        napi_value number = ng_napi_number(env, (double)handles[i]);
        if (number == NULL ||
            !ng_napi_succeeded(env, napi_set_element(env, result, (uint32_t)i, number))) {
            return NULL;
        }
    }
    return result;
}

/* listHandles(): this thread's live handles */
static napi_value list(napi_env env, napi_callback_info info)
{
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 0, NULL));
    if (state == NULL) {
        return NULL;
    }
    /* Nobody but this thread makes or releases them: the count still holds when they are listed. */
    size_t count = ng_handle_list(state->environment, NULL, 0);
    ng_handle *handles = malloc((count == 0U ? 1U : count) * sizeof *handles);
    if (handles == NULL) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for the list of handles");
        return NULL;
    }
    (void)ng_handle_list(state->environment, handles, count);
    napi_value result = numbers(env, handles, count);
    free(handles);
    return result;
}

/* handleTypeName(handle): { status, message, value: string } */
static napi_value type_name(napi_env env, napi_callback_info info)
{
    ng_handle handle = 0;
    ng_napi_state *state = named(env, info, &handle);
    if (state == NULL) {
        return NULL;
    }
    uint64_t block = 0;
    size_t bytes = 0;
    char message[NG_MESSAGE_SIZE] = "";
    ng_status status = ng_handle_type_name(state->environment, handle, &block, message);
    const char *text =
        status == NG_STATUS_OK ? ng_block_data(state->environment, block, &bytes) : "";
    napi_value value = NULL;
    napi_value result = NULL;
    bool made = ng_napi_succeeded(env, napi_create_string_utf8(env, text, bytes, &value)) &&
                ng_napi_succeeded(env, napi_create_object(env, &result)) &&
                ng_napi_set_number(env, result, "status", status) &&
                ng_napi_set_text(env, result, "message", message) &&
                ng_napi_succeeded(env, napi_set_named_property(env, result, "value", value));
    ng_block_free(state->environment, block);
    return made ? result : NULL;
}

static napi_value owners(napi_env env)
{
    /* Environments come and go meanwhile; what came after the count is in the next answer. */
    size_t room = ng_handle_owners(NULL, 0);
    ng_handle_owner *found = malloc((room == 0U ? 1U : room) * sizeof *found);
    if (found == NULL) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for the list of environments");
        return NULL;
    }
    size_t there = ng_handle_owners(found, room);
    napi_value result = NULL;
    bool made = ng_napi_succeeded(env, napi_create_array(env, &result));
    for (size_t i = 0; made && i < (there < room ? there : room); i++) {
        napi_value each = NULL;
        made = ng_napi_succeeded(env, napi_create_object(env, &each)) &&
               ng_napi_set_number(env, each, "environment", found[i].environment) &&
               ng_napi_set_number(env, each, "live", (double)found[i].live) &&
               ng_napi_set_number(env, each, "peak", (double)found[i].peak) &&
               ng_napi_succeeded(env, napi_set_element(env, result, (uint32_t)i, each));
    }
    free(found);
    return made ? result : NULL;
}

/* handleStatistics(): ng_handle_statistics, and each environment's share */
static napi_value statistics(napi_env env, napi_callback_info info)
{
    (void)info;
    ng_handle_statistics now = {0};
    ng_handle_statistics_read(&now);
    napi_value result = NULL;
    napi_value each = owners(env);
    if (each == NULL || !ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "live", (double)now.live) ||
        !ng_napi_set_number(env, result, "peak", (double)now.peak) ||
        !ng_napi_set_number(env, result, "shared", (double)now.shared) ||
        !ng_napi_set_number(env, result, "sharedPeak", (double)now.shared_peak) ||
        !ng_napi_set_number(env, result, "leaked", (double)now.leaked) ||
        !ng_napi_set_number(env, result, "bytes", (double)now.bytes) ||
        !ng_napi_succeeded(env, napi_set_named_property(env, result, "environments", each))) {
        return NULL;
    }
    return result;
}

bool ng_napi_add_handles(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"duplicateHandle", duplicate},   {"shareHandle", share},
        {"openToken", open_token},        {"takeToken", take_token},
        {"releaseToken", release_token},  {"tokenProcess", token_process},
        {"describeHandle", describe},     {"listHandles", list},
        {"handleTypeName", type_name},    {"releaseHandles", release_many},
        {"handleStatistics", statistics}, {"release", release},
    };
    return ng_napi_set_number(env, exports, "carryOutDuplicate",
                              (double)(uintptr_t)carry_out_duplicate) &&
           ng_napi_set_number(env, exports, "carryOutRelease",
                              (double)(uintptr_t)carry_out_release) &&
           ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
