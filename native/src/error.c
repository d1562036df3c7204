#include "error.h"

#include <stdio.h>

void ng_error_to_message(const char *doing, char *message, size_t message_size)
{
    PyObject *exception = ng_py.PyErr_GetRaisedException();
    PyObject *text = exception == NULL ? NULL : ng_py.PyObject_Repr(exception);
    const char *utf8 = text == NULL ? NULL : ng_py.PyUnicode_AsUTF8AndSize(text, NULL);
    (void)snprintf(message, message_size, "%s failed: %s", doing,
                   utf8 != NULL ? utf8 : "no further information");
    ng_py.PyErr_Clear();
    if (text != NULL) {
        ng_py.Py_DecRef(text);
    }
    if (exception != NULL) {
        ng_py.Py_DecRef(exception);
    }
}
