#include "capi_older.h"

#include "capi.h"

/* 3.10 has PyObject_Vectorcall as an inline function only; what it exports takes a dict of keywords. */
static PyObject *vectorcall(PyObject *callable, PyObject *const *arguments, size_t positional,
                            PyObject *names)
{
    if (names == NULL) {
        return ng_py.PyObject_VectorcallDict(callable, arguments, positional, NULL);
    }
    PyObject *keywords = ng_py.PyDict_New();
    if (keywords == NULL) {
        return NULL;
    }
    size_t first = positional & ~NG_PY_VECTORCALL_ARGUMENTS_OFFSET;
    Py_ssize_t count = ng_py.PyTuple_Size(names);
    PyObject *result = NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *name = ng_py.PyTuple_GetItem(names, i); /* borrowed from `names`, which is ours */
        if (ng_py.PyDict_SetItem(keywords, name, arguments[first + (size_t)i]) < 0) {
            goto done;
        }
    }
    result = ng_py.PyObject_VectorcallDict(callable, arguments, positional, keywords);
done:
    ng_py.Py_DecRef(keywords);
    return result;
}

/* Before 3.13. An AttributeError from deeper down counts as a missing attribute, as it does there. */
static int get_optional_attribute(PyObject *object, PyObject *name, PyObject **out)
{
    *out = ng_py.PyObject_GetAttr(object, name);
    if (*out != NULL) {
        return 1;
    }
    if (ng_py.PyErr_ExceptionMatches(*(PyObject **)ng_py.PyExc_AttributeError) == 0) {
        return -1;
    }
    ng_py.PyErr_Clear();
    return 0;
}

/* Before 3.13, where a GIL keeps the borrowed object alive until it is ours. */
static int weakref_get(PyObject *weak, PyObject **out)
{
    PyObject *object = ng_py.PyWeakref_GetObject(weak);
    *out = NULL;
    if (object == NULL) {
        return -1;
    }
    if (object == ng_none()) {
        return 0;
    }
    ng_py.Py_IncRef(object);
    *out = object;
    return 1;
}

/* Before 3.12. */
static PyObject *get_raised_exception(void)
{
    PyObject *type = NULL;
    PyObject *value = NULL;
    PyObject *traceback = NULL;
    ng_py.PyErr_Fetch(&type, &value, &traceback);
    if (type == NULL) {
        return NULL;
    }
    ng_py.PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != NULL && value != NULL) {
        (void)ng_py.PyException_SetTraceback(value, traceback);
    }
    ng_py.Py_DecRef(type);
    if (traceback != NULL) {
        ng_py.Py_DecRef(traceback);
    }
    return value;
}

void ng_capi_fill_gaps(void)
{
    if (!NG_HAS(PyObject_Vectorcall)) {
        ng_py.PyObject_Vectorcall = vectorcall;
    }
    if (!NG_HAS(PyWeakref_GetRef)) {
        ng_py.PyWeakref_GetRef = weakref_get;
    }
    if (!NG_HAS(PyObject_GetOptionalAttr)) {
        ng_py.PyObject_GetOptionalAttr = get_optional_attribute;
    }
    if (!NG_HAS(PyErr_GetRaisedException)) {
        ng_py.PyErr_GetRaisedException = get_raised_exception;
    }
}
