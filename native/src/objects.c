/*
 * objects.c: running code and looking at objects without frames or conversions: what a guard needs of
 * Python when it is used alone.
 * Owner: what it makes belongs to the calling environment. Thread: that environment's, not attached.
 */
#include "bootstrap.h"
#include "environment.h"
#include "error.h"

#include <stdlib.h>
#include <string.h>

/* The new reference becomes a handle, or the pending exception a message. */
static ng_status name_result(ng_environment *environment, PyObject *result, ng_handle *out,
                             char *message)
{
    if (result == NULL) {
        ng_error_to_message("Python", message, NG_MESSAGE_SIZE);
        return NG_STATUS_PYTHON_ERROR;
    }
    *out = ng_handle_steal(&environment->handles, result);
    if (*out == 0U) {
        ng_py.Py_DecRef(result);
        return NG_STATUS_OUT_OF_MEMORY;
    }
    return NG_STATUS_OK;
}

ng_status ng_object_run(ng_environment *environment, const char *source, size_t size,
                        ng_handle *out, char *message)
{
    message[0] = '\0';
    *out = 0;
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *text = ng_py.PyUnicode_DecodeUTF8(source, (Py_ssize_t)size, "strict");
    PyObject *result = text == NULL ? NULL : ng_bootstrap_call("run", text);
    if (text != NULL) {
        ng_py.Py_DecRef(text);
    }
    ng_status status = name_result(environment, result, out, message);
    ng_detach(environment);
    return status;
}

static ng_status repr_to_block(ng_environment *environment, PyObject *object, uint64_t *block,
                               char *message)
{
    PyObject *text = ng_py.PyObject_Repr(object);
    /* Not strict: a repr may hold a lone surrogate, and this is for people to read. */
    PyObject *bytes =
        text == NULL ? NULL : ng_py.PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
    char *data = NULL;
    Py_ssize_t size = 0;
    ng_status status = NG_STATUS_OK;
    if (bytes == NULL || ng_py.PyBytes_AsStringAndSize(bytes, &data, &size) != 0) {
        ng_error_to_message("Python", message, NG_MESSAGE_SIZE);
        status = NG_STATUS_PYTHON_ERROR;
    } else {
        void *target = NULL;
        *block = ng_blocks_create(&environment->blocks, (size_t)size, &target);
        if (*block == 0U) {
            status = NG_STATUS_OUT_OF_MEMORY;
        } else {
            memcpy(target, data, (size_t)size);
        }
    }
    if (bytes != NULL) {
        ng_py.Py_DecRef(bytes);
    }
    if (text != NULL) {
        ng_py.Py_DecRef(text);
    }
    return status;
}

ng_status ng_object_repr(ng_environment *environment, ng_handle handle, uint64_t *block,
                         char *message)
{
    message[0] = '\0';
    *block = 0;
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *object = NULL;
    ng_status status = ng_handle_borrow(&environment->handles, handle, &object);
    if (status == NG_STATUS_OK) {
        ng_py.Py_IncRef(object); /* its __repr__ may release the handle */
        status = repr_to_block(environment, object, block, message);
        ng_py.Py_DecRef(object);
    }
    ng_detach(environment);
    return status;
}

/* Attached. References of our own to what the handles name: what runs may release them. */
static ng_status hold(ng_environment *environment, const ng_handle *handles, size_t count,
                      PyObject **objects, size_t *held)
{
    for (*held = 0; *held < count; (*held)++) {
        ng_status status = ng_handle_borrow(&environment->handles, handles[*held], &objects[*held]);
        if (status != NG_STATUS_OK) {
            return status;
        }
        ng_py.Py_IncRef(objects[*held]);
    }
    return NG_STATUS_OK;
}

ng_status ng_object_call(ng_environment *environment, ng_handle callable,
                         const ng_handle *arguments, size_t count, ng_handle *out, char *message)
{
    message[0] = '\0';
    *out = 0;
    if (count > NG_MAXIMUM_ARGUMENTS) {
        return NG_STATUS_BAD_FRAME;
    }
    PyObject **objects = calloc(count + 1, sizeof(PyObject *));
    if (objects == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    if (!ng_attach(environment)) {
        free(objects);
        return NG_STATUS_SHUT_DOWN;
    }
    size_t held = 0;
    size_t called = 0;
    ng_status status = hold(environment, &callable, 1, &objects[count], &called);
    if (status == NG_STATUS_OK) {
        status = hold(environment, arguments, count, objects, &held);
    }
    if (status == NG_STATUS_OK) {
        status = name_result(environment,
                             ng_py.PyObject_Vectorcall(objects[count], objects, count, NULL), out,
                             message);
    }
    for (size_t i = 0; i < held; i++) {
        ng_py.Py_DecRef(objects[i]);
    }
    if (called > 0) {
        ng_py.Py_DecRef(objects[count]);
    }
    ng_detach(environment);
    free(objects);
    return status;
}

ng_status ng_object_release(ng_environment *environment, ng_handle handle)
{
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *object = NULL;
    ng_status status = ng_handle_take(&environment->handles, handle, &object);
    if (status == NG_STATUS_OK) {
        ng_py.Py_DecRef(object);
    }
    ng_detach(environment);
    return status;
}
