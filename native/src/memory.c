#include "memory.h"

#include "buffers.h"
#include "error.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* DLDataTypeCode of dlpack.h. */
#define DL_INT 0
#define DL_UINT 1
#define DL_FLOAT 2

static const ng_memory_item items[NG_MEMORY_KINDS] = {
    [NG_MEMORY_I8] = {"Int8Array", "b", 1, DL_INT},
    [NG_MEMORY_U8] = {"Uint8Array", "B", 1, DL_UINT},
    [NG_MEMORY_U8_CLAMPED] = {"Uint8ClampedArray", "B", 1, DL_UINT},
    [NG_MEMORY_I16] = {"Int16Array", "h", 2, DL_INT},
    [NG_MEMORY_U16] = {"Uint16Array", "H", 2, DL_UINT},
    [NG_MEMORY_I32] = {"Int32Array", "i", 4, DL_INT},
    [NG_MEMORY_U32] = {"Uint32Array", "I", 4, DL_UINT},
    [NG_MEMORY_F32] = {"Float32Array", "f", 4, DL_FLOAT},
    [NG_MEMORY_F64] = {"Float64Array", "d", 8, DL_FLOAT},
    [NG_MEMORY_I64] = {"BigInt64Array", "q", 8, DL_INT},
    [NG_MEMORY_U64] = {"BigUint64Array", "Q", 8, DL_UINT},
    [NG_MEMORY_F16] = {"Float16Array", "e", 2, DL_FLOAT},
    [NG_MEMORY_RAW] = {"ArrayBuffer", "B", 1, DL_UINT},
};

static _Atomic uint64_t live; /* memories, a figure */
static _Atomic uint64_t kept; /* that outlived their environment, a figure */

/* Python wants an address, also of nothing. */
static const char nothing[1];

const ng_memory_item *ng_memory_item_of(ng_memory_kind kind)
{
    return &items[kind];
}

/* ---- the end of one ------------------------------------------------------------------------- */

static void let_go(ng_memory *memory)
{
    /* Release pairs with the acquire of whoever is last, and frees. */
    if (atomic_fetch_sub_explicit(&memory->references, 1U, memory_order_acq_rel) != 1U) {
        return;
    }
    if (memory->block != NULL) {
        ng_block_release(memory->block);
    }
    ng_mailbox_release(memory->mailbox);
    free(memory->copy);
    free(memory);
    atomic_fetch_sub_explicit(&live, 1U, memory_order_relaxed);
}

static void drop_holder(ng_environment *owner, ng_memory *memory)
{
    void *holder = memory->holder;
    memory->holder = NULL;
    if (holder != NULL && owner->host.drop_memory != NULL) {
        owner->host.drop_memory(owner->host.context, holder);
    }
}

static void deliver(ng_message *message, ng_environment *owner)
{
    ng_memory *memory = (ng_memory *)(void *)message;
    if (ng_numbers_remove(&owner->memories, memory->number) != NULL) {
        drop_holder(owner, memory);
        let_go(memory); /* the table's */
    }
    let_go(memory); /* the users' */
}

/* The environment is ending: its hook takes it out of the table. */
static void refuse(ng_message *message)
{
    let_go((ng_memory *)(void *)message);
}

void ng_memory_use(ng_memory *memory)
{
    /* Relaxed: whoever adds one is one. */
    atomic_fetch_add_explicit(&memory->users, 1U, memory_order_relaxed);
}

void ng_memory_drop(ng_memory *memory)
{
    /* Acquire and release: all uses happened before the memory is given back. */
    if (atomic_fetch_sub_explicit(&memory->users, 1U, memory_order_acq_rel) == 1U &&
        !ng_mailbox_post(memory->mailbox, &memory->dropped)) {
        let_go(memory);
    }
}

static void end_with_environment(ng_end_hook *hook, ng_environment *environment)
{
    (void)hook;
    uint32_t index = 0;
    ng_memory *memory = NULL;
    while ((memory = ng_numbers_take_next(&environment->memories, &index)) != NULL) {
        bool used = atomic_load_explicit(&memory->users, memory_order_acquire) != 0U;
        bool is_hosts = memory->block == NULL && memory->copy == NULL && memory->base == NULL;
        const ng_host *host = &environment->host;
        if (used && is_hosts && memory->holder != NULL && memory->bytes > 0U) {
            if (host->keep_memory != NULL &&
                host->keep_memory(host->context, memory->holder) != 0) {
                atomic_fetch_add_explicit(&kept, 1U, memory_order_relaxed);
            } else {
                atomic_store_explicit(&memory->gone, true, memory_order_release);
            }
        }
        memory->holder = NULL; /* it ends with its realm */
        let_go(memory);
    }
    ng_numbers_end(&environment->memories);
}

bool ng_memory_check(const ng_memory *memory)
{
    if (!atomic_load_explicit(&memory->gone, memory_order_acquire)) {
        return true;
    }
    ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_BufferError,
                          "the JavaScript thread that this memory belonged to has ended, and took "
                          "it along; make memory that "
                          "is to outlive its thread with python.alloc()");
    return false;
}

/* ---- made ----------------------------------------------------------------------------------- */

