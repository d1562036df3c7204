/* napi_buffers.c: Python's memory as ArrayBuffers. */
#include "napi.h"

/* The finalizer of an ArrayBuffer's memory. Some hosts call it inside a garbage collection, or on a thread of
   theirs. */
static void forget(napi_env env, void *data, void *hint)
{
    (void)env;
    (void)data;
    ng_export_forget(hint);
}

/* openExport(number): its memory, not copied; null where the host takes no memory but its own */
static napi_value open_export(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    uint64_t number = 0;
    void *start = NULL;
    size_t bytes = 0;
    ng_export *export = NULL;
    napi_value result = NULL;
    if (state == NULL || !ng_napi_handle(env, arguments[0], &number)) {
        return NULL;
    }
    if (ng_export_open(state->environment, number, &start, &bytes, &export) != NG_STATUS_OK) {
        (void)napi_throw_error(env, "INTERNAL", "there is no such export");
        return NULL;
    }
    napi_status status =
        napi_create_external_arraybuffer(env, start, bytes, forget, export, &result);
    if (status == napi_ok) {
        return result;
    }
    ng_export_forget(export);
    if (status == napi_no_external_buffers_allowed) {
        return napi_get_null(env, &result) == napi_ok ? result : NULL;
    }
    (void)ng_napi_succeeded(env, status);
    return NULL;
}

/* releaseExport(number): a status */
static napi_value release_export(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    uint64_t number = 0;
    if (state == NULL || !ng_napi_handle(env, arguments[0], &number)) {
        return NULL;
    }
    return ng_napi_number(env, ng_export_release(state->environment, number));
}

/* copyExport(number, uint8Array): { status, message } */
static napi_value copy_export(napi_env env, napi_callback_info info)
{
    napi_value arguments[2] = {NULL, NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 2, arguments));
    uint64_t number = 0;
    size_t bytes = 0;
    void *to = NULL;
    char message[NG_MESSAGE_SIZE];
    if (state == NULL || !ng_napi_handle(env, arguments[0], &number) ||
        !ng_napi_succeeded(
            env, napi_get_typedarray_info(env, arguments[1], NULL, &bytes, &to, NULL, NULL))) {
        return NULL;
    }
    ng_status status = ng_export_copy(state->environment, number, to, bytes, message);
    return ng_napi_answer(env, status, message, ng_napi_number(env, 0));
}

/* detach(arrayBuffer): for hosts without ArrayBuffer.prototype.transfer. Newer ones end the process when the
   buffer may not be detached. */
static napi_value detach(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    if (ng_napi_arguments(env, info, 1, arguments) != NULL) {
        (void)ng_napi_succeeded(env, napi_detach_arraybuffer(env, arguments[0]));
    }
    return NULL;
}

/* bufferStatistics(): what ng_buffers_read fills */
static napi_value statistics(napi_env env, napi_callback_info info)
{
    (void)info;
    ng_buffer_statistics now = {0};
    ng_buffers_read(&now);
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "exports", (double)now.exports) ||
        !ng_napi_set_number(env, result, "memories", (double)now.memories) ||
        !ng_napi_set_number(env, result, "allocated", (double)now.allocated) ||
        !ng_napi_set_number(env, result, "kept", (double)now.kept)) {
        return NULL;
    }
    return result;
}

bool ng_napi_add_buffers(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"openExport", open_export}, {"releaseExport", release_export}, {"copyExport", copy_export},
        {"detach", detach},          {"bufferStatistics", statistics},
    };
    return ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
