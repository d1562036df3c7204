/*
 * dispatchers.h: what Python needs to know of a callback before it can be called: name and parameters.
 * One for each signature, however many callbacks have it: the function object refers to it for ever.
 *
 * Owner:    the process.
 * Thread:   said at each function; finding takes no lock.
 * Lock:     the creation lock is held while one is made.
 * Lifetime: never freed: function objects point to it, and Python gives no sign when the last one went.
 */
#ifndef NG_DISPATCHERS_H
#define NG_DISPATCHERS_H

#include "environment.h"

/* Name, parameters, and the one C function behind all of them. */
typedef struct ng_dispatcher ng_dispatcher;

/*
 * The dispatcher for a signature.
 * parameters: NULL: unknown.
 * call:       what Python calls; the same for each signature, always.
 * message:    NG_MESSAGE_SIZE bytes; for PYTHON_ERROR why the parameters are none.
 * Returns: OK, PYTHON_ERROR, OUT_OF_MEMORY, SHUT_DOWN. Thread: the environment's, detached.
 */
ng_status ng_dispatcher_for(ng_environment *environment, const char *name, const char *parameters,
                            PyObject *(*call)(PyObject *self, PyObject *const *arguments,
                                              Py_ssize_t positional, PyObject *names),
                            const ng_dispatcher **out, char *message);

/* What PyCFunction_NewEx takes. Thread: any. */
const ng_method_def *ng_dispatcher_definition(const ng_dispatcher *dispatcher);

/* How many there are. Thread: any. */
uint64_t ng_dispatchers_count(void);

#endif
