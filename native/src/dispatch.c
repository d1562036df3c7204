#include "dispatch.h"

#include "dispatch_errors.h"
#include "dispatch_request.h"
#include "error.h"
#include "platform.h"

#include <stdlib.h>

#define CAPSULE "nogil.callback"

/* Calls with up to this many keywords need no memory from the heap. */
#define STACK_NAMES 8

/* What a callable refers to. Owner: its capsule; then, as a message, its owner's mailbox. */
typedef struct callback {
    ng_message dropped;  /* first: the mailbox's pointer is ours */
    ng_mailbox *mailbox; /* referenced */
    uint32_t owner;
    uint64_t function;
} callback;

/* ---- dropped by Python ---------------------------------------------------------------------- */

static void free_callback(callback *own)
{
    ng_mailbox_release(own->mailbox);
    free(own);
}

static void deliver_drop(ng_message *message, ng_environment *owner)
{
    callback *own = (callback *)(void *)message;
    if (!owner->ending && owner->host.drop != NULL) {
        owner->host.drop(owner->host.context, own->function);
    }
    free_callback(own);
}

static void refuse_drop(ng_message *message)
{
    free_callback((callback *)(void *)message); /* the function went with its realm */
}

/* The capsule's destructor. Any thread, attached. */
static void on_collected(PyObject *capsule)
{
    callback *own = ng_py.PyCapsule_GetPointer(capsule, CAPSULE);
    /* In a forked child the mailbox's lock may be a thread's that is not here. */
    if (own != NULL && !ng_process_is_forked_child() &&
        !ng_mailbox_post(own->mailbox, &own->dropped)) {
        free_callback(own);
    }
}

/* ---- called by Python ----------------------------------------------------------------------- */

static PyObject *call_function(const callback *own, const ng_function_call *call, PyObject *names)
{
    ng_environment *owner = ng_environment_here(own->owner);
    if (owner == NULL || ng_environment_attached() != owner) {
        return ng_request_call(own->mailbox, own->owner, call, names);
    }
    if (owner->ending || owner->host.call == NULL) {
        ng_raise_javascript_error_format(
            "the JavaScript thread that this function belongs to (environment %u) is ending",
            (unsigned)own->owner);
        return NULL;
    }
    return owner->host.call(owner->host.context, owner, call);
}

static bool read_names(PyObject *names, size_t count, ng_text *texts)
{
    for (size_t i = 0; i < count; i++) {
        Py_ssize_t size = 0;
        /* Both borrowed from the tuple, which the caller of the callable holds. */
        PyObject *name = ng_py.PyTuple_GetItem(names, (Py_ssize_t)i);
        const char *data = name == NULL ? NULL : ng_py.PyUnicode_AsUTF8AndSize(name, &size);
        if (data == NULL) {
            return false;
        }
        texts[i] = (ng_text){.data = data, .size = (size_t)size};
    }
    return true;
}

/* False with an exception raised where JavaScript cannot be reached from here at all. */
static bool may_call(void)
{
    if (ng_process_is_forked_child()) {
        ng_raise_javascript_error_format(
            "JavaScript does not run in a forked child: start a process "
            "of its own (multiprocessing: the spawn method)");
        return false;
    }
    if (ng_py.PyInterpreterState_Get() != ng_py.PyInterpreterState_Main()) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_RuntimeError,
                              "JavaScript functions can be called in the main interpreter only");
        return false;
    }
    return true;
}

/* What every callable runs. Any thread, attached. */
static PyObject *dispatch(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                          PyObject *names)
{
    callback *own = ng_py.PyCapsule_GetPointer(self, CAPSULE);
    if (own == NULL || !may_call()) {
        return NULL;
    }
    ng_text few[STACK_NAMES];
    size_t keywords = names == NULL ? 0 : (size_t)ng_py.PyTuple_Size(names);
    ng_text *texts = keywords <= STACK_NAMES ? few : calloc(keywords, sizeof *texts);
    if (texts == NULL) {
        return ng_py.PyErr_NoMemory();
    }
    PyObject *result = NULL;
    if (keywords == 0 || read_names(names, keywords, texts)) {
        result = call_function(own,
                               &(ng_function_call){.function = own->function,
                                                   .arguments = arguments,
                                                   .count = (size_t)positional + keywords,
                                                   .keywords = keywords,
                                                   .names = texts},
                               names);
    }
    if (texts != few) {
        free(texts);
    }
    return result;
}

