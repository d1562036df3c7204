/*
 * convert.c: both directions in one file, because a tag means something only if they agree.
 */
#include "convert.h"

#include "abi.h"
#include "bootstrap.h"
#include "js_objects.h"
#include "memory.h"
#include "type_table.h"

#include <stdlib.h>
#include <string.h>

/* The largest integer a double holds exactly along with all below it: Number.MAX_SAFE_INTEGER. */
#define LARGEST_SAFE_INTEGER 9007199254740991LL

/* Text up to this many code points is widened on the C stack; longer text, unless it is ASCII, on the heap. */
#define STACK_TEXT 512

/* str.isascii, which knows without a look at the text. Written once, attached; never freed. */
static _Atomic(PyObject *) str_is_ascii;

/* ---- text and bytes of a slot ------------------------------------------------------------- */

static bool slot_bytes(ng_environment *environment, const ng_slot *slot, size_t bytes,
                       const char **out)
{
    if ((slot->tag & NG_TAG_IN_BLOCK) != 0U) {
        if (!(slot->payload.number > 0 && slot->payload.number <= (double)LARGEST_SAFE_INTEGER)) {
            return false;
        }
        size_t available = 0;
        void *data =
            ng_blocks_find(&environment->blocks, (uint64_t)slot->payload.number, &available);
        *out = data;
        return data != NULL && bytes <= available;
    }
    if (slot->payload.offset > NG_ARENA_SIZE || bytes > NG_ARENA_SIZE - slot->payload.offset) {
        return false;
    }
    *out = environment->arena + slot->payload.offset;
    return true;
}

PyObject *ng_integer_from_hex(const char *text, size_t length)
{
    char *terminated = malloc(length + 1);
    if (terminated == NULL) {
        return ng_py.PyErr_NoMemory();
    }
    memcpy(terminated, text, length);
    terminated[length] = '\0';
    PyObject *result = ng_py.PyLong_FromString(terminated, NULL, 16);
    free(terminated);
    return result;
}

PyObject *ng_text_from_utf16(const char *units, size_t length)
{
    /* The byte order must be given: otherwise a leading U+FEFF is taken for a mark and dropped. */
    const uint16_t probe = 1;
    int order = *(const char *)&probe == 1 ? -1 : 1;
    return ng_py.PyUnicode_DecodeUTF16(units, (Py_ssize_t)(length * 2U), "surrogatepass", &order);
}

ng_status ng_slot_to_python(ng_environment *environment, const ng_slot *slot, PyObject **out)
{
    ng_tree_containers containers = {0};
    ng_status status = ng_slot_to_python_among(environment, slot, &containers, out);
    ng_tree_containers_drop(&containers);
    return status;
}

