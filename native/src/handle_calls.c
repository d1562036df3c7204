/*
 * handle_calls.c: what nogil.h offers of handles and tokens: attaches, looks up, takes references, drops.
 * Owner: what it makes belongs to the calling environment, a token to the process. Thread: the
 * environment's, not attached.
 */
#include "environment.h"
#include "error.h"
#include "gil_watch.h"
#include "handles_shared.h"
#include "releases.h"

#include <stdlib.h>
#include <string.h>

uint32_t ng_environment_number(const ng_environment *environment)
{
    return environment->number;
}

static void drop(PyObject *object)
{
    if (object != NULL) {
        ng_py.Py_DecRef(object);
    }
}

/* Takes the reference over, also where it fails. Attached. */
static ng_status name(ng_environment *environment, PyObject *object, ng_handle *out)
{
    *out = ng_handle_steal(&environment->handles, object);
    if (*out == 0U) {
        drop(object);
        return NG_STATUS_OUT_OF_MEMORY;
    }
    return NG_STATUS_OK;
}

ng_status ng_handle_duplicate(ng_environment *environment, ng_handle handle, ng_handle *out)
{
    *out = 0;
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *object = NULL;
    ng_status status = ng_handle_borrow(&environment->handles, handle, &object);
    if (status == NG_STATUS_OK) {
        ng_py.Py_IncRef(object);
        status = name(environment, object, out);
    }
    ng_detach(environment);
    return status;
}

/* ---- release ------------------------------------------------------------------------------ */

/* Objects without handles: the collector's, on their way to the thread that lets them go. */
typedef struct ng_released {
    ng_release release; /* first: the queue's pointer is ours */
    size_t count;
    PyObject *objects[];
} ng_released;

static void let_go(ng_release *release)
{
    ng_released *batch = (ng_released *)(void *)release;
    for (size_t i = 0; i < batch->count; i++) {
        drop(batch->objects[i]);
    }
    free(batch);
}

static void leak(ng_release *release)
{
    ng_released *batch = (ng_released *)(void *)release;
    ng_handles_count_leaked(batch->count);
    free(batch);
}

/* What the collector found, where attaching may have to wait: emptying a slot does not need it. */
static size_t collect(ng_environment *environment, const ng_handle *handles, size_t count,
                      ng_released *batch)
{
    batch->release = (ng_release){.run = let_go, .leak = leak};
    batch->count = 0;
    for (size_t i = 0; i < count; i++) {
        PyObject *object = NULL;
        if (ng_handle_take_as(&environment->handles, handles[i], NG_HANDLE_END_COLLECTED,
                              &object) == NG_STATUS_OK) {
            batch->objects[batch->count++] = object;
        }
    }
    size_t taken = batch->count;
    if (taken == 0U) {
        free(batch);
    } else if (!ng_releases_post(environment, &batch->release)) {
        if (ng_attach(environment)) {
            let_go(&batch->release);
            ng_detach(environment);
        } else {
            leak(&batch->release);
        }
    }
    return taken;
}

ng_status ng_handle_release(ng_environment *environment, const ng_handle *handles, size_t count,
                            ng_handle_end end, size_t *released)
{
    size_t done = 0;
    ng_status status = NG_STATUS_SHUT_DOWN;
    ng_released *batch = NULL;
    if (end == NG_HANDLE_END_COLLECTED && ng_gil_is_known_enabled() &&
        ng_gate_is_open(&ng_python_gate) &&
        (batch = malloc(sizeof *batch + count * sizeof(PyObject *))) != NULL) {
        done = collect(environment, handles, count, batch);
        status = NG_STATUS_OK;
    } else if (ng_attach(environment)) {
        for (size_t i = 0; i < count; i++) {
            PyObject *object = NULL;
            if (ng_handle_take_as(&environment->handles, handles[i], end, &object) ==
                NG_STATUS_OK) {
                drop(object);
                done++;
            }
        }
        ng_detach(environment);
        status = NG_STATUS_OK;
    }
    if (released != NULL) {
        *released = done;
    }
    return status;
}

/* ---- tokens ------------------------------------------------------------------------------- */

