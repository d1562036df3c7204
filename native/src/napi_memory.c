/*
 * napi_memory.c: JavaScript's memory for Python, and the core's own.
 *
 * What Python holds is the very value that JavaScript passed, by a reference of Node-API's: it keeps the memory,
 * and comes back to JavaScript as itself.
 */
#include "napi.h"
#include "platform.h"

#include <string.h>

/* ---- memory that outlives its realm ------------------------------------------------------------------ */

/*
 * V8's own reference to a buffer's memory, a std::shared_ptr<v8::BackingStore>, which is leaked. Node-API has
 * nothing that keeps memory beyond its realm, and without it a worker that ends would take memory from under
 * Python. Public functions of V8, whose names have been the same since Node 14; a host that lacks them or
 * answers anything else is one that keeps no memory (`measure_keeping`).
 *
 * More than two words, so that every calling convention returns it in memory, as it does what has a
 * destructor.
 */
typedef struct v8_shared_pointer {
    void *words[4];
} v8_shared_pointer;
typedef v8_shared_pointer (*get_backing_store)(napi_value buffer);
typedef void *(*backing_store_data)(void *store);

static void *symbol_of_v8(const char *name)
{
    return ng_host_symbol(name);
}

static void *keep_buffer(napi_env env, napi_value buffer)
{
    bool plain = false;
    if (napi_is_arraybuffer(env, buffer, &plain) != napi_ok) {
        return NULL;
    }
    void *found = symbol_of_v8(plain ? "_ZN2v811ArrayBuffer15GetBackingStoreEv"
                                     : "_ZN2v817SharedArrayBuffer15GetBackingStoreEv");
    if (found == NULL) {
        return NULL;
    }
    get_backing_store get = NULL;
    memcpy(&get, &found, sizeof get);
    return get(buffer).words[0];
}

/* Whether it does what it should, tried on a buffer of our own. */
static bool measure_keeping(napi_env env)
{
    void *found = symbol_of_v8("_ZNK2v812BackingStore4DataEv");
    napi_value buffer = NULL;
    void *data = NULL;
    if (found == NULL || napi_create_arraybuffer(env, 16, &data, &buffer) != napi_ok) {
        return false;
    }
    backing_store_data data_of = NULL;
    memcpy(&data_of, &found, sizeof data_of);
    void *store = keep_buffer(env, buffer);
    return store != NULL && data_of(store) == data;
}

/* The buffer of a view; of a buffer, itself. */
static napi_value buffer_of(napi_env env, napi_value value)
{
    napi_value buffer = value;
    bool is = false;
    if (napi_is_typedarray(env, value, &is) == napi_ok && is) {
        return napi_get_typedarray_info(env, value, NULL, NULL, NULL, &buffer, NULL) == napi_ok
                   ? buffer
                   : NULL;
    }
    if (napi_is_dataview(env, value, &is) == napi_ok && is) {
        return napi_get_dataview_info(env, value, NULL, NULL, &buffer, NULL) == napi_ok ? buffer
                                                                                        : NULL;
    }
    return buffer;
}

int ng_napi_keep_memory(void *context, void *holder)
{
    ng_napi_state *state = context;
    napi_env env = state->env;
    napi_handle_scope scope = NULL;
    napi_value value = NULL;
    if (!state->keeps_memory || napi_open_handle_scope(env, &scope) != napi_ok) {
        return 0;
    }
    bool kept = napi_get_reference_value(env, holder, &value) == napi_ok && value != NULL &&
                (value = buffer_of(env, value)) != NULL && keep_buffer(env, value) != NULL;
    (void)napi_close_handle_scope(env, scope);
    return kept ? 1 : 0;
}

/* measureKeeping(): whether this realm's memory can outlive it. Only for hosts that are V8 as Node embeds it:
   elsewhere the functions, where they exist, are told something they do not know. */
static napi_value measure(napi_env env, napi_callback_info info)
{
    ng_napi_state *state = ng_napi_arguments(env, info, 0, NULL);
    napi_value result = NULL;
    if (state == NULL) {
        return NULL;
    }
    state->keeps_memory = state->keeps_memory || measure_keeping(env);
    return ng_napi_succeeded(env, napi_get_boolean(env, state->keeps_memory, &result)) ? result
                                                                                       : NULL;
}

