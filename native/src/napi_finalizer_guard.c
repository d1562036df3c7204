/*
 * napi_finalizer_guard.c: the door's part for the finalizer guard. Each realm has passes of its own, and
 * gives them back when it ends, also when its worker is terminated inside a gate.
 */
#include "napi.h"

#include <stdlib.h>

typedef struct napi_pass {
    ng_gate *gate;
    ng_pass *pass;
} napi_pass;

/* Owner: the realm. Thread: its own. JavaScript names a gate by its place in `passes`. */
struct ng_napi_gates {
    napi_pass *passes;
    size_t count;
};

static void give_back(void *raw)
{
    struct ng_napi_gates *gates = raw;
    for (size_t i = 0; i < gates->count; i++) {
        ng_gate_part(gates->passes[i].pass);
    }
    free(gates->passes);
    free(gates);
}

/* The realm's gates; NULL with an exception pending. */
static struct ng_napi_gates *gates_of(napi_env env, ng_napi_state *state)
{
    if (state->gates == NULL) {
        struct ng_napi_gates *made = calloc(1, sizeof *made);
        if (made == NULL) {
            (void)napi_throw_error(env, "OUT_OF_MEMORY", "no memory for a gate");
            return NULL;
        }
        /* Hooks run last registered first: this one before napi.c's, which frees `state`. */
        if (!ng_napi_succeeded(env, napi_add_env_cleanup_hook(env, give_back, made))) {
            free(made);
            return NULL;
        }
        state->gates = made;
    }
    return state->gates;
}

static ng_status join(struct ng_napi_gates *gates, ng_gate *gate)
{
    napi_pass *larger = realloc(gates->passes, (gates->count + 1) * sizeof *larger);
    if (larger == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    gates->passes = larger;
    ng_pass *pass = ng_gate_join(gate);
    if (pass == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    gates->passes[gates->count++] = (napi_pass){.gate = gate, .pass = pass};
    return NG_STATUS_OK;
}

/* gateOpen(name): { status, gate }. */
static napi_value gate_open(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_arguments(env, info, 1, arguments);
    struct ng_napi_gates *gates = state == NULL ? NULL : gates_of(env, state);
    size_t size = 0;
    char *name = gates == NULL ? NULL : ng_napi_text(env, arguments[0], &size);
    if (name == NULL) {
        return NULL;
    }
    ng_gate *gate = NULL;
    ng_status status = ng_gate_find(name, size, &gate);
    free(name);
    if (status == NG_STATUS_OK) {
        status = join(gates, gate);
    }
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "status", status) ||
        !ng_napi_set_number(env, result, "gate",
                            status == NG_STATUS_OK ? (double)gates->count - 1 : -1)) {
        return NULL;
    }
    return result;
}

/* The pass that the call's first argument names; NULL with an exception pending. */
static napi_pass *named(napi_env env, napi_callback_info info, size_t count, napi_value *arguments)
{
    ng_napi_state *state = ng_napi_arguments(env, info, count, arguments);
    uint32_t number = 0;
    if (state == NULL ||
        !ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[0], &number))) {
        return NULL;
    }
    if (state->gates == NULL || number >= state->gates->count) {
        (void)napi_throw_error(env, "INTERNAL", "no gate has this number");
        return NULL;
    }
    return &state->gates->passes[number];
}

/* gateEnter(gate): boolean */
static napi_value gate_enter(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    napi_pass *own = named(env, info, 1, arguments);
    napi_value result = NULL;
    if (own != NULL &&
        !ng_napi_succeeded(
            env, napi_get_boolean(env, ng_gate_acquire(own->gate, own->pass) != 0, &result))) {
        return NULL;
    }
    return result;
}

/* gateLeave(gate) */
static napi_value gate_leave(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    napi_pass *own = named(env, info, 1, arguments);
    if (own != NULL) {
        ng_gate_release(own->pass);
    }
    return NULL;
}

/* gateClose(gate, boundMs): how many were given up, or -1 in a forked child */
static napi_value gate_close(napi_env env, napi_callback_info info)
{
    napi_value arguments[2] = {NULL, NULL};
    napi_pass *own = named(env, info, 2, arguments);
    uint32_t bound = 0;
    if (own == NULL || !ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[1], &bound))) {
        return NULL;
    }
    uint64_t leaked = 0;
    ng_status status = ng_gate_end(own->gate, bound, &leaked);
    return ng_napi_number(env, status == NG_STATUS_SHUT_DOWN ? -1.0 : (double)leaked);
}

