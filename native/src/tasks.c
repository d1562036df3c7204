#include "tasks.h"

#include "bootstrap.h"

/* Of an environment that ends, on its thread, detached. */
static void cancel_tasks(ng_end_hook *hook, ng_environment *environment)
{
    (void)hook;
    if (!ng_attach(environment)) {
        return; /* Python ends: it cancels all of them */
    }
    PyObject *number = ng_py.PyLong_FromLongLong((long long)environment->number);
    PyObject *result = number == NULL ? NULL : ng_bootstrap_call("aio_owner_ended", number);
    if (result == NULL) {
        ng_py.PyErr_WriteUnraisable(NULL); /* the thread ends all the same */
    } else {
        ng_py.Py_DecRef(result);
    }
    if (number != NULL) {
        ng_py.Py_DecRef(number);
    }
    ng_detach(environment);
}

static PyObject *task_owner(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                            PyObject *names)
{
    (void)self;
    (void)arguments;
    if (positional != 0 || names != NULL) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "_task_owner takes no arguments");
        return NULL;
    }
    ng_environment *here = ng_environment_attached();
    if (here != NULL) {
        ng_environment_on_end(here, &here->tasks_end, cancel_tasks);
    }
    return ng_py.PyLong_FromLongLong(here == NULL ? 0LL : (long long)here->number);
}

bool ng_tasks_open(void)
{
    static const ng_method_def definition = {.name = "_task_owner",
                                             .call = task_owner,
                                             .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    return ng_bootstrap_publish(&definition);
}