/* ---- memory for Python ---------------------------------------------------------------------------- */

void ng_napi_drop_memory(void *context, void *holder)
{
    ng_napi_state *state = context;
    (void)napi_delete_reference(state->env, holder); /* else the realm is going, and it with it */
}

/* createMemory(uint8Array, holder, kind, mode, source): a handle, or { status, message }. To make an object takes as long
   as a third of the rest. */
static napi_value create_memory(napi_env env, napi_callback_info info)
{
    napi_value arguments[5] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 5, arguments));
    ng_memory_definition definition = {0};
    napi_ref holder = NULL;
    ng_handle handle = 0;
    char message[NG_MESSAGE_SIZE];
    if (state == NULL ||
        !ng_napi_succeeded(env, napi_get_typedarray_info(env, arguments[0], NULL, &definition.bytes,
                                                         &definition.start, NULL, NULL)) ||
        !ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[2], &definition.kind)) ||
        !ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[3], &definition.mode)) ||
        !ng_napi_handle(env, arguments[4], &definition.source) ||
        !ng_napi_succeeded(env, napi_create_reference(env, arguments[1], 1, &holder))) {
        return NULL;
    }
    definition.holder = holder;
    ng_status status = ng_memory_create(state->environment, &definition, &handle, message);
    if (status != NG_STATUS_OK) {
        (void)napi_delete_reference(env, holder);
        return ng_napi_answer(env, status, message, ng_napi_number(env, 0));
    }
    return ng_napi_number(env, (double)handle);
}

/* memoryValue(number): what was passed to Python */
static napi_value memory_value(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    uint64_t number = 0;
    napi_value value = NULL;
    if (state == NULL || !ng_napi_handle(env, arguments[0], &number)) {
        return NULL;
    }
    napi_ref holder = ng_memory_holder(state->environment, number);
    if (holder == NULL) {
        (void)napi_throw_error(env, "INTERNAL", "there is no such memory");
        return NULL;
    }
    return ng_napi_succeeded(env, napi_get_reference_value(env, holder, &value)) ? value : NULL;
}

/* ---- the core's own ------------------------------------------------------------------------------- */

static void release_block(napi_env env, void *data, void *hint)
{
    (void)env;
    (void)data;
    ng_block_release(hint);
}

/* node_api_noenv_finalize: on any thread, when the last realm has let go. */
static void release_shared_block(void *data, void *hint)
{
    (void)data;
    ng_block_release(hint);
}

/* node_api_create_external_sharedarraybuffer, where the host has it. Experimental in Node-API: looked up. */
typedef napi_status (*create_shared)(napi_env env, void *data, size_t bytes,
                                     void (*finalize)(void *data, void *hint), void *hint,
                                     napi_value *result);

/* allocateMemory(bytes): a SharedArrayBuffer over memory of the core's, where the host can make one, else an
   ArrayBuffer; null where it takes no memory but its own */
static napi_value allocate_memory(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    double bytes = 0;
    void *start = NULL;
    napi_value result = NULL;
    if (ng_napi_arguments(env, info, 1, arguments) == NULL ||
        !ng_napi_succeeded(env, napi_get_value_double(env, arguments[0], &bytes))) {
        return NULL;
    }
    ng_block_shared *block = ng_block_allocate((size_t)ng_napi_whole(bytes), &start);
    if (block == NULL) {
        (void)napi_throw_range_error(env, "OUT_OF_MEMORY", "there is no memory of that size");
        return NULL;
    }
    create_shared create = NULL;
    void *found = ng_host_symbol("node_api_create_external_sharedarraybuffer");
    memcpy(&create, &found, sizeof create);
    napi_status status =
        create != NULL ? create(env, start, (size_t)bytes, release_shared_block, block, &result)
                       : napi_create_external_arraybuffer(env, start, (size_t)bytes, release_block,
                                                          block, &result);
    if (status == napi_ok) {
        return result;
    }
    ng_block_release(block);
    if (status == napi_no_external_buffers_allowed) {
        return napi_get_null(env, &result) == napi_ok ? result : NULL;
    }
    (void)ng_napi_succeeded(env, status);
    return NULL;
}

bool ng_napi_add_memory(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"createMemory", create_memory},
        {"memoryValue", memory_value},
        {"allocateMemory", allocate_memory},
        {"measureKeeping", measure},
    };
    return ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
