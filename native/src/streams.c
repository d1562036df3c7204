#include "streams.h"

#include "bootstrap.h"

static bool tell(const char *function, const ng_environment *environment)
{
    PyObject *number = ng_py.PyLong_FromLongLong((long long)environment->number);
    PyObject *done = number == NULL ? NULL : ng_bootstrap_call(function, number);
    if (number != NULL) {
        ng_py.Py_DecRef(number);
    }
    if (done != NULL) {
        ng_py.Py_DecRef(done);
    }
    return done != NULL;
}

/* On the environment's thread, detached. */
static void leave(ng_end_hook *hook, ng_environment *environment)
{
    (void)hook;
    /* A host may end its thread on top of Python's frames. The gate does not nest. */
    if ((atomic_load_explicit(&environment->pass->presence, memory_order_relaxed) &
         NG_PRESENCE_INSIDE) != 0U ||
        !ng_attach(environment)) {
        return; /* Python's end writes out what is held */
    }
    if (!tell("streams_leave", environment)) {
        ng_py.PyErr_WriteUnraisable(ng_none());
    }
    ng_detach(environment);
}

bool ng_streams_open(ng_environment *environment)
{
    if (!tell("streams_enter", environment)) {
        return false;
    }
    ng_environment_on_end(environment, &environment->streams_end, leave);
    return true;
}
