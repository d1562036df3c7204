/*
 * napi.h: what the files of the Node-API door share. The door translates and decides nothing: one file
 * for each part of nogil.h.
 *
 * Owner:    each JS realm that loads the core gets a state of its own.
 * Thread:   the JS thread of that realm, always; detached whenever JavaScript runs.
 * Lifetime: the state ends in the environment clean-up hook, on its own thread, also when a worker is
 *           terminated. At process.exit no hook runs in the main thread, so nothing here relies on one.
 * Source:   https://nodejs.org/api/n-api.html
 */
#ifndef NG_NAPI_H
#define NG_NAPI_H

#include <node_api.h>

#include "../include/nogil.h"

#include <stdbool.h>

typedef struct ng_napi_state {
    ng_environment *environment; /* NULL until `open` */
    napi_env env;
    napi_ref arena_reference; /* keeps the arena: C holds a pointer into it */
    char *arena;
    struct ng_napi_gates *gates; /* napi_finalizer_guard.c's; NULL until it is used */
    /* Wakes the event loop: made at first use, ends with the realm. */
    napi_threadsafe_function wake;
    /* For Python's calls: set by `setFunctionHost`. */
    napi_ref call_reference;
    napi_ref drop_reference;
    /* The same for JavaScript objects: set by `setObjectHost`. */
    napi_ref object_call_reference;
    napi_ref object_drop_reference;
    /* For named mutexes: made at their first use. */
    ng_mutex_user *mutex_user;
    napi_ref granted_reference;
    bool keeps_memory;        /* `keep_memory` works here; napi_memory.c's */
    uint32_t mutexes_awaited; /* while there are any, `wake` keeps the event loop alive */
} ng_napi_state;

typedef struct ng_napi_function {
    const char *name;
    napi_callback callback;
} ng_napi_function;

/* True when `status` is napi_ok; else a JavaScript exception is pending. */
bool ng_napi_succeeded(napi_env env, napi_status status);
/* This realm's state, and the call's first `count` arguments. NULL with an exception pending. */
ng_napi_state *ng_napi_arguments(napi_env env, napi_callback_info info, size_t count,
                                 napi_value *arguments);
/* The state, if it has an environment; else NULL with an exception pending. NULL stays NULL. */
ng_napi_state *ng_napi_opened(napi_env env, ng_napi_state *state);
/* A copy of a string as UTF-8 with a NUL behind it, for free(); `size`, if not NULL, gets its bytes
   without that one. NULL with an exception pending. */
char *ng_napi_text(napi_env env, napi_value value, size_t *size);
/* A JavaScript number as a safe integer; 0 for what is none. */
uint64_t ng_napi_whole(double given);
/* A handle from a JavaScript number; what is no such number becomes 0, which names nothing. False with
   an exception pending. */
bool ng_napi_handle(napi_env env, napi_value value, ng_handle *handle);
bool ng_napi_set_number(napi_env env, napi_value object, const char *name, double value);
bool ng_napi_set_text(napi_env env, napi_value object, const char *name, const char *value);
/* A time to wait from a JavaScript number of milliseconds: rounded up; Infinity is UINT64_MAX. */
uint64_t ng_napi_milliseconds(double value);
/* NULL with an exception pending. */
napi_value ng_napi_number(napi_env env, double value);
/* { status, message, value } */
napi_value ng_napi_answer(napi_env env, ng_status status, const char *message, napi_value value);
/* What the environment of this realm needs to reach its JavaScript. False with an exception pending. */
bool ng_napi_make_host(napi_env env, ng_napi_state *state, ng_host *host);
/* Makes `state->wake`, once, and the hook that ends what other threads wake. False with an exception
   pending. */
bool ng_napi_make_wake(napi_env env, ng_napi_state *state);
/* Implement `wake` and `is_ending` of a host whose context is the state. */
void ng_napi_wake(void *state);
int ng_napi_is_ending(void *state);
/* Makes each of `functions` a property of `exports`. */
bool ng_napi_define(napi_env env, napi_value exports, ng_napi_state *state,
                    const ng_napi_function *functions, size_t count);

/* What each file of the door adds to `exports`. */
bool ng_napi_add_life_cycle(napi_env env, napi_value exports, ng_napi_state *state);
bool ng_napi_add_operations(napi_env env, napi_value exports, ng_napi_state *state);
bool ng_napi_add_objects(napi_env env, napi_value exports, ng_napi_state *state);
bool ng_napi_add_abi(napi_env env, napi_value exports, ng_napi_state *state);
bool ng_napi_add_handles(napi_env env, napi_value exports, ng_napi_state *state);
bool ng_napi_add_type_cache(napi_env env, napi_value exports, ng_napi_state *state);
bool ng_napi_add_emit_lock(napi_env env, napi_value exports, ng_napi_state *state);
bool ng_napi_add_mutexes(napi_env env, napi_value exports, ng_napi_state *state);
bool ng_napi_add_finalizer_guard(napi_env env, napi_value exports, ng_napi_state *state);
bool ng_napi_add_dispatch(napi_env env, napi_value exports, ng_napi_state *state);
bool ng_napi_add_buffers(napi_env env, napi_value exports, ng_napi_state *state);
bool ng_napi_add_memory(napi_env env, napi_value exports, ng_napi_state *state);
/* Implement `drop_memory` and `keep_memory` of a host whose context is the state. */
void ng_napi_drop_memory(void *state, void *holder);
int ng_napi_keep_memory(void *state, void *holder);

#endif
