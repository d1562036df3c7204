#include "dispatch_errors.h"

#include "bootstrap.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* New reference, or NULL with another exception raised. */
static PyObject *find_class(const char *name)
{
    PyObject *module = ng_bootstrap_module();
    PyObject *found = ng_py.PyObject_GetAttrString(module, name);
    ng_py.Py_DecRef(module);
    return found;
}

/* None for no text. Replaces what is not UTF-8: better a damaged message than none. */
static PyObject *to_str(ng_text text)
{
    if (text.data == NULL) {
        ng_py.Py_IncRef(ng_none());
        return ng_none();
    }
    return ng_py.PyUnicode_DecodeUTF8(text.data, (Py_ssize_t)text.size, "replace");
}

void ng_raise_javascript_error(ng_text message, ng_text stack)
{
    PyObject *type = find_class("JavaScriptError");
    PyObject *message_object = type == NULL ? NULL : to_str(message);
    PyObject *stack_object = message_object == NULL ? NULL : to_str(stack);
    if (stack_object != NULL) {
        PyObject *error = ng_py.PyObject_CallFunctionObjArgs(type, message_object, stack_object,
                                                             (PyObject *)NULL);
        if (error != NULL) {
            ng_py.PyErr_SetObject(type, error);
            ng_py.Py_DecRef(error);
        }
        ng_py.Py_DecRef(stack_object);
    }
    if (message_object != NULL) {
        ng_py.Py_DecRef(message_object);
    }
    if (type != NULL) {
        ng_py.Py_DecRef(type);
    }
}

void ng_raise_javascript_error_format(const char *format, ...)
{
    char message[NG_MESSAGE_SIZE];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(message, sizeof message, format, values);
    va_end(values);
    ng_raise_javascript_error((ng_text){.data = message, .size = strlen(message)}, (ng_text){0});
}

void ng_raise_no_answer(uint32_t owner, uint64_t thread, uint64_t waited_ms, bool begun)
{
    PyObject *function = find_class("no_answer_error");
    PyObject *values[] = {
        ng_py.PyLong_FromLongLong((long long)owner), ng_py.PyLong_FromLongLong((long long)thread),
        ng_py.PyLong_FromLongLong((long long)waited_ms), ng_py.PyLong_FromLongLong(begun ? 1 : 0)};
    bool complete = function != NULL;
    for (size_t i = 0; i < 4U; i++) {
        complete = complete && values[i] != NULL;
    }
    PyObject *error = complete ? ng_py.PyObject_CallFunctionObjArgs(function, values[0], values[1],
                                                                    values[2], values[3], NULL)
                               : NULL;
    if (error != NULL) {
        ng_py.PyErr_SetObject(ng_type_of(error), error);
        ng_py.Py_DecRef(error);
    }
    for (size_t i = 0; i < 4U; i++) {
        if (values[i] != NULL) {
            ng_py.Py_DecRef(values[i]);
        }
    }
    if (function != NULL) {
        ng_py.Py_DecRef(function);
    }
}

void ng_raise_environment_ended(void)
{
    PyObject *type = find_class("EnvironmentEnded");
    if (type != NULL) {
        ng_py.PyErr_SetString(type, "the JavaScript thread of this call is being terminated");
        ng_py.Py_DecRef(type);
    }
}

bool ng_is_environment_ended(PyObject *exception)
{
    PyObject *type = find_class("EnvironmentEnded");
    if (type == NULL) {
        ng_py.PyErr_Clear(); /* the interpreter is being torn down, and the exception is another */
        return false;
    }
    bool matches = ng_py.PyErr_GivenExceptionMatches(exception, type) != 0;
    ng_py.Py_DecRef(type);
    return matches;
}