static napi_value figures(napi_env env, ng_gate *gate)
{
    ng_gate_statistics now = {0};
    ng_gate_read(gate, &now);
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "state", now.state) ||
        !ng_napi_set_number(env, result, "passes", now.passes) ||
        !ng_napi_set_number(env, result, "inside", (double)now.inside) ||
        !ng_napi_set_number(env, result, "entered", (double)now.entered) ||
        !ng_napi_set_number(env, result, "refused", (double)now.refused) ||
        !ng_napi_set_number(env, result, "leaked", (double)now.leaked)) {
        return NULL;
    }
    return result;
}

/* gateStatistics(gate): what ng_gate_read fills */
static napi_value gate_statistics(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    napi_pass *own = named(env, info, 1, arguments);
    return own == NULL ? NULL : figures(env, own->gate);
}

/* pythonGateStatistics(): the same of Python's own gate */
static napi_value python_gate_statistics(napi_env env, napi_callback_info info)
{
    (void)info;
    return figures(env, ng_gate_of_python());
}

/* endStatistics(): what ng_end_read fills */
static napi_value end_statistics(napi_env env, napi_callback_info info)
{
    (void)info;
    ng_end_statistics now = {0};
    ng_end_read(&now);
    napi_value result = NULL;
    if (!ng_napi_succeeded(env, napi_create_object(env, &result)) ||
        !ng_napi_set_number(env, result, "state", now.state) ||
        !ng_napi_set_number(env, result, "finalized", now.finalized) ||
        !ng_napi_set_number(env, result, "interrupts", (double)now.interrupts) ||
        !ng_napi_set_number(env, result, "threadsLeft", (double)now.threads_left) ||
        !ng_napi_set_number(env, result, "statesLeaked", (double)now.states_leaked)) {
        return NULL;
    }
    return result;
}

/* nameThread(number) */
static napi_value name_thread(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    uint32_t number = 0;
    if (state != NULL &&
        ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[0], &number))) {
        ng_environment_name(state->environment, number);
    }
    return NULL;
}

/* interruptThread(number): how many environments were interrupted; 0 too when Python is gone */
static napi_value interrupt_thread(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    uint32_t number = 0;
    uint32_t interrupted = 0;
    if (state == NULL ||
        !ng_napi_succeeded(env, napi_get_value_uint32(env, arguments[0], &number))) {
        return NULL;
    }
    (void)ng_environment_interrupt(state->environment, number, &interrupted);
    return ng_napi_number(env, interrupted);
}

/* setInteractive(on): status */
static napi_value set_interactive(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    ng_napi_state *state = ng_napi_opened(env, ng_napi_arguments(env, info, 1, arguments));
    bool on = false;
    if (state == NULL || !ng_napi_succeeded(env, napi_get_value_bool(env, arguments[0], &on))) {
        return NULL;
    }
    return ng_napi_number(env, ng_environment_set_interactive(state->environment, on ? 1U : 0U));
}

/* guardSignals(on): status */
static napi_value guard_signals(napi_env env, napi_callback_info info)
{
    napi_value arguments[1] = {NULL};
    bool on = false;
    if (ng_napi_arguments(env, info, 1, arguments) == NULL ||
        !ng_napi_succeeded(env, napi_get_value_bool(env, arguments[0], &on))) {
        return NULL;
    }
    return ng_napi_number(env, ng_signals_guard(on ? 1U : 0U));
}

bool ng_napi_add_finalizer_guard(napi_env env, napi_value exports, ng_napi_state *state)
{
    static const ng_napi_function functions[] = {
        {"gateOpen", gate_open},
        {"gateEnter", gate_enter},
        {"gateLeave", gate_leave},
        {"gateClose", gate_close},
        {"gateStatistics", gate_statistics},
        {"pythonGateStatistics", python_gate_statistics},
        {"guardSignals", guard_signals},
        {"endStatistics", end_statistics},
        {"nameThread", name_thread},
        {"interruptThread", interrupt_thread},
        {"setInteractive", set_interactive},
    };
    return ng_napi_define(env, exports, state, functions, sizeof functions / sizeof functions[0]);
}