ng_status ng_slot_to_python_among(ng_environment *environment, const ng_slot *slot,
                                  ng_tree_containers *containers, PyObject **out)
{
    const char *data = NULL;
    PyObject *object = NULL;
    switch (slot->tag & ~(uint32_t)NG_TAG_IN_BLOCK) {
    case NG_TAG_NONE:
        object = ng_none();
        ng_py.Py_IncRef(object);
        break;
    case NG_TAG_NULL:
        object = ng_bootstrap_null();
        ng_py.Py_IncRef(object);
        break;
    case NG_TAG_FALSE:
        object = ng_py._Py_FalseStruct;
        ng_py.Py_IncRef(object);
        break;
    case NG_TAG_TRUE:
        object = ng_py._Py_TrueStruct;
        ng_py.Py_IncRef(object);
        break;
    case NG_TAG_FLOAT:
        object = ng_py.PyFloat_FromDouble(slot->payload.number);
        break;
    case NG_TAG_INT:
        if (!(slot->payload.number >= -(double)LARGEST_SAFE_INTEGER &&
              slot->payload.number <= (double)LARGEST_SAFE_INTEGER)) {
            return NG_STATUS_BAD_FRAME;
        }
        object = ng_py.PyLong_FromLongLong((long long)slot->payload.number);
        break;
    case NG_TAG_BIGINT64:
        object = ng_py.PyLong_FromLongLong(slot->payload.integer);
        break;
    case NG_TAG_BIGINT_HEX:
        if (!slot_bytes(environment, slot, slot->length, &data)) {
            return NG_STATUS_BAD_FRAME;
        }
        object = ng_integer_from_hex(data, slot->length);
        break;
    case NG_TAG_STRING_LATIN1:
        if (!slot_bytes(environment, slot, slot->length, &data)) {
            return NG_STATUS_BAD_FRAME;
        }
        object = ng_py.PyUnicode_DecodeLatin1(data, (Py_ssize_t)slot->length, NULL);
        break;
    case NG_TAG_STRING_UTF16:
        if (!slot_bytes(environment, slot, (size_t)slot->length * 2U, &data)) {
            return NG_STATUS_BAD_FRAME;
        }
        object = ng_text_from_utf16(data, slot->length);
        break;
    case NG_TAG_BYTES:
        if (!slot_bytes(environment, slot, slot->length, &data)) {
            return NG_STATUS_BAD_FRAME;
        }
        object = ng_py.PyBytes_FromStringAndSize(data, (Py_ssize_t)slot->length);
        break;
    case NG_TAG_OBJECT: {
        if (!(slot->payload.number >= 0 && slot->payload.number <= (double)LARGEST_SAFE_INTEGER)) {
            return NG_STATUS_BAD_FRAME;
        }
        ng_status status =
            ng_handle_borrow(&environment->handles, (ng_handle)slot->payload.number, &object);
        if (status != NG_STATUS_OK) {
            return status;
        }
        /* Our own reference: what runs next may drop the last other one. */
        ng_py.Py_IncRef(object);
        break;
    }
    case NG_TAG_TREE:
        if (!slot_bytes(environment, slot, slot->length, &data)) {
            return NG_STATUS_BAD_FRAME;
        }
        return ng_tree_to_python(environment, data, slot->length, containers, out);
    case NG_TAG_JS_OBJECT:
        object = ng_js_object_for(environment, (uint64_t)slot->payload.number, slot->length);
        break;
    default:
        return NG_STATUS_BAD_FRAME;
    }
    *out = object;
    return object == NULL ? NG_STATUS_PYTHON_ERROR : NG_STATUS_OK;
}

/* ---- room for an answer ------------------------------------------------------------------- */

/* Room for `bytes` of text: in the frame, or, where that is too small, in a block. */
static void *reserve(ng_writer *writer, size_t bytes, size_t alignment, ng_slot *slot)
{
    if (writer->tree != NULL) {
        return ng_tree_extend(writer->tree, bytes);
    }
    size_t start = (writer->cursor + alignment - 1U) & ~(alignment - 1U);
    if (start <= writer->end && bytes <= writer->end - start) {
        writer->cursor = start + bytes;
        slot->payload.offset = start;
        return writer->environment->arena + start;
    }
    void *data = NULL;
    uint64_t block = ng_blocks_create(&writer->environment->blocks, bytes, &data);
    slot->tag |= NG_TAG_IN_BLOCK;
    slot->payload.number = (double)block;
    return block == 0 ? NULL : data;
}

/* ---- text of a str ------------------------------------------------------------------------ */

typedef struct ng_text_shape {
    size_t units; /* of UTF-16 */
    Py_UCS4 largest;
    bool has_pair; /* a high surrogate followed by a low one, as two code points */
} ng_text_shape;

static ng_text_shape shape_of(const Py_UCS4 *points, size_t length)
{
    ng_text_shape shape = {.units = length, .largest = 0, .has_pair = false};
    Py_UCS4 seen = 0;
    for (size_t i = 0; i < length; i++) {
        seen |= points[i];
    }
    shape.largest = seen;
    if (seen < 0xD800U) {
        return shape;
    }
    for (size_t i = 0; i < length; i++) {
        shape.units += points[i] > 0xFFFFU;
        shape.has_pair = shape.has_pair || (i > 0 && (points[i] & 0xFFFFFC00U) == 0xDC00U &&
                                            (points[i - 1] & 0xFFFFFC00U) == 0xD800U);
    }
    return shape;
}

static void write_utf16(uint16_t *out, const Py_UCS4 *points, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        Py_UCS4 point = points[i];
        if (point > 0xFFFFU) {
            *out++ = (uint16_t)(0xD7C0U + (point >> 10U));
            *out++ = (uint16_t)(0xDC00U | (point & 0x3FFU));
        } else {
            *out++ = (uint16_t)point;
        }
    }
}

