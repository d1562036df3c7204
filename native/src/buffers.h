/*
 * buffers.h: memory of Python objects that JavaScript sees (exports).
 *
 * An export holds a Py_buffer, which keeps the memory where it is, until JavaScript releases it, the last
 * JavaScript object that refers to the memory is collected, or the environment ends, whichever comes first.
 *
 * Owner:    the environment, which alone calls PyBuffer_Release; the host's finalizer has a reference to the
 *           structure, and only that.
 * Thread:   the environment's; ng_export_forget: any.
 * Lifetime: counted; see nogil.h.
 */
#ifndef NG_BUFFERS_H
#define NG_BUFFERS_H

#include "environment.h"

/* Exports the buffer of `object` (borrowed). *description: NG_EXPORT_… , for free(). Returns OK,
   PYTHON_ERROR (raised), OUT_OF_MEMORY. Thread: the environment's, attached. */
ng_status ng_export_create(ng_environment *environment, PyObject *object, void **description,
                           size_t *size);

/* Gives up an export that nobody was told of. Thread: as ng_export_create. */
void ng_export_undo(ng_environment *environment, const void *description);

/* The view of an export, NULL when it is released; good until then. Thread: the environment's. */
const ng_py_buffer *ng_export_view(ng_environment *environment, uint64_t number);

/* Exports of the whole process that are not released. Thread: any. */
uint64_t ng_exports_live(void);

#endif
