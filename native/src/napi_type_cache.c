/* napi_type_cache.c: the door's part for the type cache. Values are numbers that JavaScript chose. */
#include "napi.h"

/* The environment of an opened realm and its `count` arguments as numbers; what is none becomes 0. NULL with
   an exception pending. */
static ng_environment *numbers(napi_env env, napi_callback_info info, size_t count, uint64_t *out)
{
    napi_value arguments[2] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, count, arguments));
    if (state == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (!ng_napi_handle(env, arguments[i], &out[i])) {
            return NULL;
        }
    }
    return state->environment;
}

/* { status, message, outcome, token, value } */
static napi_value describe(napi_env env, ng_status status, const char *message,
                           const ng_type_cache_answer *answer)
{
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "status", status) ||
        !ng_napi_set_text(env, result, "message", message) ||
        !ng_napi_set_number(env, result, "outcome", answer->outcome) ||
        !ng_napi_set_number(env, result, "token", (double)answer->token) ||
        !ng_napi_set_number(env, result, "value", (double)answer->value)) {
        return NULL;
    }
    return result;
}

/* typeCacheFind(type, scope): the value, or 0. What is wrong with the handle, typeCacheBegin says. */
static napi_value find(napi_env env, napi_callback_info info)
{
    uint64_t given[2];
    ng_environment *environment = numbers(env, info, 2, given);
    if (environment == NULL) {
        return NULL;
    }
    ng_type_cache_answer answer;
    ng_status status = ng_type_cache_find(environment, given[0], (uint32_t)given[1], &answer);
    return ng_napi_number(env, status == NG_STATUS_OK ? (double)answer.value : 0);
}

/* typeCacheBegin(type, scope): { status, message, outcome, token, value } */
static napi_value begin(napi_env env, napi_callback_info info)
{
    uint64_t given[2];
    ng_environment *environment = numbers(env, info, 2, given);
    if (environment == NULL) {
        return NULL;
    }
    ng_type_cache_answer answer;
    char message[NG_MESSAGE_SIZE] = "";
    ng_status status =
        ng_type_cache_begin(environment, given[0], (uint32_t)given[1], &answer, message);
    return describe(env, status, message, &answer);
}

/* typeCacheBeginClass(number): { status, message, outcome, token, value: handle } */
static napi_value begin_class(napi_env env, napi_callback_info info)
{
    uint64_t given[1];
    ng_environment *environment = numbers(env, info, 1, given);
    if (environment == NULL) {
        return NULL;
    }
    ng_type_cache_answer answer;
    char message[NG_MESSAGE_SIZE] = "";
    uint32_t number =
        given[0] <= NG_TYPE_CACHE_LARGEST_CLASS ? (uint32_t)given[0] : 0U; /* 0 is refused */
    ng_status status = ng_type_cache_begin_class(environment, number, &answer, message);
    return describe(env, status, message, &answer);
}

/* A function of a token and a number, answering a status. */
static napi_value step(napi_env env, napi_callback_info info,
                       ng_status (*carry_out)(ng_environment *, uint64_t, uint64_t))
{
    uint64_t given[2];
    ng_environment *environment = numbers(env, info, 2, given);
    return environment == NULL ? NULL
                               : ng_napi_number(env, carry_out(environment, given[0], given[1]));
}

/* typeCacheOffer(token, value): status */
static napi_value offer(napi_env env, napi_callback_info info)
{
    return step(env, info, ng_type_cache_offer);
}

/* typeCachePublish(token, value): status */
static napi_value publish(napi_env env, napi_callback_info info)
{
    return step(env, info, ng_type_cache_publish);
}

/* typeCacheOfferType(token, type): status */
static napi_value offer_type(napi_env env, napi_callback_info info)
{
    return step(env, info, ng_type_cache_offer_type);
}

/* typeCachePublishType(token, type): status */
static napi_value publish_type(napi_env env, napi_callback_info info)
{
    return step(env, info, ng_type_cache_publish_type);
}

/* typeCacheAbandon(token): status */
static napi_value abandon(napi_env env, napi_callback_info info)
{
    uint64_t given[1];
    ng_environment *environment = numbers(env, info, 1, given);
    return environment == NULL ? NULL
                               : ng_napi_number(env, ng_type_cache_abandon(environment, given[0]));
}

/* typeCacheForgetClass(number) */
static napi_value forget_class(napi_env env, napi_callback_info info)
{
    uint64_t given[1];
    ng_environment *environment = numbers(env, info, 1, given);
    if (environment != NULL && given[0] <= NG_TYPE_CACHE_LARGEST_CLASS) {
        ng_type_cache_forget_class(environment, (uint32_t)given[0]);
    }
    return NULL;
}

/* typeCacheDropped(): a value, or 0 */
static napi_value dropped(napi_env env, napi_callback_info info)
{
    ng_environment *environment = numbers(env, info, 0, NULL);
    return environment == NULL
               ? NULL
               : ng_napi_number(env, (double)ng_type_cache_next_dropped(environment));
}

/* typeCacheStatistics(): figures */
static napi_value statistics(napi_env env, napi_callback_info info)
{
    (void)info;
    ng_type_cache_statistics figures;
    ng_type_cache_statistics_read(&figures);
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "entries", (double)figures.entries) ||
        !ng_napi_set_number(env, result, "classes", (double)figures.classes) ||
        !ng_napi_set_number(env, result, "created", (double)figures.created) ||
        !ng_napi_set_number(env, result, "abandoned", (double)figures.abandoned) ||
        !ng_napi_set_number(env, result, "changes", (double)figures.changes) ||
        !ng_napi_set_number(env, result, "deaths", (double)figures.deaths) ||
        !ng_napi_set_number(env, result, "capacity", (double)figures.capacity) ||
        !ng_napi_set_number(env, result, "method", (double)figures.method)) {
        return NULL;
    }
    return result;
}

bool ng_napi_add_type_cache(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"typeCacheFind", find},
        {"typeCacheBegin", begin},
        {"typeCacheOffer", offer},
        {"typeCachePublish", publish},
        {"typeCacheAbandon", abandon},
        {"typeCacheBeginClass", begin_class},
        {"typeCacheOfferType", offer_type},
        {"typeCachePublishType", publish_type},
        {"typeCacheForgetClass", forget_class},
        {"typeCacheDropped", dropped},
        {"typeCacheStatistics", statistics},
    };
    return ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