static ng_status write_text(ng_writer *writer, const Py_UCS4 *points, size_t length, bool lenient,
                            ng_slot *slot)
{
    ng_text_shape shape = shape_of(points, length);
    if (shape.has_pair && !lenient) {
        return NG_STATUS_SURROGATE_PAIR;
    }
    if (shape.units > UINT32_MAX) {
        return NG_STATUS_OUT_OF_MEMORY; /* longer than any JavaScript string can be */
    }
    slot->length = (uint32_t)shape.units;
    /* `largest` is the bits of all points together, which is below 256 just when all of them are. */
    if (shape.largest <= 0xFFU) {
        slot->tag = NG_TAG_STRING_LATIN1;
        uint8_t *out = reserve(writer, length, NG_TEXT_ALIGNMENT, slot);
        if (out == NULL) {
            return NG_STATUS_OUT_OF_MEMORY;
        }
        for (size_t i = 0; i < length; i++) {
            out[i] = (uint8_t)points[i];
        }
    } else {
        slot->tag = NG_TAG_STRING_UTF16;
        uint16_t *out = reserve(writer, shape.units * 2U, NG_TEXT_ALIGNMENT, slot);
        if (out == NULL) {
            return NG_STATUS_OUT_OF_MEMORY;
        }
        write_utf16(out, points, length);
    }
    return NG_STATUS_OK;
}

static bool has_surrogate_pair(const uint16_t *units, size_t length)
{
    unsigned surrogates =
        0; /* most text has none, and without a branch the compiler looks at many at once */
    for (size_t i = 0; i < length; i++) {
        surrogates |= (units[i] & 0xF800U) == 0xD800U;
    }
    if (surrogates == 0U) {
        return false;
    }
    for (size_t i = 1; i < length; i++) {
        if ((units[i] & 0xFC00U) == 0xDC00U && (units[i - 1] & 0xFC00U) == 0xD800U) {
            return true;
        }
    }
    return false;
}

