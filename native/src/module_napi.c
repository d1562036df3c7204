/*
 * module_napi.c: the Node-API door. It translates and decides nothing.
 * Longer than most files here, as Node-API wants three calls where C wants one; there is no seam in it.
 *
 * Owner:    each JS realm that loads the file gets a module_state of its own.
 * Thread:   the JS thread of that realm, always; detached whenever JavaScript runs.
 * Lifetime: the state ends in the environment clean-up hook, on its own thread, also when a worker is
 *           terminated. At process.exit no hook runs in the main thread, so nothing here relies on one.
 * Source:   https://nodejs.org/api/n-api.html
 */
#include <node_api.h>

#include "../include/nogil.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct module_state {
    ng_environment *environment; /* NULL until `open` */
    napi_ref arena_reference;    /* keeps the arena: C holds a pointer into it */
    char *arena;
} module_state;

/* ---- small change --------------------------------------------------------------------------- */

static bool succeeded(napi_env env, napi_status status)
{
    if (status == napi_ok) {
        return true;
    }
    bool pending = false;
    (void)napi_is_exception_pending(env, &pending);
    if (!pending) {
        const napi_extended_error_info *info = NULL;
        (void)napi_get_last_error_info(env, &info);
        (void)napi_throw_error(env, "INTERNAL",
                               info != NULL && info->error_message != NULL
                                   ? info->error_message
                                   : "a Node-API call failed");
    }
    return false;
}

static module_state *state_and_arguments(napi_env env, napi_callback_info info, size_t count,
                                         napi_value *arguments)
{
    void *state = NULL;
    size_t given = count;
    if (!succeeded(env, napi_get_cb_info(env, info, &given, arguments, NULL, &state))) {
        return NULL;
    }
    return state;
}

static char *text_argument(napi_env env, napi_value value)
{
    size_t length = 0;
    if (!succeeded(env, napi_get_value_string_utf8(env, value, NULL, 0, &length))) {
        return NULL;
    }
    char *text = malloc(length + 1);
    if (text == NULL) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for a path");
        return NULL;
    }
    if (!succeeded(env, napi_get_value_string_utf8(env, value, text, length + 1, &length))) {
        free(text);
        return NULL;
    }
    return text;
}

static bool set_number(napi_env env, napi_value object, const char *name, double value)
{
    napi_value number = NULL;
    return succeeded(env, napi_create_double(env, value, &number)) &&
           succeeded(env, napi_set_named_property(env, object, name, number));
}

static bool set_text(napi_env env, napi_value object, const char *name, const char *value)
{
    napi_value text = NULL;
    return succeeded(env, napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &text)) &&
           succeeded(env, napi_set_named_property(env, object, name, text));
}

static napi_value number(napi_env env, double value)
{
    napi_value result = NULL;
    return succeeded(env, napi_create_double(env, value, &result)) ? result : NULL;
}

/* ---- life cycle ----------------------------------------------------------------------------- */

/* start(library, executable, deepBind): { status, message } */
static napi_value start(napi_env env, napi_callback_info info)
{
    napi_value arguments[3] = {NULL, NULL, NULL};
    bool deep_bind = false;
    if (state_and_arguments(env, info, 3, arguments) == NULL ||
        !succeeded(env, napi_get_value_bool(env, arguments[2], &deep_bind))) {
        return NULL;
    }
    char *library = text_argument(env, arguments[0]);
    char *executable = library == NULL ? NULL : text_argument(env, arguments[1]);
    napi_value result = NULL;
    if (executable != NULL) {
        char message[NG_MESSAGE_SIZE] = "";
        ng_status status = ng_start(&(ng_start_options){.library = library,
                                                        .executable = executable,
                                                        .deep_bind = deep_bind ? 1 : 0},
                                    message);
        if (!succeeded(env, napi_create_object(env, &result)) ||
            !set_number(env, result, "status", status) ||
            !set_text(env, result, "message", message)) {
            result = NULL;
        }
    }
    free(library);
    free(executable);
    return result;
}

/* describe(): { status, library?, executable?, … } */
static napi_value describe(napi_env env, napi_callback_info info)
{
    (void)info;
    ng_started started = {0};
    ng_status status = ng_describe(&started);
    napi_value result = NULL;
    if (!succeeded(env, napi_create_object(env, &result)) ||
        !set_number(env, result, "status", status)) {
        return NULL;
    }
    if (status == NG_STATUS_OK &&
        (!set_text(env, result, "library", started.library) ||
         !set_text(env, result, "executable", started.executable) ||
         !set_text(env, result, "version", started.version) ||
         !set_number(env, result, "versionHex", started.version_hex) ||
         !set_number(env, result, "headSize", started.head_size) ||
         !set_number(env, result, "freeThreaded", started.free_threaded) ||
         !set_number(env, result, "deepBind", started.deep_bind))) {
        return NULL;
    }
    return result;
}

