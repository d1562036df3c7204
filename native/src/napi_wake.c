/*
 * napi_wake.c: how other threads make this realm's event loop look at what they left for it.
 * Owner: the realm's state. Thread: waking: any; the rest: the realm's.
 */
#include "napi.h"

#include <stdlib.h>

/*
 * What the thread-safe function, and `after_turn`, know of the realm. Not the state itself: Bun delivers wake-ups that were
 * under way after its clean-up hooks have run, and the state is gone by then.
 * Owner: counted; freed with the second of the two. Thread: the realm's.
 */
typedef struct wake_target {
    ng_napi_state *state;   /* NULL once the realm has begun to end */
    napi_ref set_immediate; /* the realm's own */
    napi_ref after_turn;    /* the function `after_turn` */
    bool deferred;          /* until that is called, nothing is served */
    uint32_t references;    /* the thread-safe function's, and that function's */
} wake_target;

/* The event loop has had its turn: what was left is served in the next one, as any wake-up. */
static napi_value after_turn(napi_env env, napi_callback_info info)
{
    void *context = NULL;
    if (napi_get_cb_info(env, info, NULL, NULL, NULL, &context) == napi_ok) {
        wake_target *target = context;
        target->deferred = false;
        if (target->state != NULL) {
            ng_napi_wake(target->state);
        }
    }
    return NULL;
}

/* Bun would never end while threads call without end. Node, where wake-ups come just before immediates,
   runs this one in time all the same. */
static bool let_process_end(napi_env env, napi_value immediate)
{
    napi_value unref = NULL;
    napi_value ignored = NULL;
    return napi_get_named_property(env, immediate, "unref", &unref) == napi_ok &&
           napi_call_function(env, immediate, unref, 0, NULL, &ignored) == napi_ok;
}

/*
 * Leaves what came meanwhile for after a turn of the event loop. Waking alone does not: Node goes on with
 * wake-ups that arrive, a thousand in one turn.
 */
static void defer(napi_env env, wake_target *target)
{
    napi_value undefined = NULL;
    napi_value set_immediate = NULL;
    napi_value function = NULL;
    napi_value immediate = NULL;
    target->deferred =
        napi_get_undefined(env, &undefined) == napi_ok &&
        napi_get_reference_value(env, target->set_immediate, &set_immediate) == napi_ok &&
        napi_get_reference_value(env, target->after_turn, &function) == napi_ok &&
        napi_call_function(env, undefined, set_immediate, 1, &function, &immediate) == napi_ok &&
        let_process_end(env, immediate);
    if (!target->deferred) {
        /* JavaScript is being terminated, or at the end of its memory. */
        (void)napi_get_and_clear_last_exception(env, &immediate);
        if (target->state != NULL) {
            ng_napi_wake(target->state);
        }
    }
}

/* On the JS thread, soon after ng_napi_wake. `env` is NULL when the realm is going. */
static void serve(napi_env env, napi_value function, void *context, void *data)
{
    (void)function;
    (void)data;
    wake_target *target = context;
    if (env == NULL || target->deferred) {
        return;
    }
    if (target->state != NULL && target->state->environment != NULL &&
        ng_environment_serve(target->state->environment) != 0) {
        defer(env, target);
    }
    /* Looked up anew: what was served may have ended the realm. */
    if (target->state != NULL && target->state->mutex_user != NULL) {
        ng_mutex_serve(target->state->mutex_user);
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

static void release_target(napi_env env, void *raw, void *hint)
{
    (void)env;
    (void)hint;
    wake_target *target = raw;
    if (--target->references == 0U) {
        free(target);
    }
}

/* The two references of the target. False with an exception pending. */
static bool make_after_turn(napi_env env, wake_target *target)
{
    napi_value global = NULL;
    napi_value set_immediate = NULL;
    napi_value function = NULL;
    if (!ng_napi_succeeded(env, napi_get_global(env, &global)) ||
        !ng_napi_succeeded(env,
                           napi_get_named_property(env, global, "setImmediate", &set_immediate)) ||
        !ng_napi_succeeded(env,
                           napi_create_reference(env, set_immediate, 1, &target->set_immediate)) ||
        !ng_napi_succeeded(env, napi_create_function(env, "nogil", NAPI_AUTO_LENGTH, after_turn,
                                                     target, &function)) ||
        !ng_napi_succeeded(env,
                           napi_add_finalizer(env, function, target, release_target, NULL, NULL))) {
        return false;
    }
    target->references++;
    return ng_napi_succeeded(env, napi_create_reference(env, function, 1, &target->after_turn));
}

bool ng_napi_make_wake(napi_env env, ng_napi_state *state)
{
    if (state->wake != NULL) {
        return true;
    }
    wake_target *target = calloc(1, sizeof *target);
    if (target == NULL) {
        (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for the core");
        return false;
    }
    target->state = state;
    target->references = 1; /* the thread-safe function's, and until there is one, ours */
    napi_value name = NULL;
    if (!make_after_turn(env, target) ||
        !ng_napi_succeeded(env, napi_create_string_utf8(env, "nogil", NAPI_AUTO_LENGTH, &name)) ||
        !ng_napi_succeeded(env, napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, target,
                                                                release_target, target, serve,
                                                                &state->wake))) {
        release_target(env, target, NULL);
        return false;
    }
    /* A program is not kept alive by what Python might call. */
    return ng_napi_succeeded(env, napi_unref_threadsafe_function(env, state->wake)) &&
           ng_napi_succeeded(env, napi_add_env_cleanup_hook(env, end_with_realm, target));
}
