#include "js_objects.h"

#include "bootstrap.h"
#include "platform.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Shapes below this have their class remembered here; others ask Python each time. */
#define KNOWN_SHAPES 4096U

/* More objects than this at a time are refused: the table of an environment is as long as its numbers. */
#define MOST_OBJECTS (1U << 28)

/* An instance's own part, behind the head. */
typedef struct js_part {
    ng_js_reference *reference;
    void *vectorcall;
    PyObject *weak_references;
} js_part;

/* Written once under the creation lock, before `ready`; never freed. */
static PyTypeObject *js_object_type;
static PyTypeObject *js_exception_type;
static ng_js_object_calls js_object_calls;
static _Atomic bool ready;
/* Each goes from NULL to a class once, and holds a reference to it for good. */
static _Atomic(PyObject *) classes[KNOWN_SHAPES];

static js_part *part_of(PyObject *object)
{
    return (js_part *)(void *)((char *)object + ng_py.head_size);
}

/* ---- references ----------------------------------------------------------------------------- */

void ng_js_reference_free(ng_js_reference *reference)
{
    ng_mailbox_release(reference->mailbox);
    free(reference);
}

static void deliver_drop(ng_message *message, ng_environment *owner)
{
    ng_js_reference *own = (ng_js_reference *)(void *)message;
    void (*drop)(void *context, uint64_t number) = owner->host.drop;
    if (own->is_object) {
        /* A new instance may have been made since: the object is gone with the last one. */
        ng_js_known *known =
            own->number < owner->js_object_count ? &owner->js_objects[own->number] : NULL;
        drop = known != NULL && --known->instances == 0 ? owner->host.drop_object : NULL;
    }
    if (!owner->ending && drop != NULL) {
        drop(owner->host.context, own->number);
    }
    ng_js_reference_free(own);
}

static void refuse_drop(ng_message *message)
{
    ng_js_reference_free((ng_js_reference *)(void *)message); /* it went with its realm */
}

ng_js_reference *ng_js_reference_create(ng_environment *owner, uint64_t number, bool is_object)
{
    ng_js_reference *reference = calloc(1, sizeof *reference);
    if (reference == NULL) {
        (void)ng_py.PyErr_NoMemory();
        return NULL;
    }
    reference->dropped.deliver = deliver_drop;
    reference->dropped.refuse = refuse_drop;
    reference->mailbox = owner->mailbox;
    ng_mailbox_reference(reference->mailbox);
    reference->owner = owner->number;
    reference->is_object = is_object;
    reference->number = number;
    return reference;
}

void ng_js_reference_drop(ng_js_reference *reference)
{
    /* In a forked child the mailbox's lock may be a thread's that is not here. */
    if (!ng_process_is_forked_child() &&
        !ng_mailbox_post(reference->mailbox, &reference->dropped)) {
        ng_js_reference_free(reference);
    }
}

/* ---- the type ------------------------------------------------------------------------------- */

/* tp_dealloc. Any thread, attached. */
static void deallocate(PyObject *self)
{
    js_part *part = part_of(self);
    PyTypeObject *type = ng_type_of(self);
    if (part->weak_references != NULL) {
        ng_py.PyObject_ClearWeakRefs(self);
    }
    ng_js_reference *reference = part->reference;
    part->reference = NULL;
    void (*release_memory)(void *) = (void (*)(void *))ng_py.PyType_GetSlot(type, NG_PY_TP_FREE);
    release_memory(self);
    ng_py.Py_DecRef((PyObject *)type); /* instances of heap types hold their type */
    if (reference != NULL) {
        ng_js_reference_drop(reference);
    }
}

