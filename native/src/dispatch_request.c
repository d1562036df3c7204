#include "dispatch_request.h"

#include "dispatch_context.h"
#include "dispatch_errors.h"
#include "platform.h"
#include "waits.h"

#include <stdatomic.h>
#include <stdlib.h>

/*
 * Who owns the arguments, and what comes of the call. Each arrow is one compare-and-exchange, and
 * whoever makes it has decided:
 *   PENDING → RUNNING    the owner took it: the arguments are the owner's to drop
 *   PENDING → REFUSED    the owner ended first: the arguments stay the caller's
 *   PENDING → ABANDONED  the caller gave up first, or the time to begin was over: the arguments stay
 *                        the caller's
 *   RUNNING → ANSWERED   `result` or `exception` is the caller's
 *   RUNNING → LOST       JavaScript was terminated meanwhile
 *   RUNNING → ABANDONED  the caller gave up meanwhile: the answer is the owner's to drop
 */
typedef enum request_state {
    REQUEST_PENDING = 0,
    REQUEST_RUNNING,
    REQUEST_ANSWERED,
    REQUEST_LOST,
    REQUEST_REFUSED,
    REQUEST_ABANDONED
} request_state;

typedef struct request {
    ng_message message; /* first: the mailbox's pointer is ours */
    _Atomic uint32_t references;
    _Atomic uint32_t state;
    ng_mailbox *caller; /* where the caller waits; referenced */
    ng_function_call call;
    ng_call_chain *chain;   /* who waits for this call */
    PyObject *names_object; /* keeps the text of `call.names` */
    PyObject *context;      /* the caller's, a copy; goes with the arguments */
    PyObject *result;
    PyObject *exception;
    PyObject *arguments[]; /* `call.count`, then the texts of the names */
} request;

static void release(request *own)
{
    /* Release pairs with the acquire of whoever is last: all uses happened before the end. */
    if (atomic_fetch_sub_explicit(&own->references, 1U, memory_order_acq_rel) == 1U) {
        ng_mailbox_release(own->caller);
        free(own->chain);
        free(own);
    }
}

static bool advance(request *own, request_state from, request_state to)
{
    uint32_t expected = from;
    /* Release and acquire: what either side wrote before its step is visible to the other after it. */
    return atomic_compare_exchange_strong_explicit(&own->state, &expected, (uint32_t)to,
                                                   memory_order_acq_rel, memory_order_acquire);
}

static request_state state_of(request *own)
{
    /* Acquire pairs with the release in advance: the answer is visible behind it. */
    return (request_state)atomic_load_explicit(&own->state, memory_order_acquire);
}

static void drop_arguments(request *own)
{
    for (size_t i = 0; i < own->call.count; i++) {
        ng_py.Py_DecRef(own->arguments[i]);
    }
    if (own->names_object != NULL) {
        ng_py.Py_DecRef(own->names_object);
    }
    ng_py.Py_DecRef(own->context);
}

/* ---- who waits for whom --------------------------------------------------------------------- */

static void add_to_chain(ng_call_chain *chain, const ng_call_chain *more)
{
    for (size_t i = 0; more != NULL && i < more->count; i++) {
        if (!ng_chain_has(chain, more->numbers[i])) {
            chain->numbers[chain->count++] = more->numbers[i];
        }
    }
}

/* Both, each number once, with room for one more. NULL without memory. */
static ng_call_chain *join_chains(const ng_call_chain *left, const ng_call_chain *right)
{
    size_t most = (left == NULL ? 0 : left->count) + (right == NULL ? 0 : right->count) + 1;
    ng_call_chain *chain = calloc(1, sizeof *chain + most * sizeof(uint32_t));
    if (chain != NULL) {
        add_to_chain(chain, left);
        add_to_chain(chain, right);
    }
    return chain;
}

/* The caller and those who wait for it. NULL without memory. */
static ng_call_chain *extend_chain(const ng_environment *caller)
{
    ng_call_chain *chain = join_chains(caller == NULL ? NULL : caller->chain, NULL);
    if (chain != NULL && caller != NULL && !ng_chain_has(chain, caller->number)) {
        chain->numbers[chain->count++] = caller->number;
    }
    return chain;
}

/* ---- the owner's side ----------------------------------------------------------------------- */

static void finish(request *own)
{
    ng_mailbox_nudge(own->caller);
    release(own);
}

static void refuse(ng_message *message)
{
    request *own = (request *)(void *)message;
    (void)advance(own, REQUEST_PENDING, REQUEST_REFUSED);
    finish(own);
}

