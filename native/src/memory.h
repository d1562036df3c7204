/*
 * memory.h: memory of JavaScript's that Python sees, and the core's own, which both may have.
 *
 * A memory says why it may be used (ng_memory_mode) and holds what that rests on: the host's holder, a block
 * of the core's, a copy, or the Python object that it is the memory of.
 *
 * Owner:    its users (Python objects, DLPack tensors), who hold one reference together, and the table of its
 *           environment, which holds another. The holder is the environment's alone.
 * Thread:   the environment's, unless said.
 * Lifetime: the last user, on any thread, tells the environment through its mailbox; when that ended
 *           before, the structure goes with the last user. Memory that Python uses still when its environment
 *           ends is kept by the host for ever, or, where the host cannot, may not be used any more.
 */
#ifndef NG_MEMORY_H
#define NG_MEMORY_H

#include "environment.h"

typedef struct ng_memory {
    ng_message dropped; /* first: the mailbox's pointer is ours */
    _Atomic uint32_t references;
    _Atomic uint32_t users;
    _Atomic bool gone;   /* its environment ended, and the memory with it */
    ng_mailbox *mailbox; /* referenced */
    uint32_t owner;      /* the environment's number */
    uint64_t number;
    void *start;
    size_t bytes;
    ng_memory_kind kind;
    ng_memory_mode mode;
    bool read_only;
    void *holder;           /* the environment's thread only */
    ng_block_shared *block; /* referenced, or NULL */
    void *copy;             /* malloc'd, or NULL */
    PyObject *base;   /* a reference: keeps the Python object that it is the memory of, or NULL */
    Py_ssize_t items; /* what `shape` of a view points at */
    Py_ssize_t item_size; /* and `strides` */
} ng_memory;

/* What a kind is made of. */
typedef struct ng_memory_item {
    const char *name;   /* as JavaScript calls the array: "Float64Array" */
    const char *format; /* of module struct, native */
    uint8_t size;       /* bytes */
    uint8_t dlpack;     /* DLDataTypeCode */
} ng_memory_item;
const ng_memory_item *ng_memory_item_of(ng_memory_kind kind);

/* One more user, and one fewer. Thread: any, attached or not; whoever adds one is one. */
void ng_memory_use(ng_memory *memory);
void ng_memory_drop(ng_memory *memory);

/* False with BufferError raised when its environment took the memory along. Thread: any, attached. */
bool ng_memory_check(const ng_memory *memory);

/* ---- memory_type.c: the Python type ---------------------------------------------------------------- */

/* Makes the type, the first time in a process, under the creation lock. Returns as ng_memory_create. Thread:
   the environment's, detached. */
ng_status ng_memory_type_open(ng_environment *environment, char *message);

/* A new object; it takes over one user. NULL: raised, and the user is the caller's still. Attached. */
PyObject *ng_memory_object(ng_memory *memory);

/* The memory of an object, NULL for one of another type. Thread: any that holds a reference. */
ng_memory *ng_memory_of(PyObject *object);

/* The slots bf_getbuffer and bf_releasebuffer, for other types that have a memory. Attached. */
int ng_memory_get_buffer(PyObject *exporter, ng_memory *memory, ng_py_buffer *view, int flags);

/* ---- memory_dlpack.c ------------------------------------------------------------------------------- */

/* The methods __dlpack__ and __dlpack_device__, for types whose objects have a memory. Attached. */
PyObject *ng_memory_dlpack(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                           PyObject *names);
PyObject *ng_memory_dlpack_device(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                                  PyObject *names);

/* ---- memory_blocks.c: the core's own memory --------------------------------------------------------- */

/* The block that all of these bytes lie in, with a reference; NULL when there is none. Thread: any. */
ng_block_shared *ng_block_find(const void *start, size_t bytes);
/* Bytes in blocks. Thread: any. */
uint64_t ng_blocks_allocated(void);

#endif
