#include "dispatch.h"

#include "bootstrap.h"
#include "dispatch_context.h"
#include "dispatch_errors.h"
#include "dispatch_patience.h"
#include "dispatch_pool.h"
#include "dispatch_post.h"
#include "dispatch_request.h"
#include "error.h"
#include "inspection.h"
#include "interrupts.h"
#include "platform.h"
#include "pool.h"
#include "streams.h"
#include "tasks.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CAPSULE "nogil.callback"

/* Calls with up to this many keywords need no memory from the heap. */
#define STACK_NAMES 8

/* Calls of methods with up to this many arguments, `this` among them, need none either. */
#define STACK_ARGUMENTS 12

static _Atomic bool published;

/* The capsule's destructor. Any thread, attached. */
static void on_collected(PyObject *capsule)
{
    ng_js_reference *own = ng_py.PyCapsule_GetPointer(capsule, CAPSULE);
    if (own != NULL) {
        ng_js_reference_drop(own);
    }
}

/* ---- called by Python ----------------------------------------------------------------------- */

static PyObject *call_function(const ng_js_reference *own, const ng_function_call *call,
                               PyObject *names)
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
    return ng_environment_call(owner, call);
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

/* Any thread, attached. */
static PyObject *dispatch_within(const ng_js_reference *own, ng_call_kind kind,
                                 PyObject *const *arguments, size_t positional, PyObject *names,
                                 uint32_t answer_ms)
{
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
                               &(ng_function_call){.kind = kind,
                                                   .policy = own->policy,
                                                   .function = own->number,
                                                   .arguments = arguments,
                                                   .count = positional + keywords,
                                                   .keywords = keywords,
                                                   .names = texts,
                                                   .answer_ms = answer_ms},
                               names);
    }
    if (texts != few) {
        free(texts);
    }
    return result;
}

/* Any thread, attached. */
static PyObject *dispatch(const ng_js_reference *own, ng_call_kind kind, PyObject *const *arguments,
                          size_t positional, PyObject *names)
{
    return dispatch_within(own, kind, arguments, positional, names, 0);
}

/* What every callable of ng_callback_create runs. Any thread, attached. */
static PyObject *dispatch_callback(PyObject *self, PyObject *const *arguments,
                                   Py_ssize_t positional, PyObject *names)
{
    return dispatch(ng_py.PyCapsule_GetPointer(self, CAPSULE), NG_CALL_RAW, arguments,
                    (size_t)positional, names);
}

PyObject *ng_js_object_call(PyObject *self, PyObject *const *arguments, size_t positional,
                            PyObject *names)
{
    return dispatch(ng_js_object_reference(self), NG_CALL_FUNCTION, arguments,
                    positional & ~NG_PY_VECTORCALL_ARGUMENTS_OFFSET, names);
}

PyObject *ng_js_object_call_within(PyObject *self, PyObject *const *arguments, size_t positional,
                                   PyObject *names, uint32_t answer_ms)
{
    return dispatch_within(ng_js_object_reference(self), NG_CALL_FUNCTION, arguments, positional,
                           names, answer_ms);
}

PyObject *ng_js_object_call_method(PyObject *self, PyObject *const *arguments, size_t positional,
                                   PyObject *names)
{
    size_t count = (positional & ~NG_PY_VECTORCALL_ARGUMENTS_OFFSET) + 1U;
    size_t all = count + (names == NULL ? 0U : (size_t)ng_py.PyTuple_Size(names));
    PyObject *few[STACK_ARGUMENTS];
    PyObject **values = all <= STACK_ARGUMENTS ? few : calloc(all, sizeof(PyObject *));
    if (values == NULL) {
        return ng_py.PyErr_NoMemory();
    }
    values[0] = ng_js_object_receiver(self);
    for (size_t i = 1; i < all; i++) {
        values[i] = arguments[i - 1];
    }
    PyObject *result = dispatch(ng_js_object_reference(self), NG_CALL_METHOD, values, count, names);
    if (values != few) {
        free(values);
    }
    return result;
}

/* Names that begin and end with two underscores are Python's own: interpreter and libraries probe for them. */
static bool is_pythons(PyObject *name)
{
    Py_ssize_t size = 0;
    const char *text = ng_py.PyUnicode_AsUTF8AndSize(name, &size);
    if (text == NULL) {
        ng_py.PyErr_Clear(); /* a lone surrogate: a name of JavaScript's, if anybody's */
        return false;
    }
    return size > 4 && memcmp(text, "__", 2) == 0 && memcmp(text + size - 2, "__", 2) == 0;
}

