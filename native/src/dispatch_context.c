#include "dispatch_context.h"

#include "bootstrap.h"
#include "js_objects.h"

/* A ContextVar. It only ever gets its value once, and lives as long as the process. */
static _Atomic(PyObject *) async_variable;

PyObject *ng_call_context_copy(void)
{
    return ng_py.PyContext_CopyCurrent();
}

void ng_call_context_leave(PyObject *context, PyObject *result)
{
    PyObject *exception = result == NULL ? ng_py.PyErr_GetRaisedException() : NULL;
    if (ng_py.PyContext_Exit(context) != 0) {
        ng_py
            .PyErr_Clear(); /* what was called left contexts of its own open: they are the thread's now */
    }
    if (exception != NULL) {
        ng_py.PyErr_SetObject(ng_type_of(exception), exception);
        ng_py.Py_DecRef(exception);
    }
}

/* The number of the asynchronous context that the thread's context carries; 0: none of this environment's. */
static uint64_t async_context_of(ng_environment *owner)
{
    /* Acquire pairs with the release in set_async_variable. */
    PyObject *variable = atomic_load_explicit(&async_variable, memory_order_acquire);
    PyObject *value = NULL;
    if (variable == NULL) {
        return 0;
    }
    if (ng_py.PyContextVar_Get(variable, NULL, &value) != 0) {
        ng_py
            .PyErr_Clear(); /* only without memory: then the call runs as it did before there were contexts */
        return 0;
    }
    uint64_t number = 0;
    if (value != NULL) {
        number = ng_js_object_number(owner, value);
        ng_py.Py_DecRef(value);
    }
    return number;
}

PyObject *ng_call_in_context(ng_environment *owner, PyObject *context, const ng_function_call *call)
{
    if (ng_py.PyContext_Enter(context) != 0) {
        return NULL;
    }
    uint32_t *words = (uint32_t *)(void *)owner->arena;
    if (words != NULL) {
        words[NG_ARENA_ASYNC] = (uint32_t)async_context_of(owner);
    }
    PyObject *result = ng_environment_call(owner, call);
    if (words != NULL) {
        words[NG_ARENA_ASYNC] = 0U; /* where the host did not come as far as reading it */
    }
    ng_call_context_leave(context, result);
    return result;
}

static PyObject *set_async_variable(PyObject *self, PyObject *const *arguments,
                                    Py_ssize_t positional, PyObject *names)
{
    (void)self;
    if (positional != 1 || names != NULL) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "_set_async_variable takes a ContextVar");
        return NULL;
    }
    PyObject *nothing = NULL;
    ng_py.Py_IncRef(arguments[0]);
    if (!atomic_compare_exchange_strong_explicit(&async_variable, &nothing, arguments[0],
                                                 memory_order_release, memory_order_relaxed)) {
        ng_py.Py_DecRef(arguments[0]);
    }
    ng_py.Py_IncRef(ng_none());
    return ng_none();
}

static PyObject *is_here(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                         PyObject *names)
{
    (void)self;
    if (positional != 1 || names != NULL) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "_is_here takes a JavaScript object");
        return NULL;
    }
    const ng_js_reference *reference = ng_js_object_reference(arguments[0]);
    if (reference == NULL) {
        return NULL;
    }
    PyObject *answer = ng_environment_here(reference->owner) != NULL ? ng_py._Py_TrueStruct
                                                                     : ng_py._Py_FalseStruct;
    ng_py.Py_IncRef(answer);
    return answer;
}

bool ng_call_contexts_open(void)
{
    static const ng_method_def setting = {.name = "_set_async_variable",
                                          .call = set_async_variable,
                                          .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    static const ng_method_def asking = {
        .name = "_is_here", .call = is_here, .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    return ng_bootstrap_publish(&setting) && ng_bootstrap_publish(&asking);
}
