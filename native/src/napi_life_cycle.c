/* napi_life_cycle.c: starting, opening, ending, figures. */
#include "napi.h"

#include <stdlib.h>

/* start(library, executable, deepBind, codeFolder): { status, message }; no folder is the empty text */
static napi_value start(napi_env env, napi_callback_info info)
{
    napi_value arguments[4] = {NULL, NULL, NULL, NULL};
    bool deep_bind = false;
    if (ng_napi_arguments(env, info, 4, arguments) == NULL ||
        !ng_napi_succeeded(env, napi_get_value_bool(env, arguments[2], &deep_bind))) {
        return NULL;
    }
    char *library = ng_napi_text(env, arguments[0], NULL);
    char *executable = library == NULL ? NULL : ng_napi_text(env, arguments[1], NULL);
    char *code_folder = executable == NULL ? NULL : ng_napi_text(env, arguments[3], NULL);
    napi_value result = NULL;
    if (code_folder != NULL) {
        char message[NG_MESSAGE_SIZE] = "";
        ng_status status = ng_start(
            &(ng_start_options){.library = library,
                                .executable = executable,
                                .deep_bind = deep_bind ? 1 : 0,
                                .code_folder = code_folder[0] == '\0' ? NULL : code_folder},
            message);
        if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
            !ng_napi_set_number(env, result, "status", status) ||
            !ng_napi_set_text(env, result, "message", message)) {
            result = NULL;
        }
    }
    free(library);
    free(executable);
    free(code_folder);
    return result;
}

/* describe(): { status, library?, executable?, … } */
static napi_value describe(napi_env env, napi_callback_info info)
{
    (void)info;
    ng_started started = {0};
    ng_status status = ng_describe(&started);
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "status", status)) {
        return NULL;
    }
    if (status == NG_STATUS_OK &&
        (!ng_napi_set_text(env, result, "library", started.library) ||
         !ng_napi_set_text(env, result, "executable", started.executable) ||
         !ng_napi_set_text(env, result, "version", started.version) ||
         !ng_napi_set_number(env, result, "versionHex", started.version_hex) ||
         !ng_napi_set_number(env, result, "headSize", started.head_size) ||
         !ng_napi_set_number(env, result, "freeThreaded", started.free_threaded) ||
         !ng_napi_set_number(env, result, "deepBind", started.deep_bind))) {
        return NULL;
    }
    return result;
}

/* open(): { status, arena? }. Makes this thread's environment; the arena is its memory, mapped. */
static napi_value open_environment(napi_env env, napi_callback_info info)
{
    ng_napi_state *state = ng_napi_arguments(env, info, 0, NULL);
    napi_value result = NULL;
    napi_value arena = NULL;
    if (state == NULL || !ng_napi_succeeded(env, napi_create_object(env, &result))) {
        return NULL;
    }
    ng_status status = NG_STATUS_OK;
    if (state->arena == NULL) {
        /* The host's own memory and not ours wrapped: some hosts forbid external buffers. A backing
           store never moves, and the reference keeps it. */
        void *data = NULL;
        if (!ng_napi_succeeded(env, napi_create_arraybuffer(env, NG_ARENA_SIZE, &data, &arena)) ||
            !ng_napi_succeeded(env,
                               napi_create_reference(env, arena, 1, &state->arena_reference))) {
            return NULL;
        }
        state->arena = data;
    } else if (!ng_napi_succeeded(env,
                                  napi_get_reference_value(env, state->arena_reference, &arena))) {
        return NULL;
    }
    if (state->environment == NULL) {
        ng_host host = {0};
        if (!ng_napi_make_host(env, state, &host)) {
            return NULL;
        }
        status = ng_environment_create(state->arena, &host, &state->environment);
        if (status == NG_STATUS_OK && state->mutex_user != NULL) {
            ng_mutex_user_opens(state->mutex_user, state->environment);
        }
    }
    if (!ng_napi_set_number(env, result, "status", status) ||
        !ng_napi_succeeded(env, napi_set_named_property(env, result, "arena", arena))) {
        return NULL;
    }
    return result;
}

/* shutdown(boundMs): status */
static napi_value shut_down(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    uint32_t bound = 0;
    if (ng_napi_arguments(env, info, 1, arguments) == NULL ||
        !ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[0], &bound))) {
        return NULL;
    }
    return ng_napi_number(env, ng_shutdown(bound));
}

/* exitBound(): milliseconds */
static napi_value exit_bound(napi_env env, napi_callback_info info)
{
    (void)info;
    return ng_napi_number(env, ng_exit_bound_read());
}

/* setExitBound(milliseconds, onlyFirst) */
static napi_value set_exit_bound(napi_env env, napi_callback_info info)
{
    napi_value arguments[2] = {NULL, NULL};
    uint32_t milliseconds = 0;
    bool only_first = false;
    if (ng_napi_arguments(env, info, 2, arguments) != NULL &&
        ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[0], &milliseconds)) &&
        ng_napi_succeeded(env, napi_get_value_bool(env, arguments[1], &only_first))) {
        ng_exit_bound_set(milliseconds, only_first ? 1U : 0U);
    }
    return NULL;
}

/* exit(code): status. Does not end the process: the host is about to. */
static napi_value exit_process(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    int32_t code = 0;
    if (ng_napi_arguments(env, info, 1, arguments) == NULL ||
        !ng_napi_succeeded(env, napi_get_value_int32(env, arguments[0], &code))) {
        return NULL;
    }
    return ng_napi_number(env, ng_exit(code));
}

/* exitWith(code) */
static napi_value exit_with(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    int32_t code = 0;
    if (ng_napi_arguments(env, info, 1, arguments) != NULL &&
        ng_napi_succeeded(env, napi_get_value_int32(env, arguments[0], &code))) {
        ng_exit_with(code);
    }
    return NULL;
}

/* adjustMemory(bytes): tells the collector how much memory its objects hold outside its heap */
static napi_value adjust_memory(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    double change = 0;
    int64_t total = 0;
    if (ng_napi_arguments(env, info, 1, arguments) != NULL &&
        ng_napi_succeeded(env, napi_get_value_double(env, arguments[0], &change))) {
        (void)ng_napi_succeeded(env, napi_adjust_external_memory(env, (int64_t)change, &total));
    }
    return NULL;
}

/* statistics(): what ng_statistics_read fills */
static napi_value statistics(napi_env env, napi_callback_info info)
{
    (void)info;
    ng_statistics now = {0};
    ng_statistics_read(&now);
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "environments", (double)now.environments) ||
        !ng_napi_set_number(env, result, "handlesLive", (double)now.handles_live) ||
        !ng_napi_set_number(env, result, "handlesPeak", (double)now.handles_peak) ||
        !ng_napi_set_number(env, result, "handlesLeaked", (double)now.handles_leaked) ||
        !ng_napi_set_number(env, result, "slots", (double)now.slots)) {
        return NULL;
    }
    return result;
}

bool ng_napi_add_life_cycle(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"start", start},           {"describe", describe},    {"open", open_environment},
        {"shutdown", shut_down},    {"exitBound", exit_bound}, {"setExitBound", set_exit_bound},
        {"exit", exit_process},     {"exitWith", exit_with},   {"adjustMemory", adjust_memory},
        {"statistics", statistics},
    };
    return ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