/* open(): { status, arena? }. Makes this thread's environment; the arena is its memory, mapped. */
static napi_value open_environment(napi_env env, napi_callback_info info)
{
    module_state *state = state_and_arguments(env, info, 0, NULL);
    napi_value result = NULL;
    napi_value arena = NULL;
    if (state == NULL || !succeeded(env, napi_create_object(env, &result))) {
        return NULL;
    }
    ng_status status = NG_STATUS_OK;
    if (state->arena == NULL) {
        /* The host's own memory and not ours wrapped: some hosts forbid external buffers. A backing
           store never moves, and the reference keeps it. */
        void *data = NULL;
        if (!succeeded(env, napi_create_arraybuffer(env, NG_ARENA_SIZE, &data, &arena)) ||
            !succeeded(env, napi_create_reference(env, arena, 1, &state->arena_reference))) {
            return NULL;
        }
        state->arena = data;
    } else if (!succeeded(env, napi_get_reference_value(env, state->arena_reference, &arena))) {
        return NULL;
    }
    if (state->environment == NULL) {
        status = ng_environment_create(state->arena, &state->environment);
    }
    if (!set_number(env, result, "status", status) ||
        !succeeded(env, napi_set_named_property(env, result, "arena", arena))) {
        return NULL;
    }
    return result;
}

/* shutdown(boundMs): status */
static napi_value shut_down(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    uint32_t bound = 0;
    if (state_and_arguments(env, info, 1, arguments) == NULL ||
        !succeeded(env, napi_get_value_uint32(env, arguments[0], &bound))) {
        return NULL;
    }
    return number(env, ng_shutdown(bound));
}

/* armWatchdog(exitCode, boundMs) */
static napi_value arm_watchdog(napi_env env, napi_callback_info info)
{
    napi_value arguments[2] = {NULL, NULL};
    int32_t code = 0;
    uint32_t bound = 0;
    if (state_and_arguments(env, info, 2, arguments) != NULL &&
        succeeded(env, napi_get_value_int32(env, arguments[0], &code)) &&
        succeeded(env, napi_get_value_uint32(env, arguments[1], &bound))) {
        ng_arm_watchdog(code, bound);
    }
    return NULL;
}

/* adjustMemory(bytes): tells the collector how much memory its objects hold outside its heap */
static napi_value adjust_memory(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    double change = 0;
    int64_t total = 0;
    if (state_and_arguments(env, info, 1, arguments) != NULL &&
        succeeded(env, napi_get_value_double(env, arguments[0], &change))) {
        (void)succeeded(env, napi_adjust_external_memory(env, (int64_t)change, &total));
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
    if (!succeeded(env, napi_create_object(env, &result)) ||
        !set_number(env, result, "environments", (double)now.environments) ||
        !set_number(env, result, "handlesLive", (double)now.handles_live) ||
        !set_number(env, result, "handlesPeak", (double)now.handles_peak) ||
        !set_number(env, result, "handlesLeaked", (double)now.handles_leaked) ||
        !set_number(env, result, "slots", (double)now.slots)) {
        return NULL;
    }
    return result;
}

/* ---- operations ------------------------------------------------------------------------------- */

/* invoke(): carries out the frame whose offset stands in the arena's first word. No argument and no
   result cross here: each would cost as much as a short operation. */
static napi_value invoke(napi_env env, napi_callback_info info)
{
    void *data = NULL;
    (void)napi_get_cb_info(env, info, NULL, NULL, NULL, &data);
    module_state *state = data;
    if (state == NULL || state->environment == NULL) {
        (void)napi_throw_error(env, "INTERNAL", "invoke before open");
        return NULL;
    }
    uint32_t offset = 0;
    memcpy(&offset, state->arena, sizeof offset);
    ng_invoke(state->environment, offset);
    return NULL;
}

static module_state *opened(napi_env env, module_state *state)
{
    if (state != NULL && state->environment == NULL) {
        (void)napi_throw_error(env, "INTERNAL", "a block before open");
        return NULL;
    }
    return state;
}

/* stageText(text): the number of a block that holds its UTF-16 */
static napi_value stage_text(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    module_state *state = opened(env, state_and_arguments(env, info, 1, arguments));
    size_t length = 0;
    if (state == NULL ||
        !succeeded(env, napi_get_value_string_utf16(env, arguments[0], NULL, 0, &length))) {
        return NULL;
    }
    void *data = NULL;
    uint64_t block = ng_block_create(state->environment, (length + 1U) * 2U, &data);
    if (block == 0) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for a string");
        return NULL;
    }
    if (!succeeded(env,
                   napi_get_value_string_utf16(env, arguments[0], data, length + 1, &length))) {
        ng_block_free(state->environment, block);
        return NULL;
    }
    return number(env, (double)block);
}

