/*
 * convert.h: slots to Python objects and back. Lossless or loud.
 * Owner:    references handed out are the caller's; references taken in are borrowed.
 * Thread:   the environment's own, attached.
 */
#ifndef NG_CONVERT_H
#define NG_CONVERT_H

#include "environment.h"

/* Where the next text of an answer goes. */
typedef struct ng_writer {
    ng_environment *environment;
    size_t cursor; /* both in bytes from the arena's start */
    size_t end;
    bool handles; /* everything by a handle: NG_ANSWER_HANDLE */
    bool proxies; /* objects go to proxies: NG_ANSWER_PROXIES */
    uint32_t policy;
} ng_writer;

/*
 * A new reference to what the slot says, in *out. Returns OK, PYTHON_ERROR (raised), STALE_HANDLE,
 * FOREIGN_HANDLE, BAD_FRAME. Does not free blocks: the operation does, whatever comes of it.
 */
ng_status ng_slot_to_python(ng_environment *environment, const ng_slot *slot, PyObject **out);

/*
 * Describes `object` (borrowed) in the slot: scalars by value, the rest by a new handle.
 * Where objects go to proxies, one that has a proxy keeps that one's handle (NG_OBJECT_KNOWN).
 * Returns OK, PYTHON_ERROR (raised), SURROGATE_PAIR, OUT_OF_MEMORY.
 */
ng_status ng_python_to_slot(ng_writer *writer, PyObject *object, ng_slot *slot);

/* The same, but always by handle: an exception as a value, an interned name. */
ng_status ng_python_to_handle(ng_writer *writer, PyObject *object, ng_slot *slot);

/* By a new handle, which is from now on the one of the object's proxy. */
ng_status ng_python_to_new_proxy(ng_writer *writer, PyObject *object, ng_slot *slot);

/* What is published for the object's type, as flags of an OBJECT slot; 0: nothing. */
uint32_t ng_shape_flags(PyObject *object);

/*
 * The text of `object`, a str or of a class derived from it. A surrogate pair is an error, or, where
 * `lenient` (messages meant for people), written as the one character it looks like.
 */
ng_status ng_text_to_slot(ng_writer *writer, PyObject *object, bool lenient, ng_slot *slot);

/* Bytes that JavaScript takes a copy of. */
ng_status ng_bytes_to_slot(ng_writer *writer, const void *data, size_t length, ng_slot *slot);

#endif