PyObject *ng_js_objects_make_type(const ng_js_object_calls *calls)
{
    static ng_method_def methods[2]; /* the type refers to it for ever */
    js_object_calls = *calls;
    methods[0] = (ng_method_def){.name = "_operate",
                                 .call = calls->operate,
                                 .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS,
                                 .doc = NULL};
    ng_member_def members[] = {
        {"__vectorcalloffset__", NG_PY_T_PYSSIZET,
         (Py_ssize_t)(ng_py.head_size + offsetof(js_part, vectorcall)), NG_PY_READONLY, NULL},
        {"__weaklistoffset__", NG_PY_T_PYSSIZET,
         (Py_ssize_t)(ng_py.head_size + offsetof(js_part, weak_references)), NG_PY_READONLY, NULL},
        {NULL, 0, 0, 0, NULL},
    };
    ng_type_slot slots[] = {
        {NG_PY_TP_DEALLOC, (void *)deallocate},
        {NG_PY_TP_CALL, (void *)ng_py.PyVectorcall_Call},
        {NG_PY_TP_MEMBERS, members},
        {NG_PY_TP_METHODS, methods},
        {0, NULL},
    };
    ng_type_spec spec = {.name = "nogil.JsObject",
                         .basic_size = (int)(ng_py.head_size + sizeof(js_part)),
                         .flags = NG_PY_TPFLAGS_DISALLOW_INSTANTIATION | NG_PY_TPFLAGS_BASETYPE |
                                  NG_PY_TPFLAGS_HAVE_VECTORCALL,
                         .slots = slots};
    return ng_py.PyType_FromSpec(&spec);
}

void ng_js_objects_publish(PyObject *type, PyObject *exception_type)
{
    js_object_type = (PyTypeObject *)type;
    js_exception_type = (PyTypeObject *)exception_type;
    /* Release pairs with the acquire in ng_js_objects_are_ready: type and classes are complete. */
    atomic_store_explicit(&ready, true, memory_order_release);
}

bool ng_js_objects_are_ready(void)
{
    return atomic_load_explicit(&ready, memory_order_acquire);
}

/* The class for a shape: a new reference, or NULL with an exception. */
static PyObject *class_for(uint32_t shape)
{
    PyObject *known = NULL;
    if (shape < KNOWN_SHAPES) {
        /* Acquire pairs with the exchange below. It is never taken away again. */
        known = atomic_load_explicit(&classes[shape], memory_order_acquire);
    }
    if (known != NULL) {
        ng_py.Py_IncRef(known);
        return known;
    }
    PyObject *number = ng_py.PyLong_FromLongLong(shape);
    PyObject *made = number == NULL ? NULL : ng_bootstrap_call("js_type", number);
    if (number != NULL) {
        ng_py.Py_DecRef(number);
    }
    if (made != NULL && shape < KNOWN_SHAPES) {
        /* js_type gives the same class to everybody who asks: whoever comes first puts it here. */
        PyObject *expected = NULL;
        ng_py.Py_IncRef(made);
        if (!atomic_compare_exchange_strong_explicit(&classes[shape], &expected, made,
                                                     memory_order_acq_rel, memory_order_acquire)) {
            ng_py.Py_DecRef(made);
        }
    }
    return made;
}

/* ---- instances ------------------------------------------------------------------------------ */

static void forget_objects(ng_end_hook *hook, ng_environment *environment)
{
    (void)hook;
    if (ng_attach(environment)) {
        for (size_t i = 0; i < environment->js_object_count; i++) {
            if (environment->js_objects[i].weak != NULL) {
                ng_py.Py_DecRef(environment->js_objects[i].weak);
            }
        }
        ng_detach(environment);
    }
    free(environment->js_objects);
    environment->js_objects = NULL;
    environment->js_object_count = 0;
}

/* Room for `number` in the environment's table; false with an exception. */
static bool make_room(ng_environment *owner, uint64_t number)
{
    if (number < owner->js_object_count) {
        return true;
    }
    if (number == 0 || number >= MOST_OBJECTS) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_RuntimeError,
                              "too many JavaScript objects at a time");
        return false;
    }
    size_t count = owner->js_object_count == 0 ? 64 : owner->js_object_count;
    while (count <= number) {
        count *= 2;
    }
    ng_js_known *grown = realloc(owner->js_objects, count * sizeof *grown);
    if (grown == NULL) {
        (void)ng_py.PyErr_NoMemory();
        return false;
    }
    memset(grown + owner->js_object_count, 0, (count - owner->js_object_count) * sizeof *grown);
    owner->js_objects = grown;
    owner->js_object_count = count;
    ng_environment_on_end(owner, &owner->js_objects_end, forget_objects);
    return true;
}