/* Attached, RUNNING. */
static void run(request *own, ng_environment *owner)
{
    const ng_call_chain *outer = owner->chain;
    /* What is further down the stack goes on after this call only: who waits for that waits for this. */
    ng_call_chain *all = join_chains(outer, own->chain);
    owner->chain = all != NULL ? all : own->chain;
    PyObject *result = ng_call_in_context(owner, own->context, &own->call);
    owner->chain = outer;
    free(all);
    PyObject *exception = result == NULL ? ng_py.PyErr_GetRaisedException() : NULL;
    if (result == NULL && exception == NULL) {
        ng_raise_javascript_error_format("the host failed without raising");
        exception = ng_py.PyErr_GetRaisedException();
    }
    drop_arguments(own);
    /* Whoever ends here is the owner's thread and not the caller's, which is to go on. */
    bool ended = exception != NULL && ng_is_environment_ended(exception);
    own->result = result;
    own->exception = exception;
    if (ended || !advance(own, REQUEST_RUNNING, REQUEST_ANSWERED)) {
        own->result = NULL;
        own->exception = NULL;
        if (ended) {
            (void)advance(own, REQUEST_RUNNING, REQUEST_LOST);
        }
        ng_py.Py_DecRef(result != NULL ? result : exception);
    }
}

static void deliver(ng_message *message, ng_environment *owner)
{
    request *own = (request *)(void *)message;
    if (owner->ending || owner->host.call == NULL || !ng_attach(owner)) {
        refuse(message);
        return;
    }
    if (advance(own, REQUEST_PENDING, REQUEST_RUNNING)) {
        run(own, owner);
    }
    ng_detach(owner);
    finish(own);
}

/* ---- the caller's side ---------------------------------------------------------------------- */

/* How the calling thread left Python, to come back the same way. */
typedef struct pause {
    ng_environment *environment; /* NULL on a thread of Python's */
    PyThreadState *state;        /* then: its thread state */
} pause;

static pause leave_python(void)
{
    pause left = {.environment = ng_environment_attached()};
    if (left.environment != NULL) {
        ng_suspend(left.environment);
    } else {
        left.state = ng_py.PyEval_SaveThread();
    }
    return left;
}

static void come_back(pause left)
{
    if (left.environment != NULL) {
        ng_resume(left.environment);
    } else {
        ng_py.PyEval_RestoreThread(left.state);
    }
}

static bool is_over(void *context)
{
    request_state state = state_of(context);
    return (state != REQUEST_PENDING && state != REQUEST_RUNNING) ||
           !ng_gate_is_open(&ng_python_gate);
}

/* Attached; takes references. NULL with MemoryError raised. */
static request *create(const ng_function_call *call, PyObject *names)
{
    PyObject *context = ng_call_context_copy();
    if (context == NULL) {
        return NULL;
    }
    request *own = calloc(1, sizeof *own + call->count * sizeof(PyObject *) +
                                 call->keywords * sizeof(ng_text));
    ng_environment *environment = ng_environment_attached();
    ng_mailbox *caller = NULL;
    if (own != NULL && environment != NULL) {
        caller = environment->mailbox;
        ng_mailbox_reference(caller);
    } else if (own != NULL) {
        caller = ng_mailbox_create(&(ng_host){0}); /* nobody posts to it: a place to wait at */
    }
    ng_call_chain *chain = caller == NULL ? NULL : extend_chain(environment);
    if (chain == NULL) {
        if (caller != NULL) {
            ng_mailbox_release(caller);
        }
        free(own);
        ng_py.Py_DecRef(context);
        (void)ng_py.PyErr_NoMemory();
        return NULL;
    }
    own->chain = chain;
    own->context = context;
    atomic_init(&own->references, 2U);
    atomic_init(&own->state, (uint32_t)REQUEST_PENDING);
    own->message.deliver = deliver;
    own->message.refuse = refuse;
    own->caller = caller;
    own->call = *call;
    own->call.arguments = own->arguments;
    for (size_t i = 0; i < call->count; i++) {
        ng_py.Py_IncRef(call->arguments[i]);
        own->arguments[i] = call->arguments[i];
    }
    if (names != NULL) {
        ng_text *texts = (ng_text *)(void *)&own->arguments[call->count];
        for (size_t i = 0; i < call->keywords; i++) {
            texts[i] = call->names[i];
        }
        own->call.names = texts;
        ng_py.Py_IncRef(names);
        own->names_object = names;
    }
    return own;
}

/* Ends the call, whatever state it is in. True when the arguments are the caller's to drop. */
static bool settle(request *own)
{
    /* The gate closed while it was open. Either step may come too late: then there is an answer. */
    bool unclaimed = advance(own, REQUEST_PENDING, REQUEST_ABANDONED);
    if (!unclaimed) {
        (void)advance(own, REQUEST_RUNNING, REQUEST_ABANDONED);
    }
    return unclaimed || state_of(own) == REQUEST_REFUSED;
}

