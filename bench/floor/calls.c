/* calls.c: the rows of calls, attributes, text, objects, exceptions and buffers. */
#include "floor.h"

#include <string.h>

static PyObject *add, *math, *sqrt_, *thing, *type, *echo, *count, *raises, *nbytes, *small, *large;
static PyObject *name_sqrt, *name_method, *name_size, *name_extent;

char *floor_text_in;
char *floor_text_out;
static char *memory; /* LARGE bytes: a typed array */

static int take(PyObject *subject, const char *name, PyObject **out)
{
    return (*out = PyObject_GetAttrString(subject, name)) == NULL ? -1 : 0;
}

static int intern(const char *text, PyObject **out)
{
    return (*out = PyUnicode_InternFromString(text)) == NULL ? -1 : 0;
}

int floor_calls_open(PyObject *subject)
{
    if ((math = PyImport_ImportModule("math")) == NULL)
        return -1;
    if (take(subject, "add", &add) || take(math, "sqrt", &sqrt_) ||
        take(subject, "thing", &thing) || take(subject, "Thing", &type) ||
        take(subject, "echo", &echo) || take(subject, "count", &count) ||
        take(subject, "raises", &raises) || take(subject, "nbytes", &nbytes) ||
        take(subject, "small", &small) || take(subject, "large", &large))
        return -1;
    if (intern("sqrt", &name_sqrt) || intern("method", &name_method) ||
        intern("size", &name_size) || intern("extent", &name_extent))
        return -1;
    floor_text_in = malloc(LONG_TEXT + 1);
    floor_text_out = malloc(LONG_TEXT);
    memory = calloc(1, LARGE);
    if (floor_text_in == NULL || floor_text_out == NULL || memory == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memset(floor_text_in, 'x', LONG_TEXT);
    return 0;
}

/* Ends an operation: the result becomes a number of C's. */
static int finish_number(PyObject *result)
{
    if (result == NULL)
        return -1;
    floor_number =
        PyFloat_CheckExact(result) ? PyFloat_AS_DOUBLE(result) : (double)PyLong_AsLong(result);
    Py_DECREF(result);
    detach();
    return 0;
}

static int finish_nothing(int status)
{
    if (status != 0)
        return -1;
    detach();
    return 0;
}

static int crossing(long i)
{
    (void)i;
    attach();
    detach();
    return 0;
}

static int call(long i)
{
    attach();
    PyObject *args[] = {NULL, PyLong_FromLong(i), PyFloat_FromDouble(2.5)};
    PyObject *result = PyObject_Vectorcall(add, args + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_DECREF(args[1]);
    Py_DECREF(args[2]);
    return finish_number(result);
}

static int call_sqrt(long i)
{
    (void)i;
    attach();
    PyObject *args[] = {NULL, PyFloat_FromDouble(2.25)};
    PyObject *result =
        PyObject_Vectorcall(sqrt_, args + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_DECREF(args[1]);
    return finish_number(result);
}

static int attribute_call(long i)
{
    (void)i;
    attach();
    PyObject *args[] = {math, PyFloat_FromDouble(2.25)};
    PyObject *result =
        PyObject_VectorcallMethod(name_sqrt, args, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_DECREF(args[1]);
    return finish_number(result);
}

static int method(long i)
{
    attach();
    PyObject *args[] = {thing, PyLong_FromLong(i)};
    PyObject *result =
        PyObject_VectorcallMethod(name_method, args, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    Py_DECREF(args[1]);
    return finish_number(result);
}

static int get(long i)
{
    (void)i;
    attach();
    return finish_number(PyObject_GetAttr(thing, name_size));
}

static int set(long i)
{
    attach();
    PyObject *value = PyLong_FromLong(i);
    int status = PyObject_SetAttr(thing, name_extent, value);
    Py_DECREF(value);
    return finish_nothing(status);
}

static int echo_latin1(Py_ssize_t length)
{
    attach();
    PyObject *text = PyUnicode_DecodeLatin1(floor_text_in, length, NULL);
    PyObject *result = PyObject_CallOneArg(echo, text);
    Py_XDECREF(text);
    if (result == NULL)
        return -1;
    memcpy(floor_text_out, PyUnicode_1BYTE_DATA(result), (size_t)PyUnicode_GET_LENGTH(result));
    Py_DECREF(result);
    detach();
    return 0;
}

static int text_short(long i)
{
    (void)i;
    return echo_latin1(SHORT_TEXT);
}

static int text_long(long i)
{
    (void)i;
    return echo_latin1(LONG_TEXT);
}

static int text_mixed(long i)
{
    (void)i;
    attach();
    int order = PY_LITTLE_ENDIAN ? -1 : 1;
    PyObject *text =
        PyUnicode_DecodeUTF16((const char *)mixed_text, sizeof mixed_text, "surrogatepass", &order);
    PyObject *result = text == NULL ? NULL : PyObject_CallOneArg(echo, text);
    Py_XDECREF(text);
    PyObject *encoded = result == NULL ? NULL : PyUnicode_AsUTF16String(result);
    Py_XDECREF(result);
    if (encoded == NULL)
        return -1;
    memcpy(floor_text_out, PyBytes_AS_STRING(encoded), (size_t)PyBytes_GET_SIZE(encoded));
    Py_DECREF(encoded);
    detach();
    return 0;
}

static int object(long i)
{
    (void)i;
    attach();
    PyObject *made = PyObject_CallNoArgs(type);
    if (made == NULL)
        return -1;
    Py_DECREF(made);
    detach();
    return 0;
}

static int generator(long i)
{
    (void)i;
    attach();
    PyObject *limit = PyLong_FromLong(MANY);
    PyObject *items = PyObject_CallOneArg(count, limit);
    Py_DECREF(limit);
    if (items == NULL)
        return -1;
    detach();
    for (;;) {
        attach();
        PyObject *item = PyIter_Next(items);
        if (item == NULL)
            break;
        if (finish_number(item) != 0)
            return -1;
    }
    Py_DECREF(items);
    return finish_nothing(PyErr_Occurred() == NULL ? 0 : -1);
}

static int exception(long i)
{
    (void)i;
    attach();
    PyObject *result = PyObject_CallNoArgs(raises);
    if (result != NULL) {
        Py_DECREF(result);
        PyErr_SetString(PyExc_AssertionError, "it did not raise");
        return -1;
    }
    PyObject *kind, *value, *traceback;
    PyErr_Fetch(&kind, &value, &traceback);
    PyErr_NormalizeException(&kind, &value, &traceback);
    PyObject *text = PyObject_Str(value);
    if (text != NULL)
        memcpy(floor_text_out, PyUnicode_1BYTE_DATA(text), (size_t)PyUnicode_GET_LENGTH(text));
    Py_XDECREF(kind);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    Py_XDECREF(text);
    return finish_nothing(text == NULL ? -1 : 0);
}

static int array_to(Py_ssize_t bytes)
{
    attach();
    PyObject *view = PyMemoryView_FromMemory(memory, bytes, PyBUF_WRITE);
    PyObject *result = view == NULL ? NULL : PyObject_CallOneArg(nbytes, view);
    Py_XDECREF(view);
    return finish_number(result);
}

static int array_to_small(long i)
{
    (void)i;
    return array_to(SMALL);
}

static int array_to_large(long i)
{
    (void)i;
    return array_to(LARGE);
}

static int array_from(PyObject *array)
{
    Py_buffer view;
    attach();
    if (PyObject_GetBuffer(array, &view, PyBUF_FULL_RO) != 0)
        return -1;
    detach();
    floor_number = (double)view.len;
    attach();
    PyBuffer_Release(&view);
    detach();
    return 0;
}

static int array_from_small(long i)
{
    (void)i;
    return array_from(small);
}

static int array_from_large(long i)
{
    (void)i;
    return array_from(large);
}

/* A handle that is one strong reference and nothing else. */
static int handle(long i)
{
    (void)i;
    attach();
    Py_INCREF(thing);
    detach();
    attach();
    Py_DECREF(thing);
    detach();
    return 0;
}

const floor_row floor_calls[] = {
    {"crossing", crossing, 1, 0},
    {"call", call, 1, 0},
    {"sqrt", call_sqrt, 1, 0},
    {"attribute-call", attribute_call, 1, 0},
    {"method", method, 1, 0},
    {"get", get, 1, 0},
    {"set", set, 1, 0},
    {"text-short", text_short, 1, 0},
    {"text-mixed", text_mixed, 1, 0},
    {"text-long", text_long, 1, 0},
    {"object", object, 1, 0},
    {"object-destroy", object, 1, 0},
    {"generator", generator, MANY, 0},
    {"exception", exception, 1, 0},
    {"array-to-small", array_to_small, 1, 0},
    {"array-to-large", array_to_large, 1, 0},
    {"array-from-small", array_from_small, 1, 0},
    {"array-from-large", array_from_large, 1, 0},
    {"handle", handle, 1, 0},
    {NULL, NULL, 0, 0},
};
