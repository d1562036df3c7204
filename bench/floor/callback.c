/* callback.c: the least that a call from Python into JavaScript can cost: an empty Node-API callback, and one detach and
 * attach around it. An addon for columns/floor-callback.mjs.
 * Owner: the process; Python is started by the first call and never ended. Thread: the main one. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <node_api.h>

/* run(function, times): undefined; throws what the function throws. */
static napi_value run(napi_env env, napi_callback_info info)
{
    size_t count = 2;
    napi_value args[2], undefined, result;
    int64_t times = 0;
    if (napi_get_cb_info(env, info, &count, args, NULL, NULL) != napi_ok ||
        napi_get_value_int64(env, args[1], &times) != napi_ok ||
        napi_get_undefined(env, &undefined) != napi_ok)
        return NULL;
    if (!Py_IsInitialized()) {
        Py_InitializeEx(0);
        PyEval_SaveThread();
    }
    PyGILState_STATE state = PyGILState_Ensure();
    napi_status status = napi_ok;
    for (int64_t i = 0; i < times && status == napi_ok; i++) {
        napi_handle_scope scope;
        PyThreadState *thread = PyEval_SaveThread();
        napi_open_handle_scope(env, &scope);
        status = napi_call_function(env, undefined, args[0], 0, NULL, &result);
        napi_close_handle_scope(env, scope);
        PyEval_RestoreThread(thread);
    }
    PyGILState_Release(state);
    return undefined;
}

NAPI_MODULE_INIT()
{
    napi_value function;
    if (napi_create_function(env, "run", NAPI_AUTO_LENGTH, run, NULL, &function) != napi_ok)
        return NULL;
    return function;
}
