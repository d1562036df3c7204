/*
 * js_objects.h: the Python type behind every Python object that stands for a JavaScript object.
 *
 * An instance knows the environment whose object it is and the number that environment knows it by. What can
 * be done with it is dispatch.c's; the classes on top of it are python/js_proxy.py's.
 *
 * Owner:    an instance owns its reference; when Python drops the instance, on any thread, the owner is told
 *           through its mailbox. An environment remembers its live instances weakly, so that the same
 *           JavaScript object is the same Python object.
 * Thread:   said at each function.
 * Lifetime: the type lives as long as the process. An instance may outlive its environment: then calls raise.
 */
#ifndef NG_JS_OBJECTS_H
#define NG_JS_OBJECTS_H

#include "environment.h"

/* What tells an owner that Python has dropped something of its. Owner: one Python object, then, as a
   message, the mailbox. */
typedef struct ng_js_reference {
    ng_message dropped;  /* first: the mailbox's pointer is ours */
    ng_mailbox *mailbox; /* referenced */
    uint32_t owner;      /* the environment */
    bool is_object;      /* `number` is an object's: drop_object is called, else drop */
    uint32_t policy;     /* of an object: the rules by which values cross when it is used */
    uint64_t number;
} ng_js_reference;

/* NULL without memory, with MemoryError raised. Thread: the owner's, attached. */
ng_js_reference *ng_js_reference_create(ng_environment *owner, uint64_t number, bool is_object);
/* Tells the owner. Thread: any, attached. */
void ng_js_reference_drop(ng_js_reference *reference);
/* Frees it without a word: the number is still the caller's. Thread: any. */
void ng_js_reference_free(ng_js_reference *reference);

/* What instances can do: vectorcall, that of methods, and the methods `__operate__(what, ...)` and
   `__getattr__(name)`. */
typedef struct ng_js_object_calls {
    PyObject *(*call_method)(PyObject *self, PyObject *const *arguments, size_t positional,
                             PyObject *names);
    PyObject *(*get)(PyObject *self, PyObject *name);
    PyObject *(*call)(PyObject *self, PyObject *const *arguments, size_t positional,
                      PyObject *names);
    PyObject *(*operate)(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                         PyObject *names);
} ng_js_object_calls;

/* Makes the type `JsObject`. A new reference, or NULL with an exception. Once, under the creation lock,
   attached. */
PyObject *ng_js_objects_make_type(const ng_js_object_calls *calls);
/* The type is complete, and so are the classes on top of it. Takes both references over. exception_type: JsException.
   Once, under the creation lock. */
void ng_js_objects_publish(PyObject *type, PyObject *exception_type);
/* Whether it is. Thread: any. */
bool ng_js_objects_are_ready(void);

/*
 * The Python object for a JavaScript object: the one there is, or a new one.
 * shape: what `js_type` of js_proxy.py makes its class of, and above it, from NG_JS_SHAPE_POLICY on, the
 *        policy.
 * A new reference, or NULL with an exception. Thread: the owner's, attached.
 */
PyObject *ng_js_object_for(ng_environment *owner, uint64_t number, uint32_t shape);

/* The number of the JavaScript object that `object` stands for in this environment; 0 when it is
   something else, or another environment's. Thread: the environment's, attached. */
uint64_t ng_js_object_number(const ng_environment *environment, PyObject *object);

/* What stands for no value where None is one: in Python, `_missing`. Borrowed; lives as long as the process. */
PyObject *ng_js_missing(void);

/* What `from.__getattr__(…)` answers when the property holds `value`, which it takes over: a function becomes a method.
   A new reference, or NULL with an exception. Thread: any, attached. */
PyObject *ng_js_object_read(PyObject *value, PyObject *from);

/* Of a method: the object it was read from, borrowed. Thread: any, attached. */
PyObject *ng_js_object_receiver(PyObject *self);
/* The number of the JavaScript object of this environment that a JsException carries, or that carries its value;
   0 for anything else. as_value: only an Error, which the exception is also where it is not thrown. Raises nothing.
   Thread: the environment's, attached. */
uint64_t ng_js_exception_number(const ng_environment *environment, PyObject *object, bool as_value);

/* The reference of an instance, borrowed; NULL with TypeError for what is none. Thread: any, attached. */
const ng_js_reference *ng_js_object_reference(PyObject *self);

#endif
