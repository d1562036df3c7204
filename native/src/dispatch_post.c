#include "dispatch_post.h"

#include "bootstrap.h"
#include "dispatch_context.h"
#include "dispatch_errors.h"
#include "js_objects.h"

#include <stdatomic.h>
#include <stdlib.h>

typedef struct post {
    ng_message message; /* first: the mailbox's pointer is ours */
    uint32_t owner;
    bool settles; /* its arguments are (number, outcome, value), and a promise waits for them */
    ng_function_call call;
    PyObject *function; /* keeps the number in `call` its own */
    PyObject *context;  /* of whoever posted it; NULL: none */
    PyObject *arguments[];
} post;

/* Attached. */
static void end(post *own)
{
    for (size_t i = 0; i < own->call.count; i++) {
        ng_py.Py_DecRef(own->arguments[i]);
    }
    ng_py.Py_DecRef(own->function);
    if (own->context != NULL) {
        ng_py.Py_DecRef(own->context);
    }
    free(own);
}

/* NULL with an exception. Nobody waits for it: what it calls waits for nobody but those further down the stack. */
static PyObject *call(post *own, ng_environment *owner)
{
    return own->context == NULL ? ng_environment_call(owner, &own->call)
                                : ng_call_in_context(owner, own->context, &own->call);
}

/* Takes a reference to `value` over. */
static void set_outcome(post *own, ng_js_completion outcome, PyObject *value)
{
    PyObject *const before[] = {own->arguments[1], own->arguments[2]};
    own->arguments[1] = ng_py.PyLong_FromLongLong(outcome); /* a small int: it exists already */
    own->arguments[2] = value;
    ng_py.Py_DecRef(before[0]);
    ng_py.Py_DecRef(before[1]);
}

/*
 * The value could not cross (a str that UTF-16 has no room for, an int beyond any bigint, no memory): whoever waits is
 * told that, as otherwise its promise is pending for ever. Does nothing where the first call had settled it. NULL with an
 * exception, or without where the host failed.
 */
static PyObject *settle_otherwise(post *own, ng_environment *owner, PyObject *exception)
{
    PyObject *outcome = ng_bootstrap_call("_Outcome", exception);
    PyObject *result = NULL;
    if (outcome != NULL) {
        set_outcome(own, NG_JS_COMPLETION_REJECTED, outcome);
        result = call(own, owner);
    }
    if (result == NULL && !owner->ending) {
        ng_py.PyErr_Clear();
        ng_py.Py_IncRef(ng_none());
        set_outcome(own, NG_JS_COMPLETION_DROPPED, ng_none());
        result = call(own, owner);
    }
    return result;
}

/* Attached. */
static void run(post *own, ng_environment *owner)
{
    PyObject *result = call(own, owner);
    PyObject *exception = result == NULL ? ng_py.PyErr_GetRaisedException() : NULL;
    if (exception != NULL && own->settles && !owner->ending) {
        result = settle_otherwise(own, owner, exception);
        ng_py.Py_DecRef(exception);
        exception = result == NULL ? ng_py.PyErr_GetRaisedException() : NULL;
    }
    if (result != NULL) {
        ng_py.Py_DecRef(result);
    }
    /* The end of the thread is no error of the function's. */
    if (exception != NULL && !owner->ending && !ng_is_environment_ended(exception)) {
        ng_py.PyErr_SetObject(ng_type_of(exception), exception);
        ng_py.PyErr_WriteUnraisable(own->function);
    }
    if (exception != NULL) {
        ng_py.Py_DecRef(exception);
    }
}

static void deliver(ng_message *message, ng_environment *owner)
{
    post *own = (post *)(void *)message;
    if (!ng_attach(owner)) {
        free(own); /* Python is going: what it holds goes with the process */
        return;
    }
    if (!owner->ending && owner->host.call != NULL) {
        run(own, owner);
    }
    end(own);
    ng_detach(owner);
}