static PyObject *create(ng_environment *owner, uint64_t number, uint32_t shape)
{
    PyObject *type = class_for(shape % NG_JS_SHAPE_POLICY);
    PyObject *made = type == NULL ? NULL : ng_py.PyType_GenericAlloc((PyTypeObject *)type, 0);
    if (made != NULL) {
        js_part *part = part_of(made);
        part->vectorcall = (void *)js_object_calls.call;
        part->reference = ng_js_reference_create(owner, number, true);
        if (part->reference == NULL) {
            ng_py.Py_DecRef(made);
            made = NULL;
        } else {
            part->reference->policy = shape / NG_JS_SHAPE_POLICY;
            owner->js_objects[number].instances++;
        }
    }
    if (type != NULL) {
        ng_py.Py_DecRef(type);
    }
    return made;
}

PyObject *ng_js_object_for(ng_environment *owner, uint64_t number, uint32_t shape)
{
    if (!ng_js_objects_are_ready()) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_RuntimeError,
                              "JavaScript objects were not made ready on this thread");
        return NULL;
    }
    if (!make_room(owner, number)) {
        return NULL;
    }
    PyObject *found = NULL;
    PyObject *known = owner->js_objects[number].weak;
    if (known != NULL && ng_py.PyWeakref_GetRef(known, &found) < 0) {
        return NULL;
    }
    if (found != NULL) {
        return found;
    }
    PyObject *made = create(owner, number, shape);
    PyObject *weak = made == NULL ? NULL : ng_py.PyWeakref_NewRef(made, NULL);
    if (weak == NULL) {
        if (made != NULL) {
            ng_py.Py_DecRef(made);
        }
        return NULL;
    }
    /* The class was made by Python code, which may have made this very object meanwhile: the table may be
       another one by now, and what is in it goes. */
    known = owner->js_objects[number].weak;
    owner->js_objects[number].weak = weak;
    if (known != NULL) {
        ng_py.Py_DecRef(known);
    }
    return made;
}

int ng_js_object_is_live(const ng_environment *owner, uint64_t number)
{
    return number < owner->js_object_count && owner->js_objects[number].instances != 0 ? 1 : 0;
}

uint64_t ng_js_object_number(const ng_environment *environment, PyObject *object)
{
    if (!ng_js_objects_are_ready() ||
        ng_py.PyType_IsSubtype(ng_type_of(object), js_object_type) == 0) {
        return 0;
    }
    const ng_js_reference *reference = part_of(object)->reference;
    return reference != NULL && reference->owner == environment->number ? reference->number : 0;
}

uint64_t ng_js_exception_number(const ng_environment *environment, PyObject *object, bool as_value)
{
    if (!ng_js_objects_are_ready() ||
        ng_py.PyType_IsSubtype(ng_type_of(object), js_exception_type) == 0) {
        return 0;
    }
    uint64_t number = 0;
    PyObject *is_error = ng_py.PyObject_GetAttrString(object, "_is_error");
    PyObject *carrier = is_error == NULL ? NULL : ng_py.PyObject_GetAttrString(object, "_carrier");
    if (carrier != NULL) {
        if (!as_value || is_error == ng_py._Py_TrueStruct) {
            number = ng_js_object_number(environment, carrier);
        }
        ng_py.Py_DecRef(carrier);
    }
    if (is_error != NULL) {
        ng_py.Py_DecRef(is_error);
    }
    if (number == 0U && ng_py.PyErr_Occurred() != NULL) {
        ng_py.PyErr_Clear(); /* a class derived from it that hides them */
    }
    return number;
}

const ng_js_reference *ng_js_object_reference(PyObject *self)
{
    if (!ng_js_objects_are_ready() ||
        ng_py.PyType_IsSubtype(ng_type_of(self), js_object_type) == 0 ||
        part_of(self)->reference == NULL) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "this object stands for no JavaScript object");
        return NULL;
    }
    return part_of(self)->reference;
}
