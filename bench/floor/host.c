/* host.c: the C program's rows behind the least that an engine asks of a bridge: a Node-API function for each, which reads
 * and makes no value but text; numbers cross in memory that both sides see. An addon for columns/host.mjs.
 * Owner: the process; Python is started by `open` and ended by `close`. Thread: the main one, detached in between. */
#define _GNU_SOURCE /* dladdr */

#include "floor.h"

#include <dlfcn.h>
#include <node_api.h>
#include <stdlib.h>

PyThreadState *floor_thread;
volatile double floor_number;

/* What JavaScript gives, and gets. Theirs, and as old as the process. */
static double *slots;
static napi_ref trampoline;
static napi_env host;
static PyObject *kept, *call_often, *function;

/* Attached, with a Python exception set. */
static napi_value fail(napi_env env)
{
    PyErr_Print();
    detach();
    napi_throw_error(env, NULL, "Python raised an exception");
    return NULL;
}

/* A row of the C program's: its argument is the first slot, its result the second. */
static napi_value work(napi_env env, napi_callback_info info)
{
    void *data = NULL;
    napi_get_cb_info(env, info, NULL, NULL, NULL, &data);
    if (((const floor_row *)data)->work((long)slots[0]) != 0)
        return fail(env);
    slots[1] = floor_number;
    return NULL;
}

/* The same, for text: it comes and goes as Node-API has it. */
static napi_value text_work(napi_env env, napi_callback_info info)
{
    size_t count = 1, length = 0;
    napi_value text;
    void *data = NULL;
    napi_get_cb_info(env, info, &count, &text, NULL, &data);
    napi_get_value_string_latin1(env, text, floor_text_in, LONG_TEXT + 1, &length);
    if (((const floor_row *)data)->work(0) != 0)
        return fail(env);
    return napi_create_string_latin1(env, floor_text_out, length, &text) == napi_ok ? text : NULL;
}

/* ---- handles: one strong reference and nothing else ---- */

static int take(long i)
{
    (void)i;
    attach();
    Py_INCREF(kept);
    detach();
    return 0;
}

static int release(long i)
{
    (void)i;
    attach();
    Py_DECREF(kept);
    detach();
    return 0;
}

/* ---- a JavaScript function that Python calls ---- */

static PyObject *call_javascript(PyObject *self, PyObject *argument)
{
    napi_handle_scope scope;
    napi_value target, receiver, result;
    (void)self;
    slots[0] = PyLong_AsDouble(argument);
    detach();
    napi_open_handle_scope(host, &scope);
    napi_get_reference_value(host, trampoline, &target);
    napi_get_undefined(host, &receiver);
    napi_status status = napi_call_function(host, receiver, target, 0, NULL, &result);
    napi_close_handle_scope(host, scope);
    attach();
    return status == napi_ok ? PyLong_FromLong((long)slots[1]) : PyErr_NoMemory();
}

static int call_back(long i)
{
    (void)i;
    attach();
    PyObject *result = PyObject_CallFunction(call_often, "Oi", function, MANY);
    if (result == NULL)
        return -1;
    floor_number = PyLong_AsDouble(result);
    Py_DECREF(result);
    detach();
    return 0;
}

static const floor_row own_rows[] = {
    {"take", take, 1, 0},
    {"release", release, 1, 0},
    {"callback", call_back, MANY, 0},
    {NULL, NULL, 0, 0},
};

/* ---- start and end ---- */

static int start(void)
{
    static PyMethodDef method = {"call_javascript", call_javascript, METH_O, NULL};
    Py_InitializeEx(0);
    PyObject *subject = PyImport_ImportModule("subject");
    if (subject == NULL || floor_calls_open(subject) != 0)
        return -1;
    kept = PyList_New(0);
    call_often = PyObject_GetAttrString(subject, "call_often");
    function = PyCFunction_New(&method, NULL);
    return kept == NULL || call_often == NULL || function == NULL ? -1 : 0;
}

static void publish(napi_env env, napi_value target, const floor_row *rows, napi_callback function)
{
    for (const floor_row *row = rows; row->id != NULL; row++) {
        napi_value made;
        if (napi_create_function(env, row->id, NAPI_AUTO_LENGTH, function, (void *)row, &made) ==
            napi_ok)
            napi_set_named_property(env, target, row->id, made);
    }
}

/* Python's own extension modules look for libpython's symbols among those of the whole process, and not every engine loads
 * an addon so that they find them. */
static void show_python(void)
{
    Dl_info info;
    if (dladdr((void *)(size_t)&Py_IsInitialized, &info) != 0)
        (void)dlopen(info.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

/* open(slots, trampoline): `{ numbers, texts }`, a function for each row in both. Once. */
static napi_value open_rows(napi_env env, napi_callback_info info)
{
    size_t count = 2, bytes = 0;
    napi_value args[2], exports, numbers, texts;
    void *memory = NULL;
    if (napi_get_cb_info(env, info, &count, args, NULL, NULL) != napi_ok ||
        napi_get_arraybuffer_info(env, args[0], &memory, &bytes) != napi_ok ||
        napi_create_reference(env, args[1], 1, &trampoline) != napi_ok ||
        napi_create_object(env, &exports) != napi_ok ||
        napi_create_object(env, &numbers) != napi_ok ||
        napi_create_object(env, &texts) != napi_ok || bytes < 2 * sizeof *slots)
        return NULL;
    slots = memory;
    host = env;
    show_python();
    if (start() != 0)
        return fail(env);
    detach();
    publish(env, numbers, floor_calls, work);
    publish(env, numbers, own_rows, work);
    publish(env, texts, floor_calls, text_work);
    napi_set_named_property(env, exports, "numbers", numbers);
    napi_set_named_property(env, exports, "texts", texts);
    return exports;
}

static napi_value close_python(napi_env env, napi_callback_info info)
{
    (void)env;
    (void)info;
    attach();
    Py_FinalizeEx();
    return NULL;
}

NAPI_MODULE_INIT()
{
    napi_value made;
    if (napi_create_function(env, "open", NAPI_AUTO_LENGTH, open_rows, NULL, &made) == napi_ok)
        napi_set_named_property(env, exports, "open", made);
    if (napi_create_function(env, "close", NAPI_AUTO_LENGTH, close_python, NULL, &made) == napi_ok)
        napi_set_named_property(env, exports, "close", made);
    return exports;
}
