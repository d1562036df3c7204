/*
 * dispatch_context.h: what a call takes along to another thread: the contextvars of its caller and, in one of them,
 * the asynchronous context that JavaScript was in when it began the caller's task.
 *
 * Owner:    the message that carries a context; a copy, which nobody else can have entered.
 * Thread:   said at each function.
 * Lifetime: from the call until it is over. What JavaScript sets there goes with it.
 */
#ifndef NG_DISPATCH_CONTEXT_H
#define NG_DISPATCH_CONTEXT_H

#include "environment.h"

/* A copy of the calling thread's context. A new reference, or NULL with an exception. Thread: any, attached. */
PyObject *ng_call_context_copy(void);

/*
 * ng_environment_call with `context` as the thread's, and its number in NG_ARENA_ASYNC where it carries an
 * asynchronous context of this environment's. Thread: the environment's, attached; its host has `call`.
 */
PyObject *ng_call_in_context(ng_environment *owner, PyObject *context,
                             const ng_function_call *call);

/* Leaves a context that was entered; where `result` is NULL, with what is raised. Thread: the one that entered it, attached. */
void ng_call_context_leave(PyObject *context, PyObject *result);

/*
 * Puts these into the core's Python code; false with an exception. Thread: any, attached.
 *   _set_async_variable(v)  the ContextVar whose value stands for an asynchronous context of JavaScript's
 *   _is_here(object)        whether a JavaScript object belongs to the calling thread
 */
bool ng_call_contexts_open(void);

#endif