/* Ends what was shared for this environment's lifetime only. Detached, on its thread. */
static void end_shares(ng_end_hook *hook, ng_environment *environment)
{
    (void)hook;
    if (!ng_attach(environment)) {
        return; /* Python is going: the tokens go with the process, as their objects do */
    }
    uint32_t cursor = 0;
    ng_token token = 0;
    while ((token = ng_shared_end_next(environment->number, &cursor)) != 0U) {
        drop(ng_shared_unpin(token));
    }
    ng_detach(environment);
}

ng_status ng_handle_share(ng_environment *environment, ng_handle handle, ng_share_lifetime lifetime,
                          ng_token *out)
{
    *out = 0;
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *object = NULL;
    ng_status status = ng_handle_borrow(&environment->handles, handle, &object);
    if (status == NG_STATUS_OK) {
        ng_py.Py_IncRef(object);
        *out = ng_shared_steal(object, environment->number, lifetime);
        if (*out == 0U) {
            drop(object);
            status = NG_STATUS_OUT_OF_MEMORY;
        }
    }
    ng_detach(environment);
    if (status == NG_STATUS_OK && lifetime == NG_SHARE_UNTIL_ENVIRONMENT_ENDS) {
        ng_environment_on_end(environment, &environment->shares_end, end_shares);
    }
    return status;
}

/* A reference of the caller's own to the object of a pinned token, which is unpinned. */
static ng_status open_pinned(ng_environment *environment, ng_token token, PyObject *object,
                             ng_handle *out)
{
    ng_py.Py_IncRef(object);
    PyObject *dropped = ng_shared_unpin(token);
    ng_status status = name(environment, object, out);
    /* Last, with nothing held: it may run a finalizer. */
    drop(dropped);
    return status;
}

ng_status ng_token_open(ng_environment *environment, ng_token token, ng_handle *out)
{
    *out = 0;
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *object = NULL;
    ng_status status = ng_shared_pin(token, &object);
    if (status == NG_STATUS_OK) {
        status = open_pinned(environment, token, object, out);
    }
    ng_detach(environment);
    return status;
}

ng_status ng_token_take(ng_environment *environment, ng_token token, ng_handle *out)
{
    *out = 0;
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *object = NULL;
    ng_status status = ng_shared_end(token, NG_HANDLE_END_TAKEN, environment->number, &object);
    if (status == NG_STATUS_OK) {
        status = open_pinned(environment, token, object, out);
    }
    ng_detach(environment);
    return status;
}

ng_status ng_token_release(ng_environment *environment, ng_token token)
{
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *object = NULL;
    ng_status status = ng_shared_end(token, NG_HANDLE_END_RELEASED, environment->number, &object);
    if (status == NG_STATUS_OK) {
        drop(ng_shared_unpin(token));
    }
    ng_detach(environment);
    return status;
}

uint64_t ng_token_process(uint64_t proposal)
{
    /* Owner: the process, written once. Relaxed: the number is all that passes. */
    static _Atomic uint64_t process;
    uint64_t none = 0;
    return atomic_compare_exchange_strong_explicit(&process, &none, proposal, memory_order_relaxed,
                                                   memory_order_relaxed)
               ? proposal
               : none;
}

/* ---- what is known ------------------------------------------------------------------------ */

void ng_handle_describe(const ng_environment *environment, uint64_t number, ng_handle_history *out)
{
    if (number == 0U || number >= UINT64_C(1) << 53) {
        *out = (ng_handle_history){.kind = NG_HANDLE_KIND_NONE, .state = NG_HANDLE_STATE_NEVER};
    } else if ((number & NG_TOKEN_MARK) != 0U) {
        ng_shared_describe(number, out);
    } else {
        ng_handle_cache_describe(&environment->handles, number, out);
    }
}

size_t ng_handle_list(const ng_environment *environment, ng_handle *out, size_t capacity)
{
    return ng_handle_cache_list(&environment->handles, out, capacity);
}