/* Text whose code points are `width` bytes each, 1 or 2: JavaScript's two widths, so it is copied as it is. */
static ng_status copy_text(ng_writer *writer, const void *data, size_t length, size_t width,
                           ng_slot *slot)
{
    if (length > UINT32_MAX) {
        return NG_STATUS_OUT_OF_MEMORY; /* longer than any JavaScript string can be */
    }
    slot->length = (uint32_t)length;
    slot->tag = width == 1U ? NG_TAG_STRING_LATIN1 : NG_TAG_STRING_UTF16;
    void *out = reserve(writer, length * width, NG_TEXT_ALIGNMENT, slot);
    if (out == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    memcpy(out, data, length * width);
    return NG_STATUS_OK;
}

/* NULL where that cannot be had now. */
static PyObject *is_ascii_function(void)
{
    PyObject *function = atomic_load_explicit(&str_is_ascii, memory_order_acquire);
    if (function == NULL) {
        PyObject *none = NULL;
        function = ng_py.PyObject_GetAttrString(ng_py.PyUnicode_Type, "isascii");
        /* Release pairs with the acquire above: it is complete. */
        if (function != NULL &&
            !atomic_compare_exchange_strong_explicit(&str_is_ascii, &none, function,
                                                     memory_order_acq_rel, memory_order_acquire)) {
            ng_py.Py_DecRef(function);
            function = none;
        }
    }
    return function;
}

/* NULL, without an exception: it is not ASCII. Of other text this would make and keep a copy in UTF-8. */
static const char *ascii_of(PyObject *object)
{
    PyObject *function = is_ascii_function();
    PyObject *answer =
        function == NULL ? NULL : ng_py.PyObject_Vectorcall(function, &object, 1, NULL);
    const char *data =
        answer == ng_py._Py_TrueStruct ? ng_py.PyUnicode_AsUTF8AndSize(object, NULL) : NULL;
    if (answer == NULL || (answer == ng_py._Py_TrueStruct && data == NULL)) {
        ng_py.PyErr_Clear(); /* no memory: whoever asks goes on without, or says so */
    }
    if (answer != NULL) {
        ng_py.Py_DecRef(answer);
    }
    return data;
}

ng_status ng_text_to_slot(ng_writer *writer, PyObject *object, bool lenient, ng_slot *slot)
{
    Py_ssize_t length = ng_py.PyUnicode_GetLength(object);
    if (length < 0) {
        return NG_STATUS_PYTHON_ERROR;
    }
    if (ng_py.PyUnicode_KIND != NULL && ng_py.PyUnicode_DATA != NULL) {
        const void *data = ng_py.PyUnicode_DATA(object);
        switch (ng_py.PyUnicode_KIND(object)) {
        case 1:
            return copy_text(writer, data, (size_t)length, 1U, slot);
        case 2:
            return !lenient && has_surrogate_pair(data, (size_t)length)
                       ? NG_STATUS_SURROGATE_PAIR
                       : copy_text(writer, data, (size_t)length, 2U, slot);
        default:
            return write_text(writer, data, (size_t)length, lenient, slot);
        }
    }
    const char *ascii = length > STACK_TEXT ? ascii_of(object) : NULL;
    if (ascii != NULL) {
        return copy_text(writer, ascii, (size_t)length, 1U, slot);
    }
    Py_UCS4 small[STACK_TEXT];
    Py_UCS4 *points = length <= STACK_TEXT ? small : malloc((size_t)length * sizeof *points);
    if (points == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    /* Code points are the one view that every version offers for every str, lone surrogates and all. */
    ng_status status = NG_STATUS_PYTHON_ERROR;
    if (length == 0 || ng_py.PyUnicode_AsUCS4(object, points, length, 0) != NULL) {
        status = write_text(writer, points, (size_t)length, lenient, slot);
    }
    if (points != small) {
        free(points);
    }
    return status;
}

/* ---- integers and bytes ------------------------------------------------------------------- */

static ng_status integer_to_slot(ng_writer *writer, PyObject *object, ng_slot *slot)
{
    int overflow = 0;
    long long value = ng_py.PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow == 0) {
        if (value == -1 && ng_py.PyErr_Occurred() != NULL) {
            return NG_STATUS_PYTHON_ERROR;
        }
        if (value >= -LARGEST_SAFE_INTEGER && value <= LARGEST_SAFE_INTEGER) {
            slot->tag = NG_TAG_INT;
            slot->payload.number = (double)value;
        } else {
            slot->tag = NG_TAG_BIGINT64;
            slot->payload.integer = value;
        }
        return NG_STATUS_OK;
    }
    /* Hexadecimal: linear in both directions, and not subject to int_max_str_digits. */
    PyObject *hex = ng_py.PyNumber_ToBase(object, 16);
    if (hex == NULL) {
        return NG_STATUS_PYTHON_ERROR;
    }
    ng_status status = ng_text_to_slot(writer, hex, false, slot);
    ng_py.Py_DecRef(hex);
    if (status == NG_STATUS_OK) {
        slot->tag = (slot->tag & NG_TAG_IN_BLOCK) | NG_TAG_BIGINT_HEX;
    }
    return status;
}

ng_status ng_bytes_to_slot(ng_writer *writer, const void *data, size_t length, ng_slot *slot)
{
    if ((uint64_t)length > UINT32_MAX) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    slot->tag = NG_TAG_BYTES;
    slot->length = (uint32_t)length;
    char *out = reserve(writer, length, 1, slot);
    if (out == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    memcpy(out, data, length);
    return NG_STATUS_OK;
}

/* ---- objects ------------------------------------------------------------------------------ */

ng_status ng_python_to_handle(ng_writer *writer, PyObject *object, ng_slot *slot)
{
    ng_py.Py_IncRef(object);
    ng_handle handle = ng_handle_steal(&writer->environment->handles, object);
    if (handle == 0) {
        ng_py.Py_DecRef(object);
        return NG_STATUS_OUT_OF_MEMORY;
    }
    slot->tag = NG_TAG_OBJECT;
    slot->length = ng_py.PyCallable_Check(object) != 0 ? NG_OBJECT_CALLABLE : 0U;
    slot->payload.number = (double)handle;
    return NG_STATUS_OK;
}

uint32_t ng_shape_flags(PyObject *object)
{
    ng_type_found found;
    PyTypeObject *type = ng_type_of(object);
    if (!ng_type_table_find(type, NG_TYPE_SCOPE_SHAPE, &found) ||
        !ng_type_mark_is_current(type, &found.mark)) {
        return 0;
    }
    return NG_OBJECT_SHAPED | (uint32_t)(found.value * NG_OBJECT_SHAPE);
}

/* A bound method that was made for this answer. Nobody asks whether two of them are the same, and
   remembering one costs more than calling it. */
static bool is_passing(PyObject *object)
{
    PyTypeObject *type = ng_type_of(object);
    return (type == ng_py.PyMethod_Type || type == ng_py.PyCFunction_Type) &&
           ng_abi_is_only_reference(object);
}

ng_status ng_python_to_new_proxy(ng_writer *writer, PyObject *object, ng_slot *slot)
{
    ng_environment *environment = writer->environment;
    bool passing = is_passing(object); /* before the handle has a reference, too */
    ng_status status = ng_python_to_handle(writer, object, slot);
    if (status != NG_STATUS_OK) {
        return status;
    }
    slot->length |= ng_shape_flags(object);
    /* Without memory it is a proxy that is not found again. */
    if (!passing && ng_identity_put(&environment->identities, &environment->handles, object,
                                    writer->policy, (ng_handle)slot->payload.number)) {
        slot->length |= NG_OBJECT_REMEMBERED;
    }
    return NG_STATUS_OK;
}

ng_status ng_python_to_proxy(ng_writer *writer, PyObject *object, ng_slot *slot)
{
    const ng_environment *environment = writer->environment;
    ng_handle known =
        ng_identity_find(&environment->identities, &environment->handles, object, writer->policy);
    if (known == 0) {
        return ng_python_to_new_proxy(writer, object, slot);
    }
    slot->tag = NG_TAG_OBJECT;
    slot->length = NG_OBJECT_KNOWN;
    slot->payload.number = (double)known;
    return NG_STATUS_OK;
}

static ng_status object_to_slot(ng_writer *writer, PyObject *object, ng_slot *slot)
{
    /* Pyodide's rules: a new proxy for each crossing, with a lifetime of its own. */
    return writer->proxies && writer->policy != NG_POLICY_PYODIDE
               ? ng_python_to_proxy(writer, object, slot)
               : ng_python_to_handle(writer, object, slot);
}

/* What the questions below would all be answered with no for: nothing of JavaScript's has exactly these types. */
static bool is_plain_callable(const PyTypeObject *type)
{
    return type == ng_py.PyFunction_Type || type == ng_py.PyCFunction_Type ||
           type == ng_py.PyMethod_Type;
}

ng_status ng_python_to_slot(ng_writer *writer, PyObject *object, ng_slot *slot)
{
    *slot = (ng_slot){0};
    if (writer->handles) {
        return ng_python_to_handle(writer, object, slot);
    }
    /* Exact types only: a subclass (an Enum member, say) is more than its value, and stays an object. */
    PyTypeObject *type = ng_type_of(object);
    if (type == ng_py.PyFloat_Type) {
        slot->tag = NG_TAG_FLOAT;
        slot->payload.number = ng_py.PyFloat_AsDouble(object);
        return NG_STATUS_OK;
    }
    if (type == ng_py.PyLong_Type) {
        return integer_to_slot(writer, object, slot);
    }
    if (type == ng_py.PyUnicode_Type) {
        return ng_text_to_slot(writer, object, false, slot);
    }
    if (object == ng_none()) {
        slot->tag = NG_TAG_NONE;
        return NG_STATUS_OK;
    }
    if (object == ng_bootstrap_null()) {
        slot->tag = NG_TAG_NULL;
        return NG_STATUS_OK;
    }
    if (object == ng_py._Py_TrueStruct || object == ng_py._Py_FalseStruct) {
        slot->tag = object == ng_py._Py_TrueStruct ? NG_TAG_TRUE : NG_TAG_FALSE;
        return NG_STATUS_OK;
    }
    if (is_plain_callable(type)) {
        return object_to_slot(writer, object, slot);
    }
    const ng_memory *memory = ng_memory_of(object);
    if (memory != NULL && memory->owner == writer->environment->number && memory->holder != NULL) {
        slot->tag = NG_TAG_MEMORY;
        slot->payload.number = (double)memory->number;
        return NG_STATUS_OK;
    }
    uint64_t number = ng_js_object_number(writer->environment, object);
    if (number == 0U) {
        number = ng_js_exception_number(writer->environment, object, true);
    }
    if (number != 0U) {
        slot->tag = NG_TAG_JS_OBJECT;
        slot->payload.number = (double)number;
        return NG_STATUS_OK;
    }
    return object_to_slot(writer, object, slot);
}