PyObject *ng_js_object_get(PyObject *self, PyObject *name)
{
    PyObject *value = ng_js_missing();
    if (is_pythons(name)) {
        ng_py.Py_IncRef(value);
    } else {
        value = dispatch(ng_js_object_reference(self), NG_CALL_GET, &name, 1, NULL);
    }
    if (value == NULL || value != ng_js_missing()) {
        return value == NULL ? NULL : ng_js_object_read(value, self);
    }
    ng_py.Py_DecRef(value);
    (void)ng_py.PyErr_Format(
        *(PyObject **)ng_py.PyExc_AttributeError,
        is_pythons(name)
            ? "%R is Python's own, as all names between double underscores; js_get(%R) reads the "
              "property of this JavaScript object"
            : "this JavaScript object has no property %R",
        name, name);
    return NULL;
}

PyObject *ng_js_object_operate(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                               PyObject *names)
{
    return dispatch(ng_js_object_reference(self), NG_CALL_OPERATE, arguments, (size_t)positional,
                    names);
}

/* ---- asked of a thread ---------------------------------------------------------------------- */

static PyObject *ask_environment(ng_mailbox *mailbox, uint32_t number, PyObject *const *arguments,
                                 Py_ssize_t count)
{
    const ng_js_reference whom = {.mailbox = mailbox, .owner = number};
    return dispatch(&whom, NG_CALL_ASK, arguments, (size_t)count, NULL);
}

/* _javascript(what, ...): of the calling thread, or, where that has none, of the oldest environment there is. */
static PyObject *ask(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *names)
{
    (void)self;
    (void)names;
    ng_environment *here = ng_environment_attached();
    if (here != NULL && here->speaks) {
        int overflow = 0;
        bool is_global =
            count == 1 && ng_type_of(arguments[0]) == ng_py.PyLong_Type &&
            ng_py.PyLong_AsLongLongAndOverflow(arguments[0], &overflow) == NG_JS_ASK_GLOBAL;
        PyObject *result = is_global ? here->js_global : NULL;
        if (result == NULL) {
            result = ask_environment(here->mailbox, here->number, arguments, count);
        }
        if (is_global && result != NULL && here->js_global != result) {
            if (here->js_global != NULL) {
                ng_py.Py_DecRef(here->js_global); /* JavaScript asked, too, while it was asked */
            }
            here->js_global = result;
        }
        if (is_global && result != NULL) {
            ng_py.Py_IncRef(result);
        }
        return result;
    }
    uint32_t number = 0;
    ng_mailbox *mailbox = ng_environment_first(&number);
    if (mailbox == NULL) {
        ng_raise_javascript_error_format(
            "no JavaScript thread of this process uses Python any more: there is nobody to ask");
        return NULL;
    }
    PyObject *result = ask_environment(mailbox, number, arguments, count);
    ng_mailbox_release(mailbox);
    return result;
}

/* What the core's Python code has of C's. Each environment finds it there, but for those that come at the same time. */
static bool publish(void)
{
    static const ng_method_def asking = {
        .name = "_javascript", .call = ask, .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    /* Acquire and release: whoever finds it done finds all of it. */
    if (atomic_load_explicit(&published, memory_order_acquire)) {
        return true;
    }
    bool done = ng_bootstrap_publish(&asking) && ng_post_open() && ng_patience_open() &&
                ng_call_contexts_open() && ng_interrupts_open() && ng_pool_open() &&
                ng_pool_calls_open() && ng_tasks_open() && ng_inspection_open();
    atomic_store_explicit(&published, done, memory_order_release);
    return done;
}

ng_status ng_javascript_open(ng_environment *environment)
{
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    bool done = publish() && ng_streams_open(environment);
    if (!done) {
        ng_py.PyErr_Clear();
    }
    ng_mailbox_set_thread(environment->mailbox, (uint64_t)ng_py.PyThread_get_thread_ident());
    ng_detach(environment);
    if (done) {
        ng_environment_speaks(environment);
    }
    return done ? NG_STATUS_OK : NG_STATUS_PYTHON_ERROR;
}

/* ---- made ----------------------------------------------------------------------------------- */

ng_status ng_callback_signature(ng_environment *environment, const char *name,
                                const char *parameters, const ng_dispatcher **out, char *message)
{
    return ng_dispatcher_for(environment, name, parameters, dispatch_callback, out, message);
}

PyObject *ng_callback_create(ng_environment *owner, uint64_t function,
                             const ng_dispatcher *dispatcher)
{
    ng_js_reference *own = ng_js_reference_create(owner, function, false);
    if (own == NULL) {
        return NULL;
    }
    PyObject *capsule = ng_py.PyCapsule_New(own, CAPSULE, on_collected);
    if (capsule == NULL) {
        ng_js_reference_free(own);
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
