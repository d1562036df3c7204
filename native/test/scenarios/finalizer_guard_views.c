/*
 * PEP 788 against a made-up libpython, as no 3.15 was at hand: thread states are made, and attached for
 * the last time, under a guard; once somebody else finalizes, neither is done; no guard stays open.
 */
#include "interpreter_guard.h"
#include "stress.h"

/* Owner: this scenario's one thread. What the made-up libpython remembers. */
static int finalizing;
static int guards_open;
static int states_made;
static int attached;
static char token; /* any address */

static ng_py_interpreter_view *make_view(void)
{
    return (ng_py_interpreter_view *)(void *)&token;
}

static ng_py_interpreter_guard *make_guard(ng_py_interpreter_view *view)
{
    (void)view;
    if (finalizing != 0) {
        return NULL;
    }
    guards_open++;
    return (ng_py_interpreter_guard *)(void *)&token;
}

static void close_guard(ng_py_interpreter_guard *guard)
{
    (void)guard;
    guards_open--;
}

static PyInterpreterState *main_interpreter(void)
{
    return NULL;
}

/* Both are what must not happen without a guard. */
static PyThreadState *make_state(PyInterpreterState *interpreter)
{
    (void)interpreter;
    states_made += guards_open == 1 ? 1 : 1000;
    return (PyThreadState *)(void *)&token;
}

static void restore(PyThreadState *state)
{
    (void)state;
    attached += guards_open == 1 ? 1 : 1000;
}

static void clear(PyThreadState *state)
{
    (void)state;
}

static void delete_current(void)
{
}

static unsigned long ident(void)
{
    return 1;
}

static void run(ng_stress *stress)
{
    ng_py.PyInterpreterView_FromMain = make_view;
    ng_py.PyInterpreterGuard_FromView = make_guard;
    ng_py.PyInterpreterGuard_Close = close_guard;
    ng_py.PyInterpreterState_Main = main_interpreter;
    ng_py.PyThreadState_New = make_state;
    ng_py.PyEval_RestoreThread = restore;
    ng_py.PyThreadState_Clear = clear;
    ng_py.PyThreadState_DeleteCurrent = delete_current;
    ng_py.PyThread_get_thread_ident = ident;
    NG_STRESS_CHECK(stress, ng_interpreter_guard_prepare());
    ng_gate_open(&ng_python_gate);

    static char arena[16];
    ng_environment *first = NULL;
    ng_environment *second = NULL;
    ng_environment *late = NULL;
    NG_STRESS_CHECK(stress, ng_environment_create(arena, NULL, &first) == NG_STATUS_OK);
    NG_STRESS_CHECK(stress, ng_environment_create(arena, NULL, &second) == NG_STATUS_OK);
    NG_STRESS_CHECK(stress, states_made == 2 && guards_open == 0);
    ng_environment_destroy(first);
    NG_STRESS_CHECK(stress, attached == 1 && guards_open == 0);

    finalizing = 1;
    NG_STRESS_CHECK(stress, ng_environment_create(arena, NULL, &late) == NG_STATUS_SHUT_DOWN);
    ng_environment_destroy(second);
    NG_STRESS_CHECK(stress, states_made == 2 && attached == 1 && guards_open == 0);
    ng_end_statistics end;
    ng_end_read(&end);
    NG_STRESS_CHECK(stress, end.states_leaked == 1U);
    ng_stress_count(stress);
}

const ng_scenario ng_scenario_finalizer_guard_views = {
    .name = "finalizer_guard_views",
    .guard = "finalizer-guard",
    .description =
        "PEP 788 with a made-up 3.15: no thread state and no last attach without a guard",
    .run = run,
    /* Beside: one thread, and libpython's own guards, which the canary keeps. */
    .flags = NG_SCENARIO_ONCE | NG_SCENARIO_NO_PYTHON | NG_SCENARIO_BESIDE,
};
