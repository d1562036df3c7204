/* napi_abi.c: the door's part for the abi: what may run Python code. Leaf reads go through FFI. */
#include "napi.h"

#include <stdlib.h>

/* What JavaScript gave to watchGil. Owner: its environment; the reference ends with the realm. */
typedef struct ng_napi_watch {
    napi_env env;
    napi_ref function;
} ng_napi_watch;

/* { status, message, value }, where `block`, if not 0, is the value as text; it is freed. */
static napi_value answer(napi_env env, ng_napi_state *state, ng_status status, const char *message,
                         uint64_t block)
{
    size_t bytes = 0;
    const char *text = block != 0U ? ng_block_data(state->environment, block, &bytes) : "";
    napi_value result = NULL;
    napi_value value = NULL;
    bool made = ng_napi_succeeded(env, napi_create_string_utf8(env, text, bytes, &value)) &&
                ng_napi_succeeded(env, napi_create_object(env, &result)) &&
                ng_napi_set_number(env, result, "status", status) &&
                ng_napi_set_text(env, result, "message", message) &&
                ng_napi_succeeded(env, napi_set_named_property(env, result, "value", value));
    ng_block_free(state->environment, block);
    return made ? result : NULL;
}

/* abiBuild(): { status, message, value: JSON } */
static napi_value build(napi_env env, napi_callback_info info)
{
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 0, NULL));
    if (state == NULL) {
        return NULL;
    }
    uint64_t block = 0;
    char message[NG_MESSAGE_SIZE] = "";
    ng_status status = ng_abi_build(state->environment, &block, message);
    return answer(env, state, status, message, block);
}

/* abiType(handle): { status, message, value: JSON, flags } */
static napi_value type(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    ng_handle handle = 0;
    if (state == NULL || !ng_napi_handle(env, arguments[0], &handle)) {
        return NULL;
    }
    uint64_t flags = 0;
    uint64_t block = 0;
    char message[NG_MESSAGE_SIZE] = "";
    ng_status status = ng_abi_type(state->environment, handle, &flags, &block, message);
    napi_value result = answer(env, state, status, message, block);
    return result != NULL && ng_napi_set_number(env, result, "flags", (double)flags) ? result
                                                                                     : NULL;
}

/* An address as a bigint: no platform promises that it fits a number. */
static napi_value with_address(napi_env env, napi_value result, uint64_t address)
{
    napi_value value = NULL;
    return result != NULL &&
                   ng_napi_succeeded(env, napi_create_bigint_uint64(env, address, &value)) &&
                   ng_napi_succeeded(env, napi_set_named_property(env, result, "value", value))
               ? result
               : NULL;
}

/* abiSlot(handle, slot): { status, message, value: bigint } */
static napi_value slot(napi_env env, napi_callback_info info)
{
    napi_value arguments[2] = {NULL, NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 2, arguments));
    ng_handle handle = 0;
    if (state == NULL || !ng_napi_handle(env, arguments[0], &handle)) {
        return NULL;
    }
    char *name = ng_napi_text(env, arguments[1], NULL);
    if (name == NULL) {
        return NULL;
    }
    uint64_t address = 0;
    char message[NG_MESSAGE_SIZE] = "";
    ng_status status = ng_abi_slot(state->environment, handle, name, &address, message);
    free(name);
    return with_address(env, answer(env, state, status, message, 0), address);
}

/* abiAddress(handle): { status, message, value: bigint } */
static napi_value address_of(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    ng_handle handle = 0;
    if (state == NULL || !ng_napi_handle(env, arguments[0], &handle)) {
        return NULL;
    }
    uint64_t address = 0;
    ng_status status = ng_abi_address(state->environment, handle, &address);
    return with_address(env, answer(env, state, status, "", 0), address);
}

/* abiRefcount(handle): { status, count, owner, shared: bigints, local, flags } */
static napi_value refcount(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    ng_handle handle = 0;
    if (state == NULL || !ng_napi_handle(env, arguments[0], &handle)) {
        return NULL;
    }
    ng_counts counts = {0};
    ng_status status = ng_abi_refcount(state->environment, handle, &counts);
    napi_value result = NULL;
    napi_value count = NULL;
    napi_value owner = NULL;
    napi_value shared = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "status", status) ||
        !ng_napi_set_number(env, result, "local", counts.local) ||
        !ng_napi_set_number(env, result, "flags", counts.flags) ||
        !ng_napi_succeeded(env, napi_create_bigint_uint64(env, counts.count, &count)) ||
        !ng_napi_succeeded(env, napi_create_bigint_uint64(env, counts.owner, &owner)) ||
        !ng_napi_succeeded(env, napi_create_bigint_int64(env, counts.shared, &shared)) ||
        !ng_napi_succeeded(env, napi_set_named_property(env, result, "count", count)) ||
        !ng_napi_succeeded(env, napi_set_named_property(env, result, "owner", owner)) ||
        !ng_napi_succeeded(env, napi_set_named_property(env, result, "shared", shared))) {
        return NULL;
    }
    return result;
}

