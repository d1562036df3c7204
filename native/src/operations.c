/*
 * operations.c: ng_invoke, and one function for each ng_operation: a list that grows line by line.
 *
 * Rules every operation follows: arguments become references of its own before anything runs (what
 * runs may drop the last other one); each is dropped on every way out, while attached; no core lock
 * is held.
 */
#include "bootstrap.h"
#include "buffers.h"
#include "convert.h"
#include "environment.h"
#include "raised.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(ng_slot) == NG_SLOT_SIZE, "TypeScript computes slot addresses");
_Static_assert(offsetof(ng_frame, result) == NG_FRAME_RESULT, "TypeScript reads the result");
_Static_assert(offsetof(ng_frame, arguments) == NG_FRAME_ARGUMENTS, "TypeScript writes arguments");

/* Calls with up to this many arguments need no memory from the heap. */
#define STACK_ARGUMENTS 16

/* As many as JavaScript releases at a time. */
#define RELEASED_AT_ONCE 512U

/* An exception is described in three slots (raised.h), which every frame has room for. */
#define DESCRIPTION_PARTS 3U

typedef struct ng_call {
    ng_frame *frame;
    ng_writer writer;
    uint32_t count;       /* arguments in the frame, names of keywords not counted */
    uint32_t converted;   /* how many of them are references in `arguments` by now */
    PyObject **arguments; /* references of our own */
    PyObject *names;      /* tuple of keyword names, or NULL */
    ng_tree_containers containers;
} ng_call;

/* ---- arguments ---------------------------------------------------------------------------- */

/* The error for a handle names it, and looks for it in the slot: a tree gives its place to it. */
static void name_handle_of_tree(ng_call *call, ng_slot *slot)
{
    if (call->containers.handle == 0) {
        return;
    }
    if ((slot->tag & NG_TAG_IN_BLOCK) != 0U) {
        ng_blocks_free(&call->writer.environment->blocks, (uint64_t)slot->payload.number);
    }
    slot->tag = NG_TAG_OBJECT;
    slot->payload.number = (double)call->containers.handle;
}

