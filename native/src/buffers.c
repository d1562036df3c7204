#include "buffers.h"

#include "error.h"
#include "gil_watch.h"
#include "releases.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct ng_export {
    ng_message forgotten; /* first: the mailbox's pointer is ours */
    _Atomic uint32_t references;
    _Atomic bool released; /* set by the environment's thread; a hint for the others */
    ng_mailbox *mailbox;   /* referenced */
    uint64_t number;
    void *start; /* the lowest address of any item */
    size_t extent;
    ng_py_buffer view;
    ng_release release; /* when nobody refers to the memory any more, and there is a GIL */
};

static _Atomic uint64_t live; /* exports that are not released, a figure */

static void let_go(ng_export *export)
{
    /* Release pairs with the acquire of whoever is last, and frees. */
    if (atomic_fetch_sub_explicit(&export->references, 1U, memory_order_acq_rel) == 1U) {
        ng_mailbox_release(export->mailbox);
        free(export);
    }
}

/* ---- release -------------------------------------------------------------------------------- */

/* Its number is over already. Attached. */
static void release_view(ng_export *export)
{
    atomic_store_explicit(&export->released, true, memory_order_relaxed);
    atomic_fetch_sub_explicit(&live, 1U, memory_order_relaxed);
    ng_py.PyBuffer_Release(&export->view);
    let_go(export);
}

static ng_status release_export(ng_environment *environment, uint64_t number)
{
    if (ng_numbers_find(&environment->exports, number) == NULL) {
        return NG_STATUS_STALE_HANDLE;
    }
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN; /* it goes with the process */
    }
    /* Its number first: what the release runs must not find it. */
    ng_export *export = ng_numbers_remove(&environment->exports, number);
    release_view(export);
    ng_detach(environment);
    return NG_STATUS_OK;
}

ng_status ng_export_release(ng_environment *environment, uint64_t number)
{
    return release_export(environment, number);
}

static ng_export *export_of(ng_release *release)
{
    return (ng_export *)(void *)((char *)release - offsetof(ng_export, release));
}

static void run_release(ng_release *release)
{
    release_view(export_of(release));
}

/* The view, and whatever exports it, goes with the process. */
static void leak_release(ng_release *release)
{
    atomic_fetch_sub_explicit(&live, 1U, memory_order_relaxed);
    ng_handles_count_leaked(1);
    let_go(export_of(release));
}

/* Where attaching may have to wait, others do that. False: nobody does. Detached. */
static bool post_release(ng_environment *owner, ng_export *export)
{
    if (!ng_gil_is_known_enabled() || ng_numbers_find(&owner->exports, export->number) == NULL) {
        return false;
    }
    export->release = (ng_release){.run = run_release, .leak = leak_release};
    (void)ng_numbers_remove(&owner->exports, export->number);
    if (ng_releases_post(owner, &export->release)) {
        return true;
    }
    if (ng_attach(owner)) {
        run_release(&export->release);
        ng_detach(owner);
    } else {
        leak_release(&export->release);
    }
    return true;
}

static void deliver(ng_message *message, ng_environment *owner)
{
    ng_export *export = (ng_export *)(void *)message;
    if (!post_release(owner, export)) {
        (void)release_export(owner, export->number);
    }
    let_go(export);
}

/* The environment is ending: its hook releases what is left. */
static void refuse(ng_message *message)
{
    let_go((ng_export *)(void *)message);
}

void ng_export_forget(ng_export *export)
{
    /* Posting, and no more: this may be inside a garbage collection, where nothing of ours may run. */
    if (atomic_load_explicit(&export->released, memory_order_relaxed) ||
        !ng_mailbox_post(export->mailbox, &export->forgotten)) {
        let_go(export);
    }
}

static void end_with_environment(ng_end_hook *hook, ng_environment *environment)
{
    (void)hook;
    uint32_t index = 0;
    ng_export *export = NULL;
    if (ng_attach(environment)) {
        while ((export = ng_numbers_take_next(&environment->exports, &index)) != NULL) {
            release_view(export);
        }
        ng_detach(environment);
    }
    ng_numbers_end(&environment->exports);
}

/* ---- export --------------------------------------------------------------------------------- */

typedef struct extent {
    Py_ssize_t low; /* both from `buf`, in bytes */
    Py_ssize_t high;
} extent;

static extent extent_of(const ng_py_buffer *view)
{
    extent all = {.low = 0, .high = view->itemsize};
    if (view->len == 0) {
        return (extent){0};
    }
    if (view->strides == NULL) {
        all.high = view->len;
        return all;
    }
    for (int i = 0; i < view->ndim; i++) {
        Py_ssize_t reach = (view->shape[i] - 1) * view->strides[i];
        if (reach < 0) {
            all.low += reach;
        } else {
            all.high += reach;
        }
    }
    return all;
}

static bool is_indirect(const ng_py_buffer *view)
{
    for (int i = 0; view->suboffsets != NULL && i < view->ndim; i++) {
        if (view->suboffsets[i] >= 0) {
            return true;
        }
    }
    return false;
}

static uint32_t flags_of(const ng_py_buffer *view)
{
    return (view->readonly != 0 ? NG_EXPORT_READ_ONLY : 0U) |
           (ng_py.PyBuffer_IsContiguous(view, 'C') != 0 ? NG_EXPORT_C_CONTIGUOUS : 0U) |
           (ng_py.PyBuffer_IsContiguous(view, 'F') != 0 ? NG_EXPORT_FORTRAN_CONTIGUOUS : 0U) |
           (is_indirect(view) ? NG_EXPORT_INDIRECT : 0U);
}

