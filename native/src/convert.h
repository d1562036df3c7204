/*
 * convert.h: slots to Python objects and back. Lossless or loud.
 * Owner:    references handed out are the caller's; references taken in are borrowed.
 * Thread:   the environment's own, attached.
 */
#ifndef NG_CONVERT_H
#define NG_CONVERT_H

#include "environment.h"

/* Bytes of a tree that is written. Owner: whoever writes it. */
typedef struct ng_tree_bytes {
    char *data; /* malloc's */
    size_t size;
    size_t capacity;
} ng_tree_bytes;

/* Where the next text of an answer goes. */
typedef struct ng_writer {
    ng_environment *environment;
    size_t cursor; /* both in bytes from the arena's start */
    size_t end;
    bool handles;        /* everything by a handle: NG_ANSWER_HANDLE */
    ng_tree_bytes *tree; /* where it goes instead, padded to eight bytes; NULL: to the frame */
    bool proxies;        /* objects go to proxies: NG_ANSWER_PROXIES */
    uint32_t policy;
} ng_writer;

/* The containers of an operation's trees, by number. Owner: the operation, a reference each. */
typedef struct ng_tree_containers {
    PyObject **items;
    size_t count;
    size_t capacity;
    uint64_t handle; /* the one that a stale or foreign handle in a tree is about */
} ng_tree_containers;

/*
 * A new reference to what the slot says, in *out. Returns OK, PYTHON_ERROR (raised), STALE_HANDLE,
 * FOREIGN_HANDLE, BAD_FRAME. Does not free blocks: the operation does, whatever comes of it.
 */
ng_status ng_slot_to_python(ng_environment *environment, const ng_slot *slot, PyObject **out);

/* What hexadecimal digits with a sign and 0x say, and `length` units of UTF-16. New references, or NULL. */
PyObject *ng_integer_from_hex(const char *text, size_t length);
PyObject *ng_text_from_utf16(const char *units, size_t length);

/* The same for one of several slots, whose trees may refer to each other's containers. */
ng_status ng_slot_to_python_among(ng_environment *environment, const ng_slot *slot,
                                  ng_tree_containers *containers, PyObject **out);

/* Drops the references. Attached. */
void ng_tree_containers_drop(ng_tree_containers *containers);

/*
 * Builds what a tree of `size` bytes describes. Nothing in it is trusted: BAD_FRAME for what makes no sense.
 * Returns as ng_slot_to_python; EQUAL_KEYS. Uses no C stack for what is nested.
 */
ng_status ng_tree_to_python(ng_environment *environment, const char *data, size_t size,
                            ng_tree_containers *containers, PyObject **out);

/*
 * Writes `object` and, `depth` levels deep (below 0: all), what is in it to writer->tree.
 * known: a list whose items are containers number 0, 1, …; new ones are added. NULL: there are none.
 * Returns as ng_python_to_slot; after a failure no handle of it is left. Uses no C stack for what is nested.
 */
ng_status ng_python_to_tree(ng_writer *writer, PyObject *object, int64_t depth, PyObject *known);

/* Room for `bytes` more, NULL without memory; the size grows by them, filled up to eight. */
void *ng_tree_extend(ng_tree_bytes *tree, size_t bytes);

/*
 * Describes `object` (borrowed) in the slot: scalars by value, the rest by a new handle.
 * Where objects go to proxies, one that has a proxy keeps that one's handle (NG_OBJECT_KNOWN).
 * Returns OK, PYTHON_ERROR (raised), SURROGATE_PAIR, OUT_OF_MEMORY.
 */
ng_status ng_python_to_slot(ng_writer *writer, PyObject *object, ng_slot *slot);

/* The same, but always by handle: an exception as a value, an interned name. */
ng_status ng_python_to_handle(ng_writer *writer, PyObject *object, ng_slot *slot);

/* By the handle of the object's proxy, whatever the object is: the one it has (KNOWN), or a new one. */
ng_status ng_python_to_proxy(ng_writer *writer, PyObject *object, ng_slot *slot);

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
