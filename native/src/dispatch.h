/*
 * dispatch.h: JavaScript functions as Python callables.
 *
 * A callback is one JavaScript function of one environment. Python may call it on any thread: on its
 * owner's thread JavaScript runs on top of the Python frames (ng_suspend, ng_resume); on any other the
 * call is posted to the owner's mailbox, and the caller waits detached.
 *
 * Owner:    counted by Python: a callback lives as long as some Python object refers to it, and keeps the
 *           mailbox of its environment.
 * Thread:   said at each function.
 * Lifetime: when Python drops it, on any thread, its owner is told through the mailbox; when the owner
 *           ends first, calls raise and what waits is refused.
 */
#ifndef NG_DISPATCH_H
#define NG_DISPATCH_H

#include "dispatchers.h"
#include "js_objects.h"

/*
 * The dispatcher of callbacks with this signature. Takes the creation lock where it is a new one.
 * parameters, message, answers: as ng_dispatcher_for. Thread: the environment's, detached.
 */
ng_status ng_callback_signature(ng_environment *environment, const char *name,
                                const char *parameters, const ng_dispatcher **out, char *message);

/*
 * A new Python callable for function number `function` of `owner`; NULL with a Python exception set: then
 * the number is the caller's still, and `drop` will not be called. Thread: the owner's, attached.
 */
PyObject *ng_callback_create(ng_environment *owner, uint64_t function,
                             const ng_dispatcher *dispatcher);

/* ng_js_object_calls of all JavaScript objects: a call of it, and something done with it. Thread: any,
   attached. */
PyObject *ng_js_object_call(PyObject *self, PyObject *const *arguments, size_t positional,
                            PyObject *names);
/* The same; the answer must come within `answer_ms`, 0: whenever it comes. A bound is for callers on other threads. */
PyObject *ng_js_object_call_within(PyObject *self, PyObject *const *arguments, size_t positional,
                                   PyObject *names, uint32_t answer_ms);
PyObject *ng_js_object_call_method(PyObject *self, PyObject *const *arguments, size_t positional,
                                   PyObject *names);
PyObject *ng_js_object_get(PyObject *self, PyObject *name);
PyObject *ng_js_object_operate(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                               PyObject *names);

#endif
