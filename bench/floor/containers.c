/* containers.c: the rows of lists and dicts: built from arrays of C's, echoed, read into arrays of C's. */
#include "floor.h"

#include <string.h>

enum {
    KEYS = 20,
    RECORDS = 25
};

static PyObject *echo;
static double numbers_out[4096]; /* what came back: numbers, and the lengths of texts */
static char text_out[64];
static int used;

int floor_containers_open(PyObject *subject)
{
    return (echo = PyObject_GetAttrString(subject, "echo")) == NULL ? -1 : 0;
}

static PyObject *text(const char *format, int i)
{
    char buffer[32];
    int length = snprintf(buffer, sizeof buffer, format, i);
    return PyUnicode_DecodeLatin1(buffer, length, NULL);
}

/* Adds a member to a dict; takes the value. */
static int put(PyObject *dict, const char *name, PyObject *value)
{
    PyObject *key = PyUnicode_DecodeLatin1(name, (Py_ssize_t)strlen(name), NULL);
    int status = key == NULL || value == NULL ? -1 : PyDict_SetItem(dict, key, value);
    Py_XDECREF(key);
    Py_XDECREF(value);
    return status;
}

static int read_value(PyObject *value);

static int read_items(PyObject *list)
{
    for (Py_ssize_t i = 0, size = PyList_GET_SIZE(list); i < size; i++)
        if (read_value(PyList_GET_ITEM(list, i)) != 0)
            return -1;
    return 0;
}

static int read_members(PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    while (PyDict_Next(dict, &position, &key, &value))
        if (read_value(key) != 0 || read_value(value) != 0)
            return -1;
    return 0;
}

/* Copies what a value is into C's arrays. Nobody else has the containers, so nothing guards them. */
static int read_value(PyObject *value)
{
    if (PyList_CheckExact(value))
        return read_items(value);
    if (PyDict_CheckExact(value))
        return read_members(value);
    double number;
    if (PyUnicode_CheckExact(value)) {
        number = (double)PyUnicode_GET_LENGTH(value);
        memcpy(text_out, PyUnicode_1BYTE_DATA(value), (size_t)number);
    } else if (PyFloat_CheckExact(value))
        number = PyFloat_AS_DOUBLE(value);
    else
        number = (double)PyLong_AsLongLong(value);
    numbers_out[used++ % 4096] = number;
    return 0;
}

/* The rest of an operation: calls with what was built, takes it, reads the result. */
static int there_and_back(PyObject *built)
{
    PyObject *result = built == NULL ? NULL : PyObject_CallOneArg(echo, built);
    Py_XDECREF(built);
    if (result == NULL)
        return -1;
    used = 0;
    int status = read_value(result);
    Py_DECREF(result);
    if (status != 0)
        return -1;
    floor_number = numbers_out[used - 1];
    detach();
    return 0;
}

static int list(long i)
{
    (void)i;
    attach();
    PyObject *built = PyList_New(NUMBERS);
    for (int index = 0; built != NULL && index < NUMBERS; index++)
        PyList_SET_ITEM(built, index, PyLong_FromLongLong(index * 7LL));
    return there_and_back(built);
}

static int dict(long i)
{
    (void)i;
    attach();
    PyObject *built = PyDict_New();
    for (int index = 0; built != NULL && index < KEYS; index++) {
        char name[16];
        snprintf(name, sizeof name, "key%d", index);
        PyObject *value = index % 2 == 0 ? PyLong_FromLong(index) : text("value %d", index);
        if (put(built, name, value) != 0)
            return -1;
    }
    return there_and_back(built);
}

/* One record of `nested` in rows/values.mjs. */
static PyObject *record(int i)
{
    PyObject *built = PyDict_New(), *tags = PyList_New(2), *position = PyDict_New();
    if (built == NULL || tags == NULL || position == NULL)
        return NULL;
    PyList_SET_ITEM(tags, 0, text("a", 0));
    PyList_SET_ITEM(tags, 1, text("b", 0));
    if (put(position, "x", PyFloat_FromDouble(i / 4.0 + 0.125)) != 0 ||
        put(built, "id", PyLong_FromLong(i)) != 0 || put(built, "name", text("node %d", i)) != 0 ||
        put(built, "tags", tags) != 0 || put(built, "position", position) != 0)
        return NULL;
    return built;
}

static int nested(long i)
{
    (void)i;
    attach();
    PyObject *built = PyList_New(RECORDS);
    for (int index = 0; built != NULL && index < RECORDS; index++) {
        PyObject *one = record(index);
        if (one == NULL)
            return -1;
        PyList_SET_ITEM(built, index, one);
    }
    return there_and_back(built);
}

const floor_row floor_containers[] = {
    {"list", list, 1, 0},
    {"dict", dict, 1, 0},
    {"nested", nested, 1, 0},
    {NULL, NULL, 0, 0},
};
