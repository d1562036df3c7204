/*
 * emit_lock_types.c: types made at run time, one at a time in the whole process, each with a name of its
 * own. Owner: the calling environment's creation lock. Thread: that environment's.
 */
#include "bootstrap.h"
#include "emit_lock.h"
#include "emit_lock_names.h"
#include "error.h"
#include "platform.h"

#include <string.h>

/* Attached. A new reference to what the attribute becomes in the type's dict, or NULL: raised or stale. */
static PyObject *attribute_value(ng_environment *environment, const ng_type_attribute *attribute,
                                 ng_status *status)
{
    PyObject *object = NULL;
    *status = ng_handle_borrow(&environment->handles, attribute->value, &object);
    if (*status != NG_STATUS_OK) {
        return NULL;
    }
    if (attribute->is_method == 0) {
        ng_py.Py_IncRef(object);
        return object;
    }
    /* A built-in function in a class is not bound to the instance; this makes it so. */
    PyObject *method = ng_py.PyInstanceMethod_New(object);
    if (method == NULL) {
        *status = NG_STATUS_PYTHON_ERROR;
    }
    return method;
}

/* Attached. A new dict, or NULL: see *status. */
static PyObject *make_attributes(ng_environment *environment, const ng_type_definition *definition,
                                 ng_status *status)
{
    PyObject *dict = ng_py.PyDict_New();
    *status = dict == NULL ? NG_STATUS_PYTHON_ERROR : NG_STATUS_OK;
    for (size_t i = 0; *status == NG_STATUS_OK && i < definition->attribute_count; i++) {
        const ng_type_attribute *each = &definition->attributes[i];
        PyObject *value = attribute_value(environment, each, status);
        if (value != NULL) {
            if (ng_py.PyDict_SetItemString(dict, each->name, value) < 0) {
                *status = NG_STATUS_PYTHON_ERROR;
            }
            ng_py.Py_DecRef(value);
        }
    }
    if (*status != NG_STATUS_OK && dict != NULL) {
        ng_py.Py_DecRef(dict);
        dict = NULL;
    }
    return dict;
}

/* Attached. A new tuple, or NULL: see *status. */
static PyObject *make_bases(ng_environment *environment, const ng_type_definition *definition,
                            ng_status *status)
{
    PyObject *tuple = ng_py.PyTuple_New((Py_ssize_t)definition->base_count);
    *status = tuple == NULL ? NG_STATUS_PYTHON_ERROR : NG_STATUS_OK;
    for (size_t i = 0; *status == NG_STATUS_OK && i < definition->base_count; i++) {
        PyObject *base = NULL;
        *status = ng_handle_borrow(&environment->handles, definition->bases[i], &base);
        if (*status == NG_STATUS_OK) {
            ng_py.Py_IncRef(base);
            (void)ng_py.PyTuple_SetItem(tuple, (Py_ssize_t)i, base); /* steals */
        }
    }
    if (*status != NG_STATUS_OK && tuple != NULL) {
        ng_py.Py_DecRef(tuple);
        tuple = NULL;
    }
    return tuple;
}

/* Attached. A new reference to the type, or NULL: see *status. */
static PyObject *make_type(ng_environment *environment, const char *name,
                           const ng_type_definition *definition, ng_status *status)
{
    PyObject *metaclass = ng_none();
    *status = definition->metaclass == 0U
                  ? NG_STATUS_OK
                  : ng_handle_borrow(&environment->handles, definition->metaclass, &metaclass);
    if (*status != NG_STATUS_OK) {
        return NULL;
    }
    ng_py.Py_IncRef(metaclass);
    PyObject *type = NULL;
    PyObject *module = ng_bootstrap_module();
    PyObject *emit = ng_py.PyObject_GetAttrString(module, "emit_type");
    PyObject *text = ng_py.PyUnicode_DecodeUTF8(name, (Py_ssize_t)strlen(name), "strict");
    PyObject *bases = make_bases(environment, definition, status);
    PyObject *attributes = bases == NULL ? NULL : make_attributes(environment, definition, status);
    if (attributes != NULL) {
        if (emit != NULL && text != NULL) {
            type = ng_py.PyObject_CallFunctionObjArgs(emit, text, bases, attributes, metaclass,
                                                      (PyObject *)NULL);
        }
        *status = type == NULL ? NG_STATUS_PYTHON_ERROR : NG_STATUS_OK;
    }
    PyObject *const mine[] = {metaclass, module, emit, text, bases, attributes};
    for (size_t i = 0; i < sizeof mine / sizeof mine[0]; i++) {
        if (mine[i] != NULL) {
            ng_py.Py_DecRef(mine[i]);
        }
    }
    return type;
}

/* Under the creation lock. */
static ng_status emit(ng_environment *environment, const char *name,
                      const ng_type_definition *definition, ng_handle *out, char *message)
{
    ng_status status = NG_STATUS_SHUT_DOWN;
    if (!ng_attach(environment)) {
        return status;
    }
    PyObject *type = make_type(environment, name, definition, &status);
    if (type == NULL) {
        ng_error_to_message("Python", message, NG_MESSAGE_SIZE);
    } else {
        *out = ng_handle_steal(&environment->handles, type);
        if (*out == 0U) {
            ng_py.Py_DecRef(type);
            status = NG_STATUS_OUT_OF_MEMORY;
        }
    }
    ng_detach(environment);
    return status;
}

ng_status ng_type_emit(ng_environment *environment, const ng_type_definition *definition,
                       ng_handle *out, const char **name, char *message)
{
    message[0] = '\0';
    *out = 0;
    *name = NULL;
    ng_status status = ng_creation_acquire(environment, UINT64_MAX);
    if (status != NG_STATUS_OK) {
        return status;
    }
    *name = ng_unique_name(definition->name);
    status = *name == NULL ? NG_STATUS_OUT_OF_MEMORY
                           : emit(environment, *name, definition, out, message);
    if (status != NG_STATUS_OK && *name != NULL) {
        /* Once Python ran, a metaclass may have kept the type that failed. */
        if (status != NG_STATUS_PYTHON_ERROR) {
            ng_unique_name_return(*name);
        }
        *name = NULL;
    }
    ng_creation_release(environment);
    return status;
}

/* ---- the lock's own plain C face --------------------------------------------------------------- */

ng_status ng_creation_lock(ng_environment *environment, uint64_t timeout_ms)
{
    uint64_t now = ng_clock_ms();
    return ng_creation_acquire(environment,
                               timeout_ms > UINT64_MAX - now ? UINT64_MAX : now + timeout_ms);
}

ng_status ng_creation_unlock(ng_environment *environment)
{
    if (ng_creation_depth(environment) == 0U) {
        return NG_STATUS_STALE_HANDLE;
    }
    ng_creation_release(environment);
    return NG_STATUS_OK;
}
