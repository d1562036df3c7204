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