/* How waiting ended. */
typedef enum wait_end {
    WAIT_OVER = 0,    /* there is an answer, or none will come */
    WAIT_ENDING,      /* the caller's own JavaScript is being terminated */
    WAIT_NOT_BEGUN,   /* in time; ABANDONED, and the arguments are the caller's */
    WAIT_NOT_ANSWERED /* in time, though it runs; ABANDONED */
} wait_end;

static uint64_t after(uint64_t from_ms, uint32_t bound_ms)
{
    return bound_ms == 0U ? UINT64_MAX : from_ms + bound_ms;
}

/* Detached. */
static wait_end wait_for(request *own, ng_mailbox *owner, ng_environment *caller)
{
    uint64_t now = ng_clock_ms();
    uint64_t answer_by = after(now, own->call.answer_ms);
    /* Who says how long all of it may take has said how long it may take to begin. */
    uint64_t begin_by =
        answer_by != UINT64_MAX ? answer_by : after(now, ng_mailbox_patience(owner));
    while (!ng_mailbox_wait(own->caller, caller, is_over, own,
                            state_of(own) == REQUEST_PENDING ? begin_by : answer_by)) {
        if (ng_mailbox_is_ending(own->caller)) {
            return WAIT_ENDING;
        }
        now = ng_clock_ms();
        /* The step decides, not the look before it: an owner that begins just now is not left alone. */
        if (now >= begin_by && advance(own, REQUEST_PENDING, REQUEST_ABANDONED)) {
            return WAIT_NOT_BEGUN;
        }
        if (now >= answer_by && advance(own, REQUEST_RUNNING, REQUEST_ABANDONED)) {
            return WAIT_NOT_ANSWERED;
        }
    }
    return WAIT_OVER;
}

/* Attached, settled. */
static PyObject *answer_of(request *own, uint32_t owner, ng_mailbox *mailbox, wait_end end)
{
    switch (state_of(own)) {
    case REQUEST_ANSWERED:
        if (own->result == NULL) {
            ng_py.PyErr_SetObject(ng_type_of(own->exception), own->exception);
            ng_py.Py_DecRef(own->exception);
        }
        return own->result;
    case REQUEST_LOST:
        ng_raise_javascript_error_format(
            "the JavaScript thread that ran this function (environment %u) ended meanwhile",
            (unsigned)owner);
        return NULL;
    case REQUEST_REFUSED:
        ng_raise_javascript_error_format(
            "the JavaScript thread that this function belongs to (environment %u) has ended",
            (unsigned)owner);
        return NULL;
    default:
        if (end == WAIT_ENDING) {
            ng_raise_environment_ended();
            return NULL;
        }
        if (end == WAIT_NOT_BEGUN || end == WAIT_NOT_ANSWERED) {
            uint32_t bound = own->call.answer_ms;
            ng_raise_no_answer(owner, ng_mailbox_thread(mailbox),
                               bound != 0U ? bound : ng_mailbox_patience(mailbox),
                               end == WAIT_NOT_ANSWERED);
            return NULL;
        }
        ng_raise_javascript_error_format("Python is being shut down: no answer will come from the "
                                         "JavaScript thread of this function (environment %u)",
                                         (unsigned)owner);
        return NULL;
    }
}

PyObject *ng_request_call(ng_mailbox *mailbox, uint32_t owner, const ng_function_call *call,
                          PyObject *names)
{
    request *own = create(call, names);
    if (own == NULL) {
        return NULL;
    }
    ng_environment *here = ng_environment_here(owner);
    wait_end end = WAIT_OVER;
    uint64_t thread = (uint64_t)ng_py.PyThread_get_thread_ident();
    pause left = leave_python();
    if (here != NULL) {
        /* Its own thread, with another thread state: nobody else would ever serve it. */
        deliver(&own->message, here);
    } else if (!ng_mailbox_post(mailbox, &own->message)) {
        refuse(&own->message);
    } else {
        ng_wait told = {
            .view = {.thread = thread,
                     .environment = left.environment == NULL ? 0U : left.environment->number,
                     .kind = NG_WAIT_CALLBACK,
                     .of = owner}};
        ng_wait_begin(&told);
        end = wait_for(own, mailbox, left.environment);
        ng_wait_end(&told);
    }
    come_back(left);
    if (end == WAIT_NOT_BEGUN || settle(own)) {
        drop_arguments(own);
    }
    PyObject *result = answer_of(own, owner, mailbox, end);
    release(own);
    return result;
}
