#include "js_objects.h"

#include "bootstrap.h"
#include "platform.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Shapes below this have their class remembered here; others ask Python each time. */
#define KNOWN_SHAPES 65536U

/* More objects than this at a time are refused: the table of an environment is as long as its numbers. */
#define MOST_OBJECTS (1U << 28)

/* An instance's own part, behind the head. */
typedef struct js_part {
    ng_js_reference *reference; /* its own, or, of a method, the function's */
    void *vectorcall;
    PyObject *weak_references;
    PyObject *function; /* of a method: the instance that stands for the function */
    PyObject *receiver; /* of a method: what it was read from; else NULL */
    uint32_t shape;
} js_part;

/* What a method definition holds, whatever its flags say of its arguments. */
typedef PyObject *(*ng_method_call)(PyObject *self, PyObject *const *arguments,
                                    Py_ssize_t positional, PyObject *names);

/* The end of the list of numbers that wait to be dropped; 0 is no number. */
#define LAST_DROPPED UINT32_MAX

/* Written once under the creation lock, before `ready`; never freed. */
static PyTypeObject *js_object_type;
static PyTypeObject *js_exception_type;
static ng_js_object_calls js_object_calls;
static PyObject *js_missing;
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

static void forget_recent(ng_environment *owner)
{
    for (size_t i = 0; i < NG_JS_RECENT; i++) {
        PyObject *recent = owner->js_recent[i];
        owner->js_recent[i] = NULL;
        if (recent != NULL) {
            ng_py.Py_DecRef(recent);
        }
    }
}

/* Serves the list of objects without an instance. An instance may have been made since; then it stays. */
static void deliver_dropped(ng_message *message, ng_environment *owner)
{
    (void)message;
    owner->js_drops_posted = false; /* first: what follows may post it again */
    if (owner->js_has_recent && !owner->ending && ng_attach(owner)) {
        owner->js_has_recent = false;
        forget_recent(owner);
        ng_detach(owner);
    }
    while (owner->js_dropped != 0U && owner->js_dropped != LAST_DROPPED) {
        uint32_t number = owner->js_dropped;
        ng_js_known *known = &owner->js_objects[number];
        owner->js_dropped = known->next_dropped;
        known->next_dropped = 0;
        if (known->instances == 0U && !owner->ending && owner->host.drop_object != NULL) {
            owner->host.drop_object(owner->host.context, number);
        }
    }
}

static void refuse_dropped(ng_message *message)
{
    (void)message; /* a part of its environment, which is ending */
}

/* Thread: the owner's. */
static void post_drops(ng_environment *owner)
{
    if (!owner->js_drops_posted) {
        owner->js_drops.deliver = deliver_dropped;
        owner->js_drops.refuse = refuse_dropped;
        owner->js_drops_posted = ng_mailbox_post(owner->mailbox, &owner->js_drops);
    }
}

/*
 * Keeps a function that was read from an object until JavaScript is served: `object.method()` in a loop would make
 * and drop what stands for the function each time. Thread: the owner's, attached.
 */
static void keep_recent(ng_environment *owner, PyObject *function, uint64_t number)
{
    PyObject **place = &owner->js_recent[number & (NG_JS_RECENT - 1U)];
    PyObject *before = *place;
    if (before == function || owner->ending) {
        return;
    }
    ng_py.Py_IncRef(function);
    *place = function;
    owner->js_has_recent = true;
    post_drops(owner);
    if (before != NULL) {
        ng_py.Py_DecRef(before);
    }
}

/* An instance of the owner's is gone. Thread: the owner's. */
static void count_down(ng_environment *owner, uint64_t number)
{
    if (owner->ending || number >= owner->js_object_count) {
        return; /* the objects went with their realm */
    }
    ng_js_known *known = &owner->js_objects[number];
    if (--known->instances != 0U || known->next_dropped != 0U) {
        return;
    }
    /* JavaScript cannot run here. A list and not a message for each: Python may drop the same object a
       million times before JavaScript is served. */
    known->next_dropped = owner->js_dropped == 0U ? LAST_DROPPED : owner->js_dropped;
    owner->js_dropped = (uint32_t)number;
    post_drops(owner);
}

