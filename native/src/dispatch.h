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

#include "environment.h"

/*
 * A new Python callable for function number `function` of `owner`; NULL with a Python exception set.
 * dispatcher: what ng_dispatcher_for gave. Thread: the owner's, attached.
 */
PyObject *ng_callback_create(ng_environment *owner, uint64_t function, const void *dispatcher);

#endif