/* ---- the GIL -------------------------------------------------------------------------------------- */

static bool set_notice(napi_env env, napi_value target, const ng_gil_notice *notice)
{
    napi_value thread = NULL; /* on 64-bit platforms, an address: it may be beyond 2^53 */
    return ng_napi_set_text(env, target, "module", notice->module) &&
           ng_napi_set_text(env, target, "file", notice->file) &&
           ng_napi_set_number(env, target, "time", (double)notice->time_ms) &&
           ng_napi_succeeded(env, napi_create_bigint_uint64(env, notice->thread, &thread)) &&
           ng_napi_succeeded(env, napi_set_named_property(env, target, "thread", thread));
}

/* gil(): { status, enabled, module?, file?, thread?, time? } */
static napi_value gil(napi_env env, napi_callback_info info)
{
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 0, NULL));
    napi_value result = NULL;
    if (state == NULL || !ng_napi_succeeded(env, napi_create_object(env, &result))) {
        return NULL;
    }
    int enabled = 0;
    const ng_gil_notice *notice = NULL;
    ng_status status = ng_abi_gil(state->environment, &enabled, &notice);
    if (!ng_napi_set_number(env, result, "status", status) ||
        !ng_napi_set_number(env, result, "enabled", enabled) ||
        (notice != NULL && !set_notice(env, result, notice))) {
        return NULL;
    }
    return result;
}

static void notify(void *context, const ng_gil_notice *notice)
{
    ng_napi_watch *watch = context;
    napi_env env = watch->env;
    napi_handle_scope scope = NULL;
    if (napi_open_handle_scope(env, &scope) != napi_ok) {
        return; /* the realm is ending: nobody is left to tell */
    }
    napi_value function = NULL;
    napi_value receiver = NULL;
    napi_value argument = NULL;
    if (ng_napi_succeeded(env, napi_get_reference_value(env, watch->function, &function)) &&
        ng_napi_succeeded(env, napi_get_undefined(env, &receiver)) &&
        ng_napi_succeeded(env, napi_create_object(env, &argument)) &&
        set_notice(env, argument, notice)) {
        /* What it throws stays pending: the host reports it as uncaught. */
        (void)napi_call_function(env, receiver, function, 1, &argument, NULL);
    }
    (void)napi_close_handle_scope(env, scope);
}

/* watchGil(listener): status. Until the realm ends. */
static napi_value watch_gil(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    ng_napi_watch *watch = state == NULL ? NULL : malloc(sizeof *watch);
    if (watch == NULL) {
        return state == NULL ? NULL : ng_napi_number(env, NG_STATUS_OUT_OF_MEMORY);
    }
    watch->env = env;
    if (!ng_napi_succeeded(env, napi_create_reference(env, arguments[0], 1, &watch->function))) {
        free(watch);
        return NULL;
    }
    return ng_napi_number(env, ng_abi_watch_gil(state->environment, notify, free, watch));
}

/* addGilListeners(change) */
static napi_value add_listeners(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    int32_t change = 0;
    if (ng_napi_arguments(env, info, 1, arguments) != NULL &&
        ng_napi_succeeded(env, napi_get_value_int32(env, arguments[0], &change))) {
        ng_gil_listeners_add(change);
    }
    return NULL;
}

/* claimGilWarning(): 1 for the one who should warn */
static napi_value claim_warning(napi_env env, napi_callback_info info)
{
    (void)info;
    return ng_napi_number(env, ng_gil_warning_claim());
}

bool ng_napi_add_abi(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"abiBuild", build},
        {"abiType", type},
        {"abiSlot", slot},
        {"abiAddress", address_of},
        {"abiRefcount", refcount},
        {"gil", gil},
        {"watchGil", watch_gil},
        {"addGilListeners", add_listeners},
        {"claimGilWarning", claim_warning},
    };
    return ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