/* The owner ends, on its thread: a post that was not accepted does not come here. */
static void refuse(ng_message *message)
{
    post *own = (post *)(void *)message;
    ng_environment *owner = ng_environment_here(own->owner);
    /* A host may end its thread on top of Python's frames. The gate does not nest. */
    bool inside =
        owner == NULL || (atomic_load_explicit(&owner->pass->presence, memory_order_relaxed) &
                          NG_PRESENCE_INSIDE) != 0U;
    if (inside || !ng_attach(owner)) {
        free(own);
        return;
    }
    end(own);
    ng_detach(owner);
}

/* Without a context. NULL with an exception. */
static post *create(PyObject *function, PyObject *const *arguments, size_t count)
{
    const ng_js_reference *reference = ng_js_object_reference(function);
    if (reference == NULL) {
        return NULL;
    }
    post *own = calloc(1, sizeof *own + count * sizeof(PyObject *));
    if (own == NULL) {
        (void)ng_py.PyErr_NoMemory();
        return NULL;
    }
    own->message.deliver = deliver;
    own->message.refuse = refuse;
    own->owner = reference->owner;
    own->call = (ng_function_call){.kind = NG_CALL_FUNCTION,
                                   .policy = reference->policy,
                                   .function = reference->number,
                                   .arguments = own->arguments,
                                   .count = count};
    own->function = function;
    ng_py.Py_IncRef(own->function);
    for (size_t i = 0; i < count; i++) {
        own->arguments[i] = arguments[i];
        ng_py.Py_IncRef(own->arguments[i]);
    }
    return own;
}

/* Whether its owner has got it. Never run here, also on the owner's own thread: whoever posts may hold locks. */
static bool send(post *own)
{
    ng_mailbox *mailbox = ng_js_object_reference(own->function)->mailbox;
    bool accepted = ng_mailbox_post(mailbox, &own->message);
    if (!accepted) {
        end(own);
    }
    return accepted;
}

bool ng_post_outcome(PyObject *settle, PyObject *number, ng_js_completion outcome, PyObject *value)
{
    PyObject *code = ng_py.PyLong_FromLongLong(outcome);
    if (code == NULL) {
        return false;
    }
    PyObject *const arguments[] = {number, code, value};
    post *own = create(settle, arguments, sizeof arguments / sizeof arguments[0]);
    ng_py.Py_DecRef(code);
    if (own == NULL) {
        return false;
    }
    own->settles = true;
    (void)send(own); /* an owner that has ended waits for nothing */
    return true;
}

/* _post_outcome(settle, number, outcome, value): as ng_post_outcome. Any thread, attached. */
static PyObject *post_outcome(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                              PyObject *names)
{
    (void)self;
    int overflow = 0;
    long long outcome = positional == 4 && names == NULL
                            ? ng_py.PyLong_AsLongLongAndOverflow(arguments[2], &overflow)
                            : -1;
    if (outcome < NG_JS_COMPLETION_RESOLVED || outcome > NG_JS_COMPLETION_DROPPED) {
        if (ng_py.PyErr_Occurred() == NULL) {
            ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                                  "_post_outcome takes what settles a promise, its number, an "
                                  "outcome and a value");
        }
        return NULL;
    }
    if (!ng_post_outcome(arguments[0], arguments[1], (ng_js_completion)outcome, arguments[3])) {
        return NULL;
    }
    ng_py.Py_IncRef(ng_none());
    return ng_none();
}

/* _post(function, ...): whether its owner has got it; False when that has ended. Any thread, attached. */
static PyObject *post_call(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                           PyObject *names)
{
    (void)self;
    if (positional < 1 || names != NULL) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "_post takes a JavaScript function and positional arguments");
        return NULL;
    }
    post *own = create(arguments[0], arguments + 1, (size_t)positional - 1U);
    if (own == NULL) {
        return NULL;
    }
    own->context = ng_call_context_copy();
    if (own->context == NULL) {
        end(own);
        return NULL;
    }
    PyObject *answer = send(own) ? ng_py._Py_TrueStruct : ng_py._Py_FalseStruct;
    ng_py.Py_IncRef(answer);
    return answer;
}

bool ng_post_open(void)
{
    static const ng_method_def definition = {
        .name = "_post", .call = post_call, .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    static const ng_method_def settling = {.name = "_post_outcome",
                                           .call = post_outcome,
                                           .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    return ng_bootstrap_publish(&definition) && ng_bootstrap_publish(&settling);
}
