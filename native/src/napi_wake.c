/*
 * napi_wake.c: how other threads make this realm's event loop look at what they left for it.
 * Owner: the realm's state. Thread: waking: any; the rest: the realm's.
 */
#include "napi.h"

#include <stdlib.h>

/*
 * What the thread-safe function knows of the realm. Not the state itself: Bun delivers wake-ups that were
 * under way after its clean-up hooks have run, and the state is gone by then.
 * Owner: the thread-safe function, whose end frees it. Thread: the realm's.
 */
typedef struct wake_target {
    ng_napi_state *state; /* NULL once the realm has begun to end */
} wake_target;

/* On the JS thread, soon after ng_napi_wake. `env` is NULL when the realm is going. */
static void serve(napi_env env, napi_value function, void *context, void *data)
{
    (void)function;
    (void)data;
    ng_napi_state *state = ((wake_target *)context)->state;
    if (env == NULL || state == NULL) {
        return;
    }
    if (state->environment != NULL) {
        ng_environment_serve(state->environment);
    }
    if (state->mutex_user != NULL) {
        ng_mutex_serve(state->mutex_user);
    }
}

void ng_napi_wake(void *context)
{
    ng_napi_state *state = context;
    /* It fails when the realm is going: then the mailbox will be closed, and says so to everybody. */
    (void)napi_call_threadsafe_function(state->wake, NULL, napi_tsfn_nonblocking);
}

/* A worker that is being terminated refuses whatever could run JavaScript. */
int ng_napi_is_ending(void *context)
{
    ng_napi_state *state = context;
    napi_env env = state->env;
    napi_handle_scope scope = NULL;
    napi_value global = NULL;
    bool has = false;
    if (napi_open_handle_scope(env, &scope) != napi_ok) {
        return 1;
    }
    bool alive = napi_get_global(env, &global) == napi_ok &&
                 napi_has_named_property(env, global, "Object", &has) == napi_ok;
    if (!alive) {
        napi_value ignored = NULL;
        (void)napi_get_and_clear_last_exception(env, &ignored);
    }
    (void)napi_close_handle_scope(env, scope);
    return alive ? 0 : 1;
}

/* Before the host ends the thread-safe function: hooks run last registered first. */
static void end_with_realm(void *context)
{
    wake_target *target = context;
    ng_napi_state *state = target->state;
    target->state = NULL;
    ng_environment *environment = state->environment;
    ng_mutex_user *mutex_user = state->mutex_user;
    state->environment = NULL;
    state->mutex_user = NULL;
    ng_environment_destroy(environment);
    ng_mutex_user_destroy(mutex_user);
}

static void free_target(napi_env env, void *target, void *hint)
{
    (void)env;
    (void)hint;
    free(target);
}

bool ng_napi_make_wake(napi_env env, ng_napi_state *state)
{
    if (state->wake != NULL) {
        return true;
    }
    wake_target *target = malloc(sizeof *target);
    if (target == NULL) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for the core");
        return false;
    }
    target->state = state;
    napi_value name = NULL;
    if (!ng_napi_succeeded(env, napi_create_string_utf8(env, "nogil", NAPI_AUTO_LENGTH, &name)) ||
        !ng_napi_succeeded(env, napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, target,
                                                                free_target, target, serve,
                                                                &state->wake))) {
        free(target);
        return false;
    }
    /* A program is not kept alive by what Python might call. */
    return ng_napi_succeeded(env, napi_unref_threadsafe_function(env, state->wake)) &&
           ng_napi_succeeded(env, napi_add_env_cleanup_hook(env, end_with_realm, target));
}
