/*
 * dispatch_frames.c: what Python passes to JavaScript and back, in frames; and the types of JavaScript
 * objects, made ready at their first use.
 */
#include "bootstrap.h"
#include "convert.h"
#include "dispatch.h"
#include "emit_lock.h"
#include "error.h"

#define ALIGN_UP(bytes) (((bytes) + NG_SLOT_SIZE - 1U) & ~(size_t)(NG_SLOT_SIZE - 1U))

/* ---- ready ---------------------------------------------------------------------------------- */

/* Attached, under the creation lock. False with an exception raised. */
static bool make_types(void)
{
    const ng_js_object_calls calls = {.call = ng_js_object_call,
                                      .call_method = ng_js_object_call_method,
                                      .get = ng_js_object_get,
                                      .operate = ng_js_object_operate};
    PyObject *type = ng_js_objects_make_type(&calls);
    if (type == NULL) {
        return false;
    }
    if (!ng_bootstrap_set("_missing", ng_js_missing()) ||
        !ng_bootstrap_load_deferred("JsObject", type)) {
        ng_py.Py_DecRef(type);
        return false;
    }
    PyObject *module = ng_bootstrap_module();
    PyObject *exception_type = ng_py.PyObject_GetAttrString(module, "JsException");
    ng_py.Py_DecRef(module);
    if (exception_type == NULL) {
        ng_py.Py_DecRef(type);
        return false;
    }
    ng_js_objects_publish(type, exception_type);
    return true;
}

ng_status ng_js_objects_open(ng_environment *environment, char *message)
{
    message[0] = '\0';
    if (ng_js_objects_are_ready()) {
        return NG_STATUS_OK;
    }
    ng_status status = ng_creation_acquire(environment, UINT64_MAX);
    if (status != NG_STATUS_OK) {
        return status;
    }
    if (!ng_js_objects_are_ready()) {
        if (!ng_attach(environment)) {
            status = NG_STATUS_SHUT_DOWN;
        } else {
            if (!make_types()) {
                ng_error_to_message("Python", message, NG_MESSAGE_SIZE);
                status = NG_STATUS_PYTHON_ERROR;
            }
            ng_detach(environment);
        }
    }
    ng_creation_release(environment);
    return status;
}

/* ---- there ---------------------------------------------------------------------------------- */

/* Takes back what was written before something failed. Attached. */
static void undo(ng_environment *owner, const ng_slot *slots, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        PyObject *object = NULL;
        if ((slots[i].tag & NG_TAG_IN_BLOCK) != 0U) {
            ng_blocks_free(&owner->blocks, (uint64_t)slots[i].payload.number);
        } else if (slots[i].tag == NG_TAG_OBJECT && (slots[i].length & NG_OBJECT_KNOWN) == 0U &&
                   ng_handle_take(&owner->handles, (ng_handle)slots[i].payload.number, &object) ==
                       NG_STATUS_OK) {
            ng_py.Py_DecRef(object);
        }
    }
}

static void raise_status(ng_status status)
{
    switch (status) {
    case NG_STATUS_PYTHON_ERROR:
        break; /* raised already */
    case NG_STATUS_OUT_OF_MEMORY:
        (void)ng_py.PyErr_NoMemory();
        break;
    case NG_STATUS_SURROGATE_PAIR:
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_ValueError,
                              "a str with a high surrogate next to a low one cannot become a "
                              "JavaScript string: UTF-16 would fuse them into one character");
        break;
    default:
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "the JavaScript function answered with something that names no "
                              "Python object of its thread: it was released, or belongs to "
                              "another thread");
    }
}

