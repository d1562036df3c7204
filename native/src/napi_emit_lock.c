/* napi_emit_lock.c: the door's part for the creation lock, and for emitting types under it. */
#include "napi.h"

#include <stdlib.h>

/* lockCreation(timeoutMs): status; Infinity waits for ever */
static napi_value lock_creation(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    double timeout = 0;
    if (state == NULL ||
        !ng_napi_succeeded(env, napi_get_value_double(env, arguments[0], &timeout))) {
        return NULL;
    }
    return ng_napi_number(env, ng_creation_lock(state->environment, ng_napi_milliseconds(timeout)));
}

/* unlockCreation(): status */
static napi_value unlock_creation(napi_env env, napi_callback_info info)
{
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 0, NULL));
    return state == NULL ? NULL : ng_napi_number(env, ng_creation_unlock(state->environment));
}

/* What emitType was given, in C. Freed as a whole. */
typedef struct definition {
    ng_type_definition type;
    ng_handle *bases;
    ng_type_attribute *attributes;
} definition;

static void free_definition(definition *own)
{
    for (size_t i = 0; i < own->type.attribute_count; i++) {
        free((void *)(uintptr_t)own->attributes[i].name);
    }
    free((void *)(uintptr_t)own->type.name);
    free(own->bases);
    free(own->attributes);
}

static bool without_memory(napi_env env)
{
    (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for the definition of a type");
    return false;
}

static bool read_bases(napi_env env, napi_value array, definition *own)
{
    uint32_t count = 0;
    if (!ng_napi_succeeded(env, napi_get_array_length(env, array, &count))) {
        return false;
    }
    own->bases = calloc((size_t)count + 1, sizeof *own->bases);
    if (own->bases == NULL) {
        return without_memory(env);
    }
    for (uint32_t i = 0; i < count; i++) {
        napi_value each = NULL;
        if (!ng_napi_succeeded(env, napi_get_element(env, array, i, &each)) ||
            !ng_napi_handle(env, each, &own->bases[i])) {
            return false;
        }
    }
    own->type.bases = own->bases;
    own->type.base_count = count;
    return true;
}

/* names: strings; handles: as many; the first `methods` of them are methods. */
static bool read_attributes(napi_env env, napi_value names, napi_value handles, uint32_t methods,
                            definition *own)
{
    uint32_t count = 0;
    if (!ng_napi_succeeded(env, napi_get_array_length(env, names, &count))) {
        return false;
    }
    own->attributes = calloc((size_t)count + 1, sizeof *own->attributes);
    if (own->attributes == NULL) {
        return without_memory(env);
    }
    own->type.attributes = own->attributes;
    for (uint32_t i = 0; i < count; i++) {
        napi_value name = NULL;
        napi_value value = NULL;
        ng_type_attribute *each = &own->attributes[i];
        if (!ng_napi_succeeded(env, napi_get_element(env, names, i, &name)) ||
            !ng_napi_succeeded(env, napi_get_element(env, handles, i, &value)) ||
            !ng_napi_handle(env, value, &each->value)) {
            return false;
        }
        each->name = ng_napi_text(env, name, NULL);
        each->is_method = i < methods ? 1 : 0;
        if (each->name == NULL) {
            return false;
        }
        own->type.attribute_count = (size_t)i + 1;
    }
    return true;
}

/* emitType(name, metaclass, bases, names, handles, methods): { status, message, value: handle, name? } */
static napi_value emit_type(napi_env env, napi_callback_info info)
{
    napi_value arguments[6] = {NULL, NULL, NULL, NULL, NULL, NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 6, arguments));
    uint32_t methods = 0;
    if (state == NULL ||
        !ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[5], &methods))) {
        return NULL;
    }
    definition own = {0};
    napi_value result = NULL;
    own.type.name = ng_napi_text(env, arguments[0], NULL);
    if (own.type.name != NULL && ng_napi_handle(env, arguments[1], &own.type.metaclass) &&
        read_bases(env, arguments[2], &own) &&
        read_attributes(env, arguments[3], arguments[4], methods, &own)) {
        ng_handle handle = 0;
        const char *name = NULL;
        char message[NG_MESSAGE_SIZE] = "";
        ng_status status = ng_type_emit(state->environment, &own.type, &handle, &name, message);
        napi_value value = ng_napi_number(env, (double)handle);
        result = value == NULL ? NULL : ng_napi_answer(env, status, message, value);
        if (result != NULL && name != NULL && !ng_napi_set_text(env, result, "name", name)) {
            result = NULL;
        }
    }
    free_definition(&own);
    return result;
}

static napi_value lock_figures(napi_env env, const ng_lock_statistics *figures)
{
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "held", (double)figures->held) ||
        !ng_napi_set_number(env, result, "waiting", (double)figures->waiting) ||
        !ng_napi_set_number(env, result, "acquired", (double)figures->acquired) ||
        !ng_napi_set_number(env, result, "contended", (double)figures->contended) ||
        !ng_napi_set_number(env, result, "abandoned", (double)figures->abandoned)) {
        return NULL;
    }
    return result;
}

/* emitStatistics(): what ng_emit_statistics_read fills */
static napi_value emit_statistics(napi_env env, napi_callback_info info)
{
    (void)info;
    ng_emit_statistics now = {0};
    ng_emit_statistics_read(&now);
    napi_value result = NULL;
    napi_value creation = lock_figures(env, &now.creation);
    napi_value mutexes = creation == NULL ? NULL : lock_figures(env, &now.mutexes);
    if (mutexes == NULL || !ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_succeeded(env, napi_set_named_property(env, result, "creation", creation)) ||
        !ng_napi_succeeded(env, napi_set_named_property(env, result, "mutexes", mutexes)) ||
        !ng_napi_set_number(env, result, "names", (double)now.names) ||
        !ng_napi_set_number(env, result, "dispatchers", (double)now.dispatchers)) {
        return NULL;
    }
    return result;
}

bool ng_napi_add_emit_lock(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"lockCreation", lock_creation},
        {"unlockCreation", unlock_creation},
        {"emitType", emit_type},
        {"emitStatistics", emit_statistics},
    };
    return ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