static void deliver_drop(ng_message *message, ng_environment *owner)
{
    ng_js_reference *own = (ng_js_reference *)(void *)message;
    if (own->is_object) {
        count_down(owner, own->number);
    } else if (!owner->ending && owner->host.drop != NULL) {
        owner->host.drop(owner->host.context, own->number);
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
    if (ng_process_is_forked_child()) {
        return;
    }
    ng_environment *here = reference->is_object ? ng_environment_here(reference->owner) : NULL;
    if (here != NULL) {
        count_down(here, reference->number);
        ng_js_reference_free(reference);
    } else if (!ng_mailbox_post(reference->mailbox, &reference->dropped)) {
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
    PyObject *function = part->function;
    PyObject *receiver = part->receiver;
    ng_js_reference *reference = function == NULL ? part->reference : NULL;
    part->reference = NULL;
    void (*release_memory)(void *) = (void (*)(void *))ng_py.PyType_GetSlot(type, NG_PY_TP_FREE);
    release_memory(self);
    ng_py.Py_DecRef((PyObject *)type); /* instances of heap types hold their type */
    if (reference != NULL) {
        ng_js_reference_drop(reference);
    }
    if (function != NULL) {
        ng_py.Py_DecRef(function);
        ng_py.Py_DecRef(receiver);
    }
}

/* Methods are equal as Python's are: the same function of the same object. Any thread, attached. */
static bool are_equal(PyObject *left, PyObject *right)
{
    if (left == right) {
        return true;
    }
    if (ng_py.PyType_IsSubtype(ng_type_of(right), js_object_type) == 0) {
        return false;
    }
    const js_part *own = part_of(left);
    const js_part *other = part_of(right);
    return own->function != NULL && own->function == other->function &&
           own->receiver == other->receiver;
}

/* tp_richcompare: identity of the JavaScript objects. Any thread, attached. */
static PyObject *compare(PyObject *self, PyObject *other, int how)
{
    PyObject *answer = ng_py._Py_NotImplementedStruct;
    if (how == NG_PY_EQ || how == NG_PY_NE) {
        bool equal = are_equal(self, other);
        if (equal || ng_py.PyType_IsSubtype(ng_type_of(other), js_object_type) != 0) {
            answer = equal == (how == NG_PY_EQ) ? ng_py._Py_TrueStruct : ng_py._Py_FalseStruct;
        }
    }
    ng_py.Py_IncRef(answer);
    return answer;
}

static uint64_t hash_of(const js_part *part)
{
    /* By number and not by address: two methods that are read one after the other are equal, though the instance
       that stands for their function may be another one each time. */
    uint64_t bits = part->reference == NULL ? 0U : part->reference->number;
    return part->receiver == NULL ? bits : bits * 1000003U + hash_of(part_of(part->receiver)) + 1U;
}

/* tp_hash. Any thread, attached. */
static Py_ssize_t hash(PyObject *self)
{
    Py_ssize_t result = (Py_ssize_t)hash_of(part_of(self));
    return result == -1 ? -2 : result;
}

/* __bind__(receiver): a method of `receiver`, whose function this is. Any thread, attached. */
static PyObject *bind_method(PyObject *self, PyObject *receiver)
{
    if (ng_py.PyType_IsSubtype(ng_type_of(receiver), js_object_type) == 0) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "a JavaScript function is bound to a JavaScript object");
        return NULL;
    }
    const js_part *own = part_of(self);
    PyObject *function = own->function != NULL ? own->function : self;
    PyObject *made = ng_py.PyType_GenericAlloc(ng_type_of(function), 0);
    if (made != NULL) {
        js_part *part = part_of(made);
        part->vectorcall = (void *)js_object_calls.call_method;
        part->reference = part_of(function)->reference; /* which `function` keeps */
        part->shape = part_of(function)->shape;
        part->function = function;
        part->receiver = receiver;
        ng_py.Py_IncRef(function);
        ng_py.Py_IncRef(receiver);
    }
    return made;
}

/* __describe__(): (number of the owner, of the object, shape, function or None, receiver or None). */
static PyObject *describe(PyObject *self, PyObject *none)
{
    const js_part *part = part_of(self);
    PyObject *function = part->function != NULL ? part->function : none;
    PyObject *receiver = part->function != NULL ? part->receiver : none;
    if (function == NULL) {
        function = receiver = ng_none();
    }
    PyObject *items[5] = {
        ng_py.PyLong_FromLongLong(part->reference == NULL ? 0 : part->reference->owner),
        ng_py.PyLong_FromLongLong(part->reference == NULL ? 0 : (long long)part->reference->number),
        ng_py.PyLong_FromLongLong(part->shape), function, receiver};
    ng_py.Py_IncRef(function);
    ng_py.Py_IncRef(receiver);
    PyObject *result = ng_py.PyTuple_New(5);
    for (Py_ssize_t i = 0; i < 5; i++) {
        if (result != NULL && items[i] != NULL) {
            (void)ng_py.PyTuple_SetItem(result, i, items[i]); /* takes it over */
        } else if (items[i] != NULL) {
            ng_py.Py_DecRef(items[i]);
        } else if (result != NULL) {
            ng_py.Py_DecRef(result);
            result = NULL;
        }
    }
    return result;
}

