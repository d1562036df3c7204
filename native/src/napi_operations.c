/* napi_operations.c: frames, and the text and bytes that do not fit into one. */
#include "napi.h"

#include <stdio.h>
#include <string.h>

/* Carries out the frame whose offset stands in the arena's first word. `raw` is the realm's state, and it has an
   environment. bun:ffi calls it, too: nothing here may use Node-API, which then has no scope open. */
static void carry_out(void *raw)
{
    ng_napi_state *state = raw;
    uint32_t offset = 0;
    memcpy(&offset, state->arena, sizeof offset);
    ng_invoke(state->environment, offset);
}

/* invoke(state): reads no argument and makes no result, each of which would cost as much as a short operation. */
static napi_value invoke(napi_env env, napi_callback_info info)
{
    void *data = NULL;
    (void)napi_get_cb_info(env, info, NULL, NULL, NULL, &data);
    ng_napi_state *state = data;
    if (state == NULL || state->environment == NULL) {
        (void)napi_throw_error(env, "INTERNAL", "invoke before open");
        return NULL;
    }
    carry_out(state);
    return NULL;
}

/* stageText(text): the number of a block with the text, UTF-16; or less than 0: of one with ASCII. */
static napi_value stage_text(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    size_t length = 0;
    size_t bytes = 0;
    if (state == NULL ||
        !ng_napi_succeeded(env, napi_get_value_string_utf16(env, arguments[0], NULL, 0, &length)) ||
        !ng_napi_succeeded(env, napi_get_value_string_utf8(env, arguments[0], NULL, 0, &bytes))) {
        return NULL;
    }
    /* One byte of UTF-8 for each unit: a lone surrogate, and whatever else is no ASCII, takes more. */
    bool ascii = bytes == length;
    void *data = NULL;
    uint64_t block = ng_block_create(state->environment, (length + 1U) * (ascii ? 1U : 2U), &data);
    if (block == 0) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for a string");
        return NULL;
    }
    napi_status read =
        ascii ? napi_get_value_string_latin1(env, arguments[0], data, length + 1U, &length)
              : napi_get_value_string_utf16(env, arguments[0], data, length + 1U, &length);
    if (!ng_napi_succeeded(env, read)) {
        ng_block_free(state->environment, block);
        return NULL;
    }
    return ng_napi_number(env, ascii ? -(double)block : (double)block);
}

/* stageBytes(uint8Array): the number of a block that holds a copy */
static napi_value stage_bytes(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    napi_typedarray_type type = napi_uint8_array;
    size_t length = 0;
    void *source = NULL;
    if (state == NULL ||
        !ng_napi_succeeded(env, napi_get_typedarray_info(env, arguments[0], &type, &length, &source,
                                                         NULL, NULL))) {
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
    return ng_napi_number(env, (double)block);
}

static void *block_argument(napi_env env, ng_napi_state *state, napi_value value, uint64_t *block,
                            size_t *bytes)
{
    double given = 0;
    if (state == NULL || !ng_napi_succeeded(env, napi_get_value_double(env, value, &given))) {
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
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 2, arguments));
    uint64_t block = 0;
    size_t bytes = 0;
    bool wide = false;
    void *data = block_argument(env, state, arguments[0], &block, &bytes);
    if (data == NULL || !ng_napi_succeeded(env, napi_get_value_bool(env, arguments[1], &wide))) {
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
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    uint64_t block = 0;
    size_t bytes = 0;
    void *data = block_argument(env, state, arguments[0], &block, &bytes);
    if (data == NULL) {
        return NULL;
    }
    void *target = NULL;
    napi_value result = NULL;
    bool made = ng_napi_succeeded(env, napi_create_arraybuffer(env, bytes, &target, &result));
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
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    double block = 0;
    if (state != NULL && ng_napi_succeeded(env, napi_get_value_double(env, arguments[0], &block)) &&
        block > 0) {
        ng_block_free(state->environment, (uint64_t)block);
    }
    return NULL;
}

bool ng_napi_add_operations(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"invoke", invoke},      {"stageText", stage_text}, {"stageBytes", stage_bytes},
        {"takeText", take_text}, {"takeBytes", take_bytes}, {"dropBlock", drop_block},
    };
    /* Both stay for as long as the realm; the state is complete once there is an arena, without which there is no frame
       to carry out. */
    return ng_napi_set_number(env, exports, "state", (double)(uintptr_t)state) &&
           ng_napi_set_number(env, exports, "carryOut", (double)(uintptr_t)carry_out) &&
           ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