/* stageBytes(uint8Array): the number of a block that holds a copy */
static napi_value stage_bytes(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    module_state *state = opened(env, state_and_arguments(env, info, 1, arguments));
    napi_typedarray_type type = napi_uint8_array;
    size_t length = 0;
    void *source = NULL;
    if (state == NULL || !succeeded(env, napi_get_typedarray_info(env, arguments[0], &type, &length,
                                                                  &source, NULL, NULL))) {
        return NULL;
    }
    void *data = NULL;
    uint64_t block = ng_block_create(state->environment, length, &data);
    if (block == 0) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for bytes");
        return NULL;
    }
    if (length > 0) {
        memcpy(data, source, length);
    }
    return number(env, (double)block);
}

static void *block_argument(napi_env env, module_state *state, napi_value value, uint64_t *block,
                            size_t *bytes)
{
    double given = 0;
    if (state == NULL || !succeeded(env, napi_get_value_double(env, value, &given))) {
        return NULL;
    }
    *block = given > 0 ? (uint64_t)given : 0;
    void *data = ng_block_data(state->environment, *block, bytes);
    if (data == NULL) {
        (void)napi_throw_error(env, "INTERNAL", "there is no such block");
    }
    return data;
}

/* Throws what is wrong with a string that the host could not make. */
static napi_value string_too_long(napi_env env, size_t units)
{
    napi_value pending = NULL;
    bool is_pending = false;
    if (napi_is_exception_pending(env, &is_pending) == napi_ok && is_pending) {
        /* It names neither cause nor remedy. */
        (void)napi_get_and_clear_last_exception(env, &pending);
    }
    char message[160];
    (void)snprintf(
        message, sizeof message,
        "a str of %zu UTF-16 units is longer than the longest string of this host; fetch it "
        "in parts",
        units);
    (void)napi_throw_range_error(env, "STRING_TOO_LONG", message);
    return NULL;
}

/* takeText(block, wide): the string in it; frees the block */
static napi_value take_text(napi_env env, napi_callback_info info)
{
    napi_value arguments[2] = {NULL, NULL};
    module_state *state = opened(env, state_and_arguments(env, info, 2, arguments));
    uint64_t block = 0;
    size_t bytes = 0;
    bool wide = false;
    void *data = block_argument(env, state, arguments[0], &block, &bytes);
    if (data == NULL || !succeeded(env, napi_get_value_bool(env, arguments[1], &wide))) {
        return NULL;
    }
    napi_value result = NULL;
    size_t units = wide ? bytes / 2U : bytes;
    napi_status made = wide ? napi_create_string_utf16(env, data, units, &result)
                            : napi_create_string_latin1(env, data, units, &result);
    ng_block_free(state->environment, block);
    if (made != napi_ok) {
        return string_too_long(env, units);
    }
    return result;
}

/* takeBytes(block): an ArrayBuffer with a copy; frees the block */
static napi_value take_bytes(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    module_state *state = opened(env, state_and_arguments(env, info, 1, arguments));
    uint64_t block = 0;
    size_t bytes = 0;
    void *data = block_argument(env, state, arguments[0], &block, &bytes);
    if (data == NULL) {
        return NULL;
    }
    void *target = NULL;
    napi_value result = NULL;
    bool made = succeeded(env, napi_create_arraybuffer(env, bytes, &target, &result));
    if (made && bytes > 0) {
        memcpy(target, data, bytes);
    }
    ng_block_free(state->environment, block);
    return made ? result : NULL;
}

/* dropBlock(block) */
static napi_value drop_block(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    module_state *state = opened(env, state_and_arguments(env, info, 1, arguments));
    double block = 0;
    if (state != NULL && succeeded(env, napi_get_value_double(env, arguments[0], &block)) &&
        block > 0) {
        ng_block_free(state->environment, (uint64_t)block);
    }
    return NULL;
}

/* ---- registration ----------------------------------------------------------------------------- */

static void clean_up(void *raw)
{
    module_state *state = raw;
    ng_environment_destroy(state->environment);
    free(state); /* the arena's reference ends with the realm */
}

NAPI_MODULE_INIT()
{
    module_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for the core");
        return NULL;
    }
    const struct {
        const char *name;
        napi_callback callback;
    } functions[] = {
        {"start", start},
        {"describe", describe},
        {"open", open_environment},
        {"shutdown", shut_down},
        {"armWatchdog", arm_watchdog},
        {"adjustMemory", adjust_memory},
        {"statistics", statistics},
        {"invoke", invoke},
        {"stageText", stage_text},
        {"stageBytes", stage_bytes},
        {"takeText", take_text},
        {"takeBytes", take_bytes},
        {"dropBlock", drop_block},
    };
    bool ready = set_number(env, exports, "abiVersion", ng_abi_version());
    for (size_t i = 0; ready && i < sizeof functions / sizeof functions[0]; i++) {
        napi_value function = NULL;
        ready = succeeded(env, napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH,
                                                    functions[i].callback, state, &function)) &&
                succeeded(env, napi_set_named_property(env, exports, functions[i].name, function));
    }
    if (!ready || !succeeded(env, napi_add_env_cleanup_hook(env, clean_up, state))) {
        free(state);
        return NULL;
    }
    return exports;
}