/* ---- made ----------------------------------------------------------------------------------- */

ng_status ng_callback_signature(ng_environment *environment, const char *name,
                                const char *parameters, const ng_dispatcher **out, char *message)
{
    return ng_dispatcher_for(environment, name, parameters, dispatch, out, message);
}

PyObject *ng_callback_create(ng_environment *owner, uint64_t function,
                             const ng_dispatcher *dispatcher)
{
    callback *own = calloc(1, sizeof *own);
    if (own == NULL) {
        return ng_py.PyErr_NoMemory();
    }
    own->dropped.deliver = deliver_drop;
    own->dropped.refuse = refuse_drop;
    own->mailbox = owner->mailbox;
    ng_mailbox_reference(own->mailbox);
    own->owner = owner->number;
    own->function = function;
    PyObject *capsule = ng_py.PyCapsule_New(own, CAPSULE, on_collected);
    if (capsule == NULL) {
        free_callback(own);
        return NULL;
    }
    PyObject *callable =
        ng_py.PyCFunction_NewEx(ng_dispatcher_definition(dispatcher), capsule, NULL);
    ng_py.Py_DecRef(capsule); /* where there is no callable, this drops the function */
    return callable;
}

ng_status ng_function_emit(ng_environment *environment, uint64_t function, const char *name,
                           const char *parameters, ng_handle *out, char *message)
{
    message[0] = '\0';
    *out = 0;
    const ng_dispatcher *dispatcher = NULL;
    ng_status status = ng_callback_signature(environment, name, parameters, &dispatcher, message);
    if (status != NG_STATUS_OK) {
        return status;
    }
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *callable = ng_callback_create(environment, function, dispatcher);
    if (callable == NULL) {
        ng_error_to_message("Python", message, NG_MESSAGE_SIZE);
        status = NG_STATUS_PYTHON_ERROR;
    } else {
        *out = ng_handle_steal(&environment->handles, callable);
        if (*out == 0U) {
            ng_py.Py_DecRef(callable);
            status = NG_STATUS_OUT_OF_MEMORY;
        }
    }
    ng_detach(environment);
    return status;
}

/* ---- for the host --------------------------------------------------------------------------- */

int ng_function_enter(ng_environment *owner, const ng_function_call *call, ng_handle *handles)
{
    if (handles == NULL && call->count > 0) {
        (void)ng_py.PyErr_NoMemory();
        return 0;
    }
    for (size_t i = 0; i < call->count; i++) {
        ng_py.Py_IncRef(call->arguments[i]);
        handles[i] = ng_handle_steal(&owner->handles, call->arguments[i]);
        if (handles[i] == 0U) {
            ng_py.Py_DecRef(call->arguments[i]);
            while (i-- > 0) {
                PyObject *given = NULL;
                if (ng_handle_take(&owner->handles, handles[i], &given) == NG_STATUS_OK) {
                    ng_py.Py_DecRef(given);
                }
            }
            (void)ng_py.PyErr_NoMemory();
            return 0;
        }
    }
    ng_suspend(owner);
    return 1;
}

PyObject *ng_function_return(ng_environment *owner, ng_handle result)
{
    ng_resume(owner);
    PyObject *object = ng_none();
    if (result == 0U) {
        ng_py.Py_IncRef(object);
        return object;
    }
    if (ng_handle_take(&owner->handles, result, &object) != NG_STATUS_OK) {
        ng_py.PyErr_SetString(
            *(PyObject **)ng_py.PyExc_TypeError,
            "the JavaScript function returned a handle that names no object of its "
            "thread: it was released, or belongs to another thread");
        return NULL;
    }
    return object;
}

PyObject *ng_function_throw(ng_environment *owner, ng_text message, ng_text stack)
{
    ng_resume(owner);
    ng_raise_javascript_error(message, stack);
    return NULL;
}

PyObject *ng_function_end(ng_environment *owner)
{
    ng_resume(owner);
    ng_raise_environment_ended();
    return NULL;
}