static ng_status write_name(ng_writer *writer, ng_text name, ng_slot *slot)
{
    PyObject *text = ng_py.PyUnicode_DecodeUTF8(name.data, (Py_ssize_t)name.size, "strict");
    if (text == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    ng_status status = ng_text_to_slot(writer, text, false, slot);
    ng_py.Py_DecRef(text);
    return status;
}

int ng_call_enter(ng_environment *owner, const ng_function_call *call, uint32_t *offset)
{
    uint32_t *words = (uint32_t *)(void *)owner->arena;
    size_t start = ALIGN_UP((size_t)words[NG_ARENA_TOP]);
    size_t slots = call->count + call->keywords;
    if (slots > NG_MAXIMUM_ARGUMENTS ||
        start + NG_FRAME_ARGUMENTS + slots * NG_SLOT_SIZE + NG_FRAME_MINIMUM_DATA > NG_ARENA_SIZE) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_RecursionError,
                              "calls between Python and JavaScript are nested too deeply, or this "
                              "one has too many arguments: pass a list");
        return 0;
    }
    ng_frame *frame = (ng_frame *)(void *)(owner->arena + start);
    *frame = (ng_frame){.operation = (uint32_t)call->kind,
                        .positional = (uint32_t)(call->count - call->keywords),
                        .keywords = (uint32_t)call->keywords,
                        .capacity = (uint32_t)(NG_ARENA_SIZE - start),
                        .detail = (uint32_t)call->function};
    ng_writer writer = {.environment = owner,
                        .cursor = start + NG_FRAME_ARGUMENTS + slots * NG_SLOT_SIZE,
                        /* What JavaScript answers wants room, too. */
                        .end = NG_ARENA_SIZE - NG_FRAME_MINIMUM_DATA,
                        .proxies = true,
                        .policy = call->policy};
    ng_status status = NG_STATUS_OK;
    size_t written = 0;
    for (; written < slots && status == NG_STATUS_OK; written++) {
        ng_slot *slot = &frame->arguments[written];
        *slot = (ng_slot){0};
        status = written < call->count
                     ? ng_python_to_slot(&writer, call->arguments[written], slot)
                     : write_name(&writer, call->names[written - call->count], slot);
    }
    if (status != NG_STATUS_OK) {
        undo(owner, frame->arguments, written);
        raise_status(status);
        return 0;
    }
    words[NG_ARENA_TOP] = (uint32_t)ALIGN_UP(writer.cursor);
    words[NG_ARENA_FRAME] = (uint32_t)start;
    *offset = (uint32_t)start;
    ng_suspend(owner);
    return 1;
}

/* ---- back ----------------------------------------------------------------------------------- */

/* The value that JavaScript left: a new reference, or NULL with an exception raised. Attached. */
static PyObject *take_answer(ng_environment *owner, const ng_slot *slot)
{
    PyObject *value = NULL;
    ng_status status = NG_STATUS_OK;
    if (slot->tag == NG_TAG_MISSING) {
        value = ng_js_missing();
        ng_py.Py_IncRef(value);
    } else {
        status = ng_slot_to_python(owner, slot, &value);
    }
    undo(owner, slot, slot->tag == NG_TAG_OBJECT && (slot->length & NG_OBJECT_TAKEN) == 0U ? 0 : 1);
    if (status != NG_STATUS_OK) {
        raise_status(status);
        return NULL;
    }
    return value;
}

ng_object *ng_call_return(ng_environment *owner, uint32_t offset)
{
    ng_resume(owner);
    const ng_frame *frame = (const ng_frame *)(const void *)(owner->arena + offset);
    uint32_t status = frame->status;
    ng_slot slot = frame->result; /* a copy: releasing what it names may run anything */
    PyObject *value = take_answer(owner, &slot);
    if (status == NG_STATUS_OK || value == NULL) {
        return value;
    }
    if (ng_py.PyType_IsSubtype(ng_type_of(value), *(PyTypeObject **)ng_py.PyExc_BaseException) !=
        0) {
        ng_py.PyErr_SetObject((PyObject *)ng_type_of(value), value);
    } else {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "JavaScript failed with something that is no exception");
    }
    ng_py.Py_DecRef(value);
    return NULL;
}