PyObject *ng_js_objects_make_type(const ng_js_object_calls *calls)
{
    static ng_method_def methods[5]; /* the type refers to it for ever */
    js_object_calls = *calls;
    js_missing = ng_py.PyTuple_New(1); /* like nothing that anybody else has */
    if (js_missing == NULL) {
        return NULL;
    }
    methods[0] = (ng_method_def){.name = "__operate__",
                                 .call = calls->operate,
                                 .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS,
                                 .doc = NULL};
    methods[1] = (ng_method_def){
        .name = "__getattr__", .call = (ng_method_call)(void *)calls->get, .flags = NG_PY_METH_O, .doc = NULL};
    methods[2] = (ng_method_def){
        .name = "__bind__", .call = (ng_method_call)(void *)bind_method, .flags = NG_PY_METH_O, .doc = NULL};
    methods[3] = (ng_method_def){
        .name = "__describe__", .call = (ng_method_call)(void *)describe, .flags = NG_PY_METH_NOARGS, .doc = NULL};
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
        {NG_PY_TP_RICHCOMPARE, (void *)compare},
        {NG_PY_TP_HASH, (void *)hash},
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

/* The class for a shape, with its policy: a new reference, or NULL with an exception. */
static PyObject *class_for(uint32_t shape)
{
    PyObject *known = NULL;
    bool is_pyodide = shape / NG_JS_SHAPE_POLICY == NG_POLICY_PYODIDE;
    if (shape < KNOWN_SHAPES) {
        /* Acquire pairs with the exchange below. It is never taken away again. */
        known = atomic_load_explicit(&classes[shape], memory_order_acquire);
    }
    if (known != NULL) {
        ng_py.Py_IncRef(known);
        return known;
    }
    PyObject *number = ng_py.PyLong_FromLongLong(shape % NG_JS_SHAPE_POLICY);
    const char *maker = is_pyodide ? "pyodide_js_type" : "js_type";
    PyObject *made = number == NULL ? NULL : ng_bootstrap_call(maker, number);
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
        forget_recent(environment);
        if (environment->js_global != NULL) {
            ng_py.Py_DecRef(environment->js_global);
            environment->js_global = NULL;
        }
        for (size_t i = 0; i < environment->js_object_count; i++) {
            if (environment->js_objects[i].weak != NULL) {
                ng_py.Py_DecRef(environment->js_objects[i].weak);
            }
        }
        ng_detach(environment);
    }
    free(environment->js_objects);
    environment->js_objects = NULL;
    environment->js_dropped = 0;
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
    PyObject *type = class_for(shape);
    PyObject *made = type == NULL ? NULL : ng_py.PyType_GenericAlloc((PyTypeObject *)type, 0);
    if (made != NULL) {
        js_part *part = part_of(made);
        part->vectorcall = (void *)js_object_calls.call;
        part->shape = shape % NG_JS_SHAPE_POLICY;
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
    if (number >= owner->js_object_count) {
        return 0;
    }
    const ng_js_known *known = &owner->js_objects[number];
    return known->instances != 0U || known->next_dropped != 0U ? 1 : 0;
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

PyObject *ng_js_missing(void)
{
    return js_missing;
}

PyObject *ng_js_object_read(PyObject *value, PyObject *from)
{
    if (ng_py.PyType_IsSubtype(ng_type_of(value), js_object_type) == 0) {
        return value;
    }
    const js_part *part = part_of(value);
    const js_part *own = part_of(from);
    if (own->reference != NULL && own->reference->policy == NG_POLICY_PYODIDE) {
        return value; /* its Python class binds methods */
    }
    if ((part->shape & (NG_JS_SHAPE_CALLABLE | NG_JS_SHAPE_CLASS)) != NG_JS_SHAPE_CALLABLE ||
        part->function != NULL || part->reference == NULL || own->reference == NULL ||
        part->reference->owner != own->reference->owner) {
        return value;
    }
    ng_environment *here = ng_environment_attached();
    if (here != NULL && here->number == part->reference->owner) {
        keep_recent(here, value, part->reference->number);
    }
    PyObject *method = bind_method(value, from);
    ng_py.Py_DecRef(value);
    return method;
}

PyObject *ng_js_object_receiver(PyObject *self)
{
    return part_of(self)->receiver;
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
