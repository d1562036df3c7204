#include "dispatch_pool.h"

#include "bootstrap.h"
#include "dispatch_context.h"
#include "dispatch_post.h"
#include "js_objects.h"
#include "pool.h"

#include <stdlib.h>

/* What stands before the arguments of `_pool_post`. */
#define LEADING 3U

/* Everything is owned. */
typedef struct pool_call {
    ng_pool_job job; /* first: the pool's pointer is ours */
    PyObject *settle;
    PyObject *number;
    PyObject *function;
    PyObject *context;
    PyObject *names; /* of the last arguments; or NULL */
    size_t positional;
    size_t count;
    PyObject *arguments[]; /* behind one place that is free: a bound method puts its self there */
} pool_call;

static PyObject **arguments_of(pool_call *own)
{
    return own->arguments + 1;
}

static void drop(ng_pool_job *job)
{
    pool_call *own = (pool_call *)(void *)job;
    for (size_t i = 0; i < own->count; i++) {
        ng_py.Py_DecRef(arguments_of(own)[i]);
    }
    if (own->names != NULL) {
        ng_py.Py_DecRef(own->names);
    }
    ng_py.Py_DecRef(own->context);
    ng_py.Py_DecRef(own->function);
    ng_py.Py_DecRef(own->number);
    ng_py.Py_DecRef(own->settle);
    free(own);
}

/* ---- on a thread of the pool --------------------------------------------------------------------- */

/* NULL with an exception: what the function raised, or that there is no memory. */
static PyObject *call_in_context(pool_call *own)
{
    if (ng_py.PyContext_Enter(own->context) != 0) {
        return NULL;
    }
    PyObject *result =
        ng_py.PyObject_Vectorcall(own->function, arguments_of(own),
                                  own->positional | NG_PY_VECTORCALL_ARGUMENTS_OFFSET, own->names);
    ng_call_context_leave(own->context, result);
    return result;
}

/* False with an exception: nobody was told. */
static bool tell(pool_call *own, PyObject *result)
{
    if (result != NULL) {
        return ng_post_outcome(own->settle, own->number, NG_JS_COMPLETION_RESOLVED, result);
    }
    /* In what keeps it from becoming a proxy of the user's. */
    PyObject *exception = ng_py.PyErr_GetRaisedException();
    PyObject *outcome = exception == NULL ? NULL : ng_bootstrap_call("_Outcome", exception);
    bool done = outcome != NULL &&
                ng_post_outcome(own->settle, own->number, NG_JS_COMPLETION_REJECTED, outcome);
    if (outcome != NULL) {
        ng_py.Py_DecRef(outcome);
    }
    if (exception != NULL) {
        ng_py.Py_DecRef(exception);
    }
    return done;
}

/* What kept it from telling has been reported. */
static bool tell_dropped(pool_call *own)
{
    return ng_post_outcome(own->settle, own->number, NG_JS_COMPLETION_DROPPED, ng_none());
}

static void run(ng_pool_job *job)
{
    pool_call *own = (pool_call *)(void *)job;
    PyObject *result = call_in_context(own);
    if (!tell(own, result)) {
        ng_pool_report(own->function);
        if (!tell_dropped(own)) {
            ng_pool_report(own->function); /* no memory for that either */
        }
    }
    if (result != NULL) {
        ng_py.Py_DecRef(result);
    }
    drop(job);
}

/* ---- on the JavaScript thread -------------------------------------------------------------------- */

static PyObject *own_reference(PyObject *object)
{
    ng_py.Py_IncRef(object);
    return object;
}

/* NULL with an exception. */
static pool_call *create(PyObject *const *arguments, size_t positional, PyObject *names)
{
    size_t named = names == NULL ? 0U : (size_t)ng_py.PyTuple_Size(names);
    size_t count = positional - LEADING + named;
    pool_call *own = calloc(1, sizeof *own + (count + 1U) * sizeof(PyObject *));
    PyObject *context = own == NULL ? NULL : ng_call_context_copy();
    if (context == NULL) {
        if (own == NULL) {
            (void)ng_py.PyErr_NoMemory();
        }
        free(own);
        return NULL;
    }
    own->job = (ng_pool_job){.run = run, .drop = drop};
    own->settle = own_reference(arguments[0]);
    own->number = own_reference(arguments[1]);
    own->function = own_reference(arguments[2]);
    own->context = context;
    own->names = names == NULL ? NULL : own_reference(names);
    own->positional = positional - LEADING;
    own->count = count;
    for (size_t i = 0; i < count; i++) {
        arguments_of(own)[i] = own_reference(arguments[LEADING + i]);
    }
    return own;
}

static PyObject *pool_post(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                           PyObject *names)
{
    (void)self;
    if (positional < (Py_ssize_t)LEADING) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "_pool_post takes a JavaScript function, a number and a callable");
        return NULL;
    }
    pool_call *own = create(arguments, (size_t)positional, names);
    if (own == NULL) {
        return NULL;
    }
    if (!ng_pool_submit(&own->job)) {
        drop(&own->job);
        return NULL;
    }
    return own_reference(ng_none());
}

bool ng_pool_calls_open(void)
{
    static const ng_method_def definition = {.name = "_pool_post",
                                             .call = pool_post,
                                             .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    return ng_bootstrap_publish(&definition);
}