/* Some exporters leave strides, and those of one dimension shape, to be derived. */
static void write_layout(const ng_py_buffer *view, double *out)
{
    Py_ssize_t step = view->itemsize;
    for (int i = view->ndim - 1; i >= 0; i--) {
        Py_ssize_t items = view->shape != NULL   ? view->shape[i]
                           : view->itemsize == 0 ? 0
                                                 : view->len / view->itemsize;
        out[i] = (double)items;
        out[view->ndim + i] = (double)(view->strides != NULL ? view->strides[i] : step);
        step *= items;
    }
}

static ng_status describe(const ng_export *export, void **description, size_t *size)
{
    const ng_py_buffer *view = &export->view;
    const char *format = view->format == NULL ? "B" : view->format;
    size_t numbers = (NG_EXPORT_FIELDS + 2U * (size_t)view->ndim) * sizeof(double);
    size_t text = strlen(format);
    double *out = malloc(numbers + text);
    if (out == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    out[NG_EXPORT_NUMBER] = (double)export->number;
    out[NG_EXPORT_BYTES] = (double)view->len;
    out[NG_EXPORT_ITEM_SIZE] = (double)view->itemsize;
    out[NG_EXPORT_DIMENSIONS] = (double)view->ndim;
    out[NG_EXPORT_FLAGS] = (double)flags_of(view);
    out[NG_EXPORT_OFFSET] = (double)((char *)view->buf - (char *)export->start);
    out[NG_EXPORT_EXTENT] = (double)export->extent;
    out[NG_EXPORT_ALIGNMENT] = (double)((uintptr_t)export->start % 16U);
    write_layout(view, out + NG_EXPORT_FIELDS);
    memcpy((char *)out + numbers, format, text);
    *description = out;
    *size = numbers + text;
    return NG_STATUS_OK;
}

ng_status ng_export_create(ng_environment *environment, PyObject *object, void **description,
                           size_t *size)
{
    ng_export *export = calloc(1, sizeof *export);
    if (export == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    if (ng_py.PyObject_GetBuffer(object, &export->view, NG_PY_BUFFER_FULL_RO) != 0) {
        free(export);
        return NG_STATUS_PYTHON_ERROR;
    }
    extent all = extent_of(&export->view);
    export->forgotten.deliver = deliver;
    export->forgotten.refuse = refuse;
    atomic_init(&export->references, 1U);
    export->mailbox = environment->mailbox;
    ng_mailbox_reference(export->mailbox);
    export->start = (char *)export->view.buf + all.low;
    export->extent = is_indirect(&export->view) ? 0U : (size_t)(all.high - all.low);
    ng_environment_on_end(environment, &environment->exports_end, end_with_environment);
    atomic_fetch_add_explicit(&live, 1U, memory_order_relaxed);
    export->number = ng_numbers_add(&environment->exports, export);
    ng_status status =
        export->number == 0U ? NG_STATUS_OUT_OF_MEMORY : describe(export, description, size);
    if (status != NG_STATUS_OK) {
        (void)ng_numbers_remove(&environment->exports, export->number);
        release_view(export);
    }
    return status;
}

void ng_export_undo(ng_environment *environment, const void *description)
{
    const double *numbers = description;
    ng_export *export =
        ng_numbers_remove(&environment->exports, (uint64_t)numbers[NG_EXPORT_NUMBER]);
    if (export != NULL) {
        release_view(export);
    }
}

const ng_py_buffer *ng_export_view(ng_environment *environment, uint64_t number)
{
    const ng_export *export = ng_numbers_find(&environment->exports, number);
    return export == NULL ? NULL : &export->view;
}

/* ---- use ------------------------------------------------------------------------------------ */

ng_status ng_export_open(ng_environment *environment, uint64_t number, void **start, size_t *bytes,
                         ng_export **out)
{
    ng_export *export = ng_numbers_find(&environment->exports, number);
    if (export == NULL) {
        return NG_STATUS_STALE_HANDLE;
    }
    /* Relaxed: whoever adds one holds one. */
    atomic_fetch_add_explicit(&export->references, 1U, memory_order_relaxed);
    *start = export->start;
    *bytes = export->extent;
    *out = export;
    return NG_STATUS_OK;
}

ng_status ng_export_copy(ng_environment *environment, uint64_t number, void *to, size_t bytes,
                         char *message)
{
    message[0] = '\0';
    const ng_export *export = ng_numbers_find(&environment->exports, number);
    if (export == NULL) {
        return NG_STATUS_STALE_HANDLE;
    }
    if (bytes != (size_t)export->view.len) {
        return NG_STATUS_BAD_ARGUMENT;
    }
    if (bytes == 0U) {
        return NG_STATUS_OK;
    }
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    ng_status status = NG_STATUS_OK;
    if (ng_py.PyBuffer_IsContiguous(&export->view, 'C') != 0) {
        /* Detached, as gigabytes take a while, but inside the gate: Python must not end meanwhile. */
        PyThreadState *state = ng_py.PyEval_SaveThread();
        memcpy(to, export->view.buf, bytes);
        ng_py.PyEval_RestoreThread(state);
    } else if (ng_py.PyBuffer_ToContiguous(to, &export->view, export->view.len, 'C') != 0) {
        ng_error_to_message("Python", message, NG_MESSAGE_SIZE);
        status = NG_STATUS_PYTHON_ERROR;
    }
    ng_detach(environment);
    return status;
}

uint64_t ng_exports_live(void)
{
    return atomic_load_explicit(&live, memory_order_relaxed);
}