static ng_status convert_arguments(ng_call *call)
{
    ng_frame *frame = call->frame;
    for (uint32_t i = 0; i < call->count; i++) {
        ng_slot *slot = &frame->arguments[i];
        ng_status status = ng_slot_to_python_among(call->writer.environment, slot,
                                                   &call->containers, &call->arguments[i]);
        if (status != NG_STATUS_OK) {
            frame->detail = i;
            name_handle_of_tree(call, slot);
            return status;
        }
        call->converted = i + 1U;
    }
    if (frame->keywords == 0) {
        return NG_STATUS_OK;
    }
    call->names = ng_py.PyTuple_New((Py_ssize_t)frame->keywords);
    if (call->names == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    for (uint32_t i = 0; i < frame->keywords; i++) {
        PyObject *name = NULL;
        ng_status status =
            ng_slot_to_python(call->writer.environment, &frame->arguments[call->count + i], &name);
        if (status != NG_STATUS_OK) {
            frame->detail = call->count + i;
            return status;
        }
        (void)ng_py.PyTuple_SetItem(call->names, (Py_ssize_t)i, name); /* steals */
    }
    return NG_STATUS_OK;
}

static void drop_arguments(ng_call *call)
{
    for (uint32_t i = 0; i < call->converted; i++) {
        ng_py.Py_DecRef(call->arguments[i]);
    }
    if (call->names != NULL) {
        ng_py.Py_DecRef(call->names);
    }
    if (call->containers.items != NULL) {
        ng_tree_containers_drop(&call->containers);
    }
}

/* Blocks staged for arguments are the operation's, whatever comes of it. */
static void free_blocks(ng_environment *environment, ng_frame *frame)
{
    if (environment->blocks.items == NULL) {
        return;
    }
    uint32_t slots = frame->positional + 2U * frame->keywords;
    for (uint32_t i = 0; i < slots; i++) {
        ng_slot *slot = &frame->arguments[i];
        if ((slot->tag & NG_TAG_IN_BLOCK) != 0U) {
            ng_blocks_free(&environment->blocks, (uint64_t)slot->payload.number);
            slot->tag = NG_TAG_MISSING; /* once */
        }
    }
}

/* ---- answers ------------------------------------------------------------------------------ */

/* Describes a new reference in the result slot and drops it. NULL: something was raised. */
static ng_status answer(ng_call *call, PyObject *object)
{
    if (object == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    ng_status status = ng_python_to_slot(&call->writer, object, &call->frame->result);
    ng_py.Py_DecRef(object);
    return status;
}

static ng_status answer_done(int failed)
{
    return failed < 0 ? NG_STATUS_PYTHON_ERROR : NG_STATUS_OK; /* the result is already MISSING */
}

/* ---- operations --------------------------------------------------------------------------- */

static ng_status get_attribute(ng_call *call)
{
    PyObject *value = NULL;
    if (ng_py.PyObject_GetOptionalAttr(call->arguments[0], call->arguments[1], &value) < 0) {
        return NG_STATUS_PYTHON_ERROR;
    }
    return value == NULL ? NG_STATUS_OK : answer(call, value);
}

/* Kinds of functions that mean the same called with the object first as bound to it and called: PEP 590's
   Py_TPFLAGS_METHOD_DESCRIPTOR promises that of others too, but those may stand for something of JavaScript's. */
static bool is_function(PyObject *object)
{
    PyTypeObject *type = ng_type_of(object);
    return type == ng_py.PyFunction_Type || type == ng_py.PyMethodDescr_Type;
}

static ng_status get_method(ng_call *call)
{
    PyObject *value = NULL;
    if (ng_py._PyObject_GetMethod == NULL || !call->writer.proxies) {
        return get_attribute(call);
    }
    if (ng_py._PyObject_GetMethod(call->arguments[0], call->arguments[1], &value) == 0) {
        if (value != NULL) {
            return answer(call, value);
        }
        if (ng_py.PyErr_ExceptionMatches(*(PyObject **)ng_py.PyExc_AttributeError) == 0) {
            return NG_STATUS_PYTHON_ERROR;
        }
        ng_py.PyErr_Clear();
        return NG_STATUS_OK;
    }
    if (!is_function(value)) {
        ng_py.Py_DecRef(value);
        return get_attribute(call);
    }
    ng_writer writer = call->writer;
    writer.policy = NG_POLICY_FUNCTIONS;
    ng_status status = ng_python_to_proxy(&writer, value, &call->frame->result);
    call->frame->result.length |= NG_OBJECT_FUNCTION;
    ng_py.Py_DecRef(value);
    return status;
}

/* What looking the method up would have made, had it not been put off. */
static ng_status bind(ng_call *call)
{
    PyObject *function = call->arguments[0];
    PyObject *binder = ng_py.PyObject_GetAttrString(function, "__get__");
    if (binder == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    PyObject *method = ng_py.PyObject_CallFunctionObjArgs(
        binder, call->arguments[1], ng_type_of(call->arguments[1]), (PyObject *)NULL);
    ng_py.Py_DecRef(binder);
    return answer(call, method);
}

static ng_status call_object(ng_call *call)
{
    size_t positional = (size_t)call->frame->positional - 1U;
    /* The callable stands before its arguments, so a bound method may put its self there. */
    return answer(call, ng_py.PyObject_Vectorcall(call->arguments[0], call->arguments + 1,
                                                  positional | NG_PY_VECTORCALL_ARGUMENTS_OFFSET,
                                                  call->names));
}

/* An exception that carries an Error of JavaScript's is asked for itself, say. */
static ng_status call_for_handle(ng_call *call)
{
    size_t positional = (size_t)call->frame->positional - 1U;
    PyObject *object =
        ng_py.PyObject_Vectorcall(call->arguments[0], call->arguments + 1,
                                  positional | NG_PY_VECTORCALL_ARGUMENTS_OFFSET, call->names);
    if (object == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    ng_status status = ng_python_to_handle(&call->writer, object, &call->frame->result);
    ng_py.Py_DecRef(object);
    return status;
}

static ng_status directory(ng_call *call)
{
    PyObject *names = ng_py.PyObject_Dir(call->arguments[0]);
    return answer(call, names);
}

static ng_status intern(ng_call *call)
{
    PyObject *name = call->arguments[0];
    if (ng_type_of(name) != ng_py.PyUnicode_Type) {
        return NG_STATUS_BAD_FRAME;
    }
    ng_py.PyUnicode_InternInPlace(&call->arguments[0]);
    return ng_python_to_handle(&call->writer, call->arguments[0], &call->frame->result);
}

static ng_status next(ng_call *call)
{
    PyObject *value = ng_py.PyIter_Next(call->arguments[0]);
    if (value == NULL) {
        return ng_py.PyErr_Occurred() != NULL ? NG_STATUS_PYTHON_ERROR : NG_STATUS_OK;
    }
    return answer(call, value);
}

/* By a handle of the caller's own; what is asked for is the type, not a proxy of it. */
static ng_status type_of(ng_call *call)
{
    PyObject *object = call->arguments[0];
    ng_slot *result = &call->frame->result;
    ng_status status = ng_python_to_handle(&call->writer, (PyObject *)ng_type_of(object), result);
    if (status == NG_STATUS_OK && ng_py.PyObject_CheckBuffer(object) != 0) {
        result->length |= NG_OBJECT_BUFFER;
    }
    return status;
}

static ng_status shape_of(ng_call *call)
{
    uint32_t flags = ng_shape_flags(call->arguments[0]);
    if (flags != 0U) {
        call->frame->result = (ng_slot){.tag = NG_TAG_INT, .payload.number = (double)flags};
    }
    return NG_STATUS_OK;
}

static ng_status remember(ng_call *call)
{
    ng_environment *environment = call->writer.environment;
    const ng_slot *argument = &call->frame->arguments[0];
    if (argument->tag != NG_TAG_OBJECT) {
        return NG_STATUS_BAD_FRAME;
    }
    return ng_identity_put(&environment->identities, &environment->handles, call->arguments[0],
                           call->writer.policy, (ng_handle)argument->payload.number)
               ? NG_STATUS_OK
               : NG_STATUS_OUT_OF_MEMORY;
}

/* The frame's `detail` tells a value that was returned from one that was yielded. */
static ng_status returned(ng_call *call, PyObject *value)
{
    ng_status status = answer(call, value);
    if (status == NG_STATUS_OK) {
        call->frame->detail = 1;
    }
    return status;
}

static ng_status send(ng_call *call)
{
    PyObject *value = NULL;
    int sent = ng_py.PyIter_Send(call->arguments[0], call->arguments[1], &value);
    return sent == NG_PY_SEND_RETURN ? returned(call, value) : answer(call, value);
}

static ng_status throw_into(ng_call *call)
{
    PyObject *method = ng_py.PyObject_GetAttrString(call->arguments[0], "throw");
    if (method == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    PyObject *value =
        ng_py.PyObject_CallFunctionObjArgs(method, call->arguments[1], (PyObject *)NULL);
    ng_py.Py_DecRef(method);
    if (value != NULL ||
        ng_py.PyErr_ExceptionMatches(*(PyObject **)ng_py.PyExc_StopIteration) == 0) {
        return answer(call, value);
    }
    PyObject *end = ng_py.PyErr_GetRaisedException();
    if (end == call->arguments[1]) {
        /* Raised as it was thrown: no end of the generator's own. */
        ng_py.PyErr_SetObject((PyObject *)ng_type_of(end), end);
        ng_py.Py_DecRef(end);
        return NG_STATUS_PYTHON_ERROR;
    }
    value = ng_py.PyObject_GetAttrString(end, "value");
    ng_py.Py_DecRef(end);
    return returned(call, value);
}

/* For people to read: what UTF-16 would fuse is fused. */
static ng_status call_for_text(ng_call *call)
{
    size_t positional = (size_t)call->frame->positional - 1U;
    PyObject *text =
        ng_py.PyObject_Vectorcall(call->arguments[0], call->arguments + 1,
                                  positional | NG_PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    if (text == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    ng_status status = ng_text_to_slot(&call->writer, text, true, &call->frame->result);
    ng_py.Py_DecRef(text);
    return status;
}

static ng_status raise(ng_call *call)
{
    ng_raise_again(call->arguments[0]);
    return NG_STATUS_PYTHON_ERROR;
}

static ng_status export_buffer(ng_call *call)
{
    void *description = NULL;
    size_t size = 0;
    ng_environment *environment = call->writer.environment;
    ng_status status = ng_export_create(environment, call->arguments[0], &description, &size);
    if (status == NG_STATUS_OK) {
        status = ng_bytes_to_slot(&call->writer, description, size, &call->frame->result);
        if (status != NG_STATUS_OK) {
            ng_export_undo(environment, description);
        }
        free(description);
    }
    return status;
}

/* The tree becomes a block as it is, where the frame has no room for it. */
static ng_status answer_tree(ng_call *call, ng_tree_bytes *tree)
{
    ng_writer *writer = &call->writer;
    ng_slot *slot = &call->frame->result;
    if (tree->size > UINT32_MAX) {
        return NG_STATUS_OUT_OF_MEMORY; /* lengths have 32 bits */
    }
    size_t start = (writer->cursor + 7U) & ~(size_t)7U;
    *slot = (ng_slot){.tag = NG_TAG_TREE, .length = (uint32_t)tree->size};
    if (start <= writer->end && tree->size <= writer->end - start) {
        memcpy(writer->environment->arena + start, tree->data, tree->size);
        slot->payload.offset = start;
        return NG_STATUS_OK;
    }
    uint64_t block = ng_blocks_adopt(&writer->environment->blocks, tree->data, tree->size);
    if (block == 0) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    *tree = (ng_tree_bytes){0};
    slot->tag |= NG_TAG_IN_BLOCK;
    slot->payload.number = (double)block;
    return NG_STATUS_OK;
}

static ng_status to_tree(ng_call *call)
{
    if (call->frame->arguments[1].tag != NG_TAG_INT) {
        return NG_STATUS_BAD_FRAME;
    }
    PyObject *known = call->arguments[2] == ng_none() ? NULL : call->arguments[2];
    if (known != NULL && ng_type_of(known) != ng_py.PyList_Type) {
        return NG_STATUS_BAD_FRAME;
    }
    ng_tree_bytes tree = {0};
    ng_writer writer = call->writer;
    writer.tree = &tree;
    double depth = call->frame->arguments[1].payload.number;
    ng_status status = ng_python_to_tree(&writer, call->arguments[0],
                                         depth >= 0 && depth < 1e9 ? (int64_t)depth : -1, known);
    if (status == NG_STATUS_OK) {
        status = answer_tree(call, &tree);
    }
    free(tree.data);
    return status;
}

static ng_status run(ng_call *call)
{
    switch (call->frame->operation) {
    case NG_OPERATION_IMPORT:
        return answer(call, ng_bootstrap_call("import_module", call->arguments[0]));
    case NG_OPERATION_GET_ATTRIBUTE:
        return get_attribute(call);
    case NG_OPERATION_SET_ATTRIBUTE:
        return answer_done(
            ng_py.PyObject_SetAttr(call->arguments[0], call->arguments[1], call->arguments[2]));
    case NG_OPERATION_DELETE_ATTRIBUTE:
        return answer_done(ng_py.PyObject_SetAttr(call->arguments[0], call->arguments[1], NULL));
    case NG_OPERATION_CALL:
        return call_object(call);
    case NG_OPERATION_STR:
        return answer(call, ng_py.PyObject_Str(call->arguments[0]));
    case NG_OPERATION_REPR:
        return answer(call, ng_py.PyObject_Repr(call->arguments[0]));
    case NG_OPERATION_GET_ITEM:
        return answer(call, ng_py.PyObject_GetItem(call->arguments[0], call->arguments[1]));
    case NG_OPERATION_SET_ITEM:
        return answer_done(
            ng_py.PyObject_SetItem(call->arguments[0], call->arguments[1], call->arguments[2]));
    case NG_OPERATION_DELETE_ITEM:
        return answer_done(ng_py.PyObject_DelItem(call->arguments[0], call->arguments[1]));
    case NG_OPERATION_DIR:
        return directory(call);
    case NG_OPERATION_INTERN:
        return intern(call);
    case NG_OPERATION_ITERATE:
        return answer(call, ng_py.PyObject_GetIter(call->arguments[0]));
    case NG_OPERATION_NEXT:
        return next(call);
    case NG_OPERATION_BOOTSTRAP:
        return answer(call, ng_bootstrap_module());
    case NG_OPERATION_TO_TREE:
        return to_tree(call);
    case NG_OPERATION_TO_PYTHON:
        ng_py.Py_IncRef(call->arguments[0]);
        return answer(call, call->arguments[0]);
    case NG_OPERATION_NOTHING:
        return NG_STATUS_OK;
    case NG_OPERATION_TYPE:
        return type_of(call);
    case NG_OPERATION_SHAPE:
        return shape_of(call);
    case NG_OPERATION_RENEW:
        return call->writer.proxies
                   ? ng_python_to_new_proxy(&call->writer, call->arguments[0], &call->frame->result)
                   : ng_python_to_handle(&call->writer, call->arguments[0], &call->frame->result);
    case NG_OPERATION_REMEMBER:
        return remember(call);
    case NG_OPERATION_SEND:
        return send(call);
    case NG_OPERATION_THROW:
        return throw_into(call);
    case NG_OPERATION_CALL_FOR_TEXT:
        return call_for_text(call);
    case NG_OPERATION_CALL_FOR_HANDLE:
        return call_for_handle(call);
    case NG_OPERATION_RAISE:
        return raise(call);
    case NG_OPERATION_EXPORT:
        return export_buffer(call);
    case NG_OPERATION_GET_METHOD:
        return get_method(call);
    case NG_OPERATION_BIND:
        return bind(call);
    default:
        return NG_STATUS_BAD_FRAME;
    }
}

/* How many arguments an operation needs at least; UINT32_MAX: there is no such operation. */
static uint32_t arguments_needed(uint32_t operation)
{
    switch (operation) {
    case NG_OPERATION_BOOTSTRAP:
    case NG_OPERATION_NOTHING:
    case NG_OPERATION_RELEASE:
    case NG_OPERATION_COLLECT:
        return 0;
    case NG_OPERATION_IMPORT:
    case NG_OPERATION_CALL:
    case NG_OPERATION_STR:
    case NG_OPERATION_REPR:
    case NG_OPERATION_DIR:
    case NG_OPERATION_INTERN:
    case NG_OPERATION_ITERATE:
    case NG_OPERATION_NEXT:
    case NG_OPERATION_TO_PYTHON:
    case NG_OPERATION_TYPE:
    case NG_OPERATION_SHAPE:
    case NG_OPERATION_RENEW:
    case NG_OPERATION_CALL_FOR_TEXT:
    case NG_OPERATION_CALL_FOR_HANDLE:
    case NG_OPERATION_RAISE:
    case NG_OPERATION_EXPORT:
    case NG_OPERATION_REMEMBER:
        return 1;
    case NG_OPERATION_GET_ATTRIBUTE:
    case NG_OPERATION_GET_METHOD:
    case NG_OPERATION_BIND:
    case NG_OPERATION_DELETE_ATTRIBUTE:
    case NG_OPERATION_GET_ITEM:
    case NG_OPERATION_DELETE_ITEM:
    case NG_OPERATION_SEND:
    case NG_OPERATION_THROW:
        return 2;
    case NG_OPERATION_SET_ITEM:
    case NG_OPERATION_SET_ATTRIBUTE:
    case NG_OPERATION_TO_TREE:
        return 3;
    default:
        return UINT32_MAX;
    }
}

/* ---- the door ----------------------------------------------------------------------------- */

static ng_status invoke_attached(ng_call *call)
{
    ng_status status = convert_arguments(call);
    if (status == NG_STATUS_OK) {
        status = run(call);
    }
    if (status == NG_STATUS_PYTHON_ERROR) {
        free_blocks(call->writer.environment, call->frame);
        status = ng_raised_to_frame(&call->writer, call->frame);
    }
    drop_arguments(call);
    return status;
}

/* A slot is emptied by whoever gets its reference; a handle that is gone already is no error here. Detached. */
static ng_status release(ng_environment *environment, const ng_frame *frame)
{
    ng_handle_end end =
        frame->operation == NG_OPERATION_COLLECT ? NG_HANDLE_END_COLLECTED : NG_HANDLE_END_RELEASED;
    ng_status status = NG_STATUS_OK;
    for (uint32_t begin = 0; begin < frame->positional && status == NG_STATUS_OK;) {
        ng_handle handles[RELEASED_AT_ONCE];
        size_t count = 0;
        for (; begin < frame->positional && count < RELEASED_AT_ONCE; begin++, count++) {
            handles[count] = (ng_handle)frame->arguments[begin].payload.number;
        }
        status = ng_handle_release(environment, handles, count, end, NULL);
    }
    return status;
}

static ng_status invoke(ng_environment *environment, ng_frame *frame, uint32_t slots,
                        uint32_t answers)
{
    if (frame->operation == NG_OPERATION_RELEASE || frame->operation == NG_OPERATION_COLLECT) {
        return release(environment, frame);
    }
    /* Not cleared: that costs as much as a short operation's own work. */
    PyObject *few[STACK_ARGUMENTS];
    size_t start = (size_t)((char *)frame - environment->arena);
    uint32_t taken = slots > DESCRIPTION_PARTS ? slots : DESCRIPTION_PARTS;
    ng_call call = {
        .frame = frame,
        .writer = {.environment = environment,
                   .cursor = start + NG_FRAME_ARGUMENTS + (size_t)taken * NG_SLOT_SIZE,
                   .end = start + frame->capacity,
                   .handles = (answers & NG_ANSWER_HANDLE) != 0U,
                   .proxies = (answers & NG_ANSWER_PROXIES) != 0U,
                   .policy = answers / NG_ANSWER_POLICY % NG_IDENTITY_POLICIES},
        .count = frame->positional + frame->keywords,
        .converted = 0,
        .arguments = few,
        .names = NULL,
    };
    if (call.count > STACK_ARGUMENTS) {
        call.arguments = malloc(call.count * sizeof *call.arguments);
        if (call.arguments == NULL) {
            return NG_STATUS_OUT_OF_MEMORY;
        }
    }
    ng_status status = NG_STATUS_SHUT_DOWN;
    if (ng_attach(environment)) {
        status = invoke_attached(&call);
        ng_detach(environment);
    }
    if (call.arguments != few) {
        free(call.arguments);
    }
    return status;
}

void ng_invoke(ng_environment *environment, uint32_t offset)
{
    if (offset > NG_ARENA_SIZE - sizeof(ng_frame) || offset % NG_SLOT_SIZE != 0U) {
        return; /* there is no frame to answer in */
    }
    ng_frame *frame = (ng_frame *)(void *)(environment->arena + offset);
    frame->result = (ng_slot){0};
    frame->detail = 0;
    uint32_t answers = frame->operation & ~(uint32_t)(NG_ANSWER_PROXIES - 1);
    frame->operation &= (uint32_t)(NG_ANSWER_PROXIES - 1);
    /* The frame is written by our own TypeScript; a slip there must not become a wild read here. */
    uint32_t needed = arguments_needed(frame->operation);
    uint64_t slots = (uint64_t)frame->positional + 2U * (uint64_t)frame->keywords;
    bool fits = offset <= NG_ARENA_SIZE && frame->capacity <= NG_ARENA_SIZE - offset &&
                slots <= NG_MAXIMUM_ARGUMENTS &&
                NG_FRAME_ARGUMENTS + slots * NG_SLOT_SIZE <= frame->capacity &&
                NG_FRAME_ARGUMENTS + DESCRIPTION_PARTS * NG_SLOT_SIZE <= frame->capacity;
    if (needed == UINT32_MAX || frame->positional < needed || !fits ||
        (frame->keywords != 0U && frame->operation != NG_OPERATION_CALL &&
         frame->operation != NG_OPERATION_CALL_FOR_HANDLE)) {
        frame->status = NG_STATUS_BAD_FRAME;
        return;
    }
    /* Relaxed: a figure. Operations nest. */
    uint32_t outer = atomic_load_explicit(&environment->operation, memory_order_relaxed);
    atomic_store_explicit(&environment->operation, frame->operation, memory_order_relaxed);
    ng_status status = invoke(environment, frame, (uint32_t)slots, answers);
    atomic_store_explicit(&environment->operation, outer, memory_order_relaxed);
    if (status != NG_STATUS_PYTHON_ERROR) {
        free_blocks(environment, frame); /* else they were, and the exception is described there */
    }
    frame->status = status;
}