/* Says where the bytes are, and why they stay. Attached. */
static ng_status find_memory(ng_environment *environment, const ng_memory_definition *definition,
                             ng_memory *memory)
{
    memory->start = definition->bytes == 0U ? (void *)(uintptr_t)nothing : definition->start;
    if (definition->source != 0U) {
        const ng_py_buffer *view = ng_export_view(environment, definition->source);
        if (view == NULL) {
            return NG_STATUS_STALE_HANDLE;
        }
        /* A second export of the same object, which therefore cannot move its memory meanwhile. */
        memory->base = ng_py.PyMemoryView_FromObject(view->obj);
        memory->mode = NG_MEMORY_SHARED;
        memory->read_only = view->readonly != 0;
        return memory->base == NULL ? NG_STATUS_PYTHON_ERROR : NG_STATUS_OK;
    }
    memory->block =
        definition->bytes == 0U ? NULL : ng_block_find(definition->start, definition->bytes);
    if (memory->block != NULL) {
        memory->mode = NG_MEMORY_SHARED;
    } else if (definition->mode == NG_MEMORY_COPIED && definition->bytes > 0U) {
        memory->copy = malloc(definition->bytes);
        if (memory->copy == NULL) {
            return NG_STATUS_OUT_OF_MEMORY;
        }
        memcpy(memory->copy, definition->start, definition->bytes);
        memory->start = memory->copy;
        memory->read_only = true;
    }
    return NG_STATUS_OK;
}

/* Attached. */
static ng_status make_handle(ng_environment *environment, ng_memory *memory, ng_handle *out)
{
    PyObject *object = ng_memory_object(memory);
    if (object == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    ng_memory_use(memory); /* the caller's, who gives up one either way */
    *out = ng_handle_steal(&environment->handles, object);
    if (*out == 0U) {
        ng_py.Py_DecRef(object);
        return NG_STATUS_OUT_OF_MEMORY;
    }
    return NG_STATUS_OK;
}

static ng_memory *make_memory(ng_environment *environment, const ng_memory_definition *definition)
{
    ng_memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL) {
        return NULL;
    }
    memory->dropped.deliver = deliver;
    memory->dropped.refuse = refuse;
    atomic_init(&memory->references, 2U); /* the users' and the table's */
    atomic_init(&memory->users, 1U);
    memory->mailbox = environment->mailbox;
    ng_mailbox_reference(memory->mailbox);
    memory->owner = environment->number;
    memory->bytes = definition->bytes;
    memory->kind = (ng_memory_kind)definition->kind;
    memory->mode = (ng_memory_mode)definition->mode;
    memory->item_size = items[definition->kind].size;
    memory->items = (Py_ssize_t)(definition->bytes / items[definition->kind].size);
    atomic_fetch_add_explicit(&live, 1U, memory_order_relaxed);
    memory->number = ng_numbers_add(&environment->memories, memory);
    if (memory->number == 0U) {
        let_go(memory);
        let_go(memory);
        return NULL;
    }
    ng_environment_on_end(environment, &environment->memories_end, end_with_environment);
    return memory;
}

static ng_status create_attached(ng_environment *environment,
                                 const ng_memory_definition *definition, ng_handle *out,
                                 char *message)
{
    ng_memory *memory = make_memory(environment, definition);
    if (memory == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    ng_status status = find_memory(environment, definition, memory);
    if (status == NG_STATUS_OK) {
        status = make_handle(environment, memory, out);
    }
    if (status == NG_STATUS_PYTHON_ERROR) {
        ng_error_to_message("Python", message, NG_MESSAGE_SIZE);
    }
    if (status == NG_STATUS_OK) {
        memory->holder = definition->holder;
    } else if (memory->base != NULL) {
        ng_py.Py_DecRef(memory->base);
        memory->base = NULL;
    }
    ng_memory_drop(memory);
    return status;
}

ng_status ng_memory_create(ng_environment *environment, const ng_memory_definition *definition,
                           ng_handle *out, char *message)
{
    message[0] = '\0';
    *out = 0;
    if (definition->kind >= NG_MEMORY_KINDS || definition->mode < NG_MEMORY_SHARED ||
        definition->mode > NG_MEMORY_COPIED ||
        definition->bytes % items[definition->kind].size != 0U) {
        return NG_STATUS_BAD_ARGUMENT;
    }
    ng_status status = ng_memory_type_open(environment, message);
    if (status != NG_STATUS_OK) {
        return status;
    }
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    status = create_attached(environment, definition, out, message);
    ng_detach(environment);
    return status;
}

void *ng_memory_holder(ng_environment *environment, uint64_t number)
{
    const ng_memory *memory = ng_numbers_find(&environment->memories, number);
    return memory == NULL ? NULL : memory->holder;
}

void ng_buffers_read(ng_buffer_statistics *out)
{
    *out = (ng_buffer_statistics){
        .exports = ng_exports_live(),
        .memories = atomic_load_explicit(&live, memory_order_relaxed),
        .allocated = ng_blocks_allocated(),
        .kept = atomic_load_explicit(&kept, memory_order_relaxed),
    };
}
