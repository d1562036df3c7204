/*
 * abi_inspect.c: questions to the interpreter about its build, its types and its GIL. Everything here may
 * run Python code.
 * Owner: what is made belongs to the calling environment. Thread: that environment's, not attached.
 */
#include "abi.h"
#include "bootstrap.h"
#include "environment.h"
#include "error.h"
#include "gil_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A str of ASCII becomes a block; NULL: the pending exception becomes the message. Takes the reference. */
static ng_status text_to_block(ng_environment *environment, PyObject *text, uint64_t *block,
                               char *message)
{
    Py_ssize_t size = 0;
    const char *data = text == NULL ? NULL : ng_py.PyUnicode_AsUTF8AndSize(text, &size);
    ng_status status = NG_STATUS_OK;
    if (data == NULL) {
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
    if (text != NULL) {
        ng_py.Py_DecRef(text);
    }
    return status;
}

ng_status ng_abi_build(ng_environment *environment, uint64_t *block, char *message)
{
    message[0] = '\0';
    *block = 0;
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *text = ng_bootstrap_call("describe_build", NULL);
    ng_status status = text_to_block(environment, text, block, message);
    ng_detach(environment);
    return status;
}

ng_status ng_abi_address(ng_environment *environment, ng_handle handle, uint64_t *address)
{
    *address = 0;
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *object = NULL;
    ng_status status = ng_handle_borrow(&environment->handles, handle, &object);
    if (status == NG_STATUS_OK) {
        *address = (uint64_t)(uintptr_t)object;
    }
    ng_detach(environment);
    return status;
}

ng_status ng_abi_refcount(ng_environment *environment, ng_handle handle, ng_counts *out)
{
    *out = (ng_counts){0};
    ng_abi_layout layout;
    char message[NG_MESSAGE_SIZE];
    ng_status status = ng_abi_layout_read(&layout, message);
    if (status != NG_STATUS_OK) {
        return status;
    }
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *object = NULL;
    status = ng_handle_borrow(&environment->handles, handle, &object);
    if (status == NG_STATUS_OK) {
        *out = ng_abi_counts(&layout, object);
    }
    ng_detach(environment);
    return status;
}

/* Py_TPFLAGS_TYPE_SUBCLASS of object.h; part of the stable ABI. */
#define TYPE_SUBCLASS (1UL << 31U)

/* The type behind a handle, as a new reference. Attached. */
static ng_status type_of_handle(ng_environment *environment, ng_handle handle, PyObject **out,
                                char *message)
{
    ng_status status = ng_handle_borrow(&environment->handles, handle, out);
    if (status != NG_STATUS_OK) {
        return status;
    }
    if ((ng_py.PyType_GetFlags(ng_type_of(*out)) & TYPE_SUBCLASS) == 0U) {
        (void)snprintf(message, NG_MESSAGE_SIZE, "this object is no type; ask about type(object)");
        return NG_STATUS_BAD_ARGUMENT;
    }
    ng_py.Py_IncRef(*out); /* Python code that runs meanwhile may release the handle */
    return NG_STATUS_OK;
}

ng_status ng_abi_type(ng_environment *environment, ng_handle handle, uint64_t *flags,
                      uint64_t *block, char *message)
{
    message[0] = '\0';
    *block = 0;
    *flags = 0;
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *type = NULL;
    ng_status status = type_of_handle(environment, handle, &type, message);
    if (status == NG_STATUS_OK) {
        *flags = ng_py.PyType_GetFlags(type);
        PyObject *text = ng_bootstrap_call("describe_type", type);
        status = text_to_block(environment, text, block, message);
        ng_py.Py_DecRef(type);
    }
    ng_detach(environment);
    return status;
}

ng_status ng_abi_slot(ng_environment *environment, ng_handle handle, const char *slot,
                      uint64_t *address, char *message)
{
    message[0] = '\0';
    *address = 0;
    int number = ng_abi_slot_number(slot);
    if (number == 0) {
        (void)snprintf(message, NG_MESSAGE_SIZE,
                       "there is no slot %s; they are named as in CPython, without Py_: tp_call",
                       slot);
        return NG_STATUS_BAD_ARGUMENT;
    }
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *type = NULL;
    ng_status status = type_of_handle(environment, handle, &type, message);
    if (status == NG_STATUS_OK) {
        void *found = ng_py.PyType_GetSlot(type, number);
        if (found == NULL && ng_py.PyErr_Occurred() != NULL) {
            ng_py.PyErr_Clear(); /* SystemError: bad argument */
            (void)snprintf(message, NG_MESSAGE_SIZE, "Python %s does not tell what %s is",
                           ng_py.version, slot);
            status = NG_STATUS_UNSUPPORTED;
        }
        *address = (uint64_t)(uintptr_t)found;
        ng_py.Py_DecRef(type);
    }
    ng_detach(environment);
    return status;
}

ng_status ng_abi_gil(ng_environment *environment, int *enabled, const ng_gil_notice **notice)
{
    *enabled = 0;
    *notice = NULL;
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    ng_status status = NG_STATUS_OK;
    int now = ng_gil_is_enabled();
    if (now < 0) {
        ng_py.PyErr_Clear();
        status = NG_STATUS_PYTHON_ERROR;
    }
    ng_detach(environment);
    *enabled = now > 0;
    *notice = ng_gil_watch_notice();
    return status;
}

/* ---- watching the GIL ----------------------------------------------------------------------------- */

typedef struct ng_gil_subscription {
    ng_end_hook end;
    ng_gil_watcher watcher;
    void (*drop)(void *context);
} ng_gil_subscription;

static void unsubscribe(ng_end_hook *hook, ng_environment *environment)
{
    (void)environment;
    ng_gil_subscription *subscription = (ng_gil_subscription *)(void *)hook;
    ng_gil_watch_remove(&subscription->watcher);
    ng_mailbox_release(subscription->watcher.mailbox);
    subscription->drop(subscription->watcher.context);
    free(subscription);
}

ng_status ng_abi_watch_gil(ng_environment *environment,
                           void (*notify)(void *context, const ng_gil_notice *notice),
                           void (*drop)(void *context), void *context)
{
    ng_gil_subscription *subscription = calloc(1, sizeof *subscription);
    if (subscription == NULL) {
        drop(context);
        return NG_STATUS_OUT_OF_MEMORY;
    }
    subscription->drop = drop;
    subscription->watcher =
        (ng_gil_watcher){.mailbox = environment->mailbox, .notify = notify, .context = context};
    ng_mailbox_reference(environment->mailbox);
    ng_environment_on_end(environment, &subscription->end, unsubscribe);
    ng_gil_watch_add(&subscription->watcher);
    return NG_STATUS_OK;
}