void ng_handle_statistics_read(ng_handle_statistics *out)
{
    ng_statistics all = {0};
    ng_statistics_read(&all);
    *out = (ng_handle_statistics){
        .live = all.handles_live, .peak = all.handles_peak, .leaked = all.handles_leaked};
    ng_shared_statistics(&out->shared, &out->shared_peak, &out->bytes);
    out->bytes += ng_handles_bytes();
}

/* What `type`'s own getter answers for this one: a metaclass has no say. New reference or NULL. */
static PyObject *type_attribute(PyObject *getters, PyObject *type, const char *attribute)
{
    PyObject *key = ng_py.PyUnicode_DecodeUTF8(attribute, (Py_ssize_t)strlen(attribute), NULL);
    PyObject *getter = key == NULL ? NULL : ng_py.PyObject_GetItem(getters, key);
    PyObject *get = getter == NULL ? NULL : ng_py.PyObject_GetAttrString(getter, "__get__");
    PyObject *result =
        get == NULL ? NULL : ng_py.PyObject_CallFunctionObjArgs(get, type, (PyObject *)NULL);
    drop(get);
    drop(getter);
    drop(key);
    return result;
}

/* A str as UTF-8, lone surrogates escaped; bytes, or NULL with an exception set. */
static PyObject *readable(PyObject *text)
{
    return ng_py.PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace");
}

/* The parts of the name, as bytes. `module` stays NULL for what has none, or none worth saying. */
static bool name_parts(PyObject *object, PyObject **module, PyObject **qualified)
{
    PyObject *type = (PyObject *)ng_type_of(object);
    ng_py.Py_IncRef(type);
    PyObject *getters = ng_py.PyObject_GetAttrString(ng_py.PyType_Type, "__dict__");
    PyObject *text = getters == NULL ? NULL : type_attribute(getters, type, "__qualname__");
    *qualified = text == NULL ? NULL : readable(text);
    drop(text);
    text = *qualified == NULL ? NULL : type_attribute(getters, type, "__module__");
    /* A class may hold anything there; what is no text is no name. */
    if (text != NULL && ng_type_of(text) == (PyTypeObject *)ng_py.PyUnicode_Type) {
        *module = readable(text);
    }
    drop(text);
    drop(getters);
    drop(type);
    if (*qualified != NULL) {
        ng_py.PyErr_Clear(); /* without a module, the rest of the name is answer enough */
    }
    return *qualified != NULL;
}

static ng_status write_name(ng_environment *environment, PyObject *module, PyObject *qualified,
                            uint64_t *block)
{
    char *left = NULL;
    char *right = NULL;
    Py_ssize_t left_size = 0;
    Py_ssize_t right_size = 0;
    if (ng_py.PyBytes_AsStringAndSize(qualified, &right, &right_size) != 0 ||
        (module != NULL && ng_py.PyBytes_AsStringAndSize(module, &left, &left_size) != 0)) {
        ng_py.PyErr_Clear();
        return NG_STATUS_OUT_OF_MEMORY;
    }
    if (left != NULL && strcmp(left, "builtins") == 0) {
        left_size = 0;
    }
    size_t before = left_size == 0 ? 0U : (size_t)left_size + 1U;
    void *data = NULL;
    *block = ng_blocks_create(&environment->blocks, before + (size_t)right_size, &data);
    if (*block == 0U) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    char *target = data;
    if (before != 0U) {
        memcpy(target, left, (size_t)left_size);
        target[left_size] = '.';
    }
    memcpy(target + before, right, (size_t)right_size);
    return NG_STATUS_OK;
}

ng_status ng_handle_type_name(ng_environment *environment, ng_handle handle, uint64_t *block,
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
        PyObject *module = NULL;
        PyObject *qualified = NULL;
        ng_py.Py_IncRef(object); /* a collection may run in here, and release the handle */
        if (name_parts(object, &module, &qualified)) {
            status = write_name(environment, module, qualified, block);
        } else {
            ng_error_to_message("Python", message, NG_MESSAGE_SIZE);
            status = NG_STATUS_PYTHON_ERROR;
        }
        drop(qualified);
        drop(module);
        drop(object);
    }
    ng_detach(environment);
    return status;
}
