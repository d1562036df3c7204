#include "raised.h"

#include "js_objects.h"

/* Messages up to this many characters are told at once. */
#define SHORT_MESSAGE 2048

/* Exceptions with up to this many arguments, all of them plain, are. */
#define FEW_ARGUMENTS 5

#define TYPE_IS_HEAP (1UL << 9U) /* Py_TPFLAGS_HEAPTYPE */
#define SLOT_STR 70              /* Py_tp_str: the stable ABI */

static bool is_exception(PyObject *object)
{
    return ng_py.PyType_IsSubtype(ng_type_of(object),
                                  *(PyTypeObject **)ng_py.PyExc_BaseException) != 0;
}

static bool is_plain(PyObject *object)
{
    PyTypeObject *type = ng_type_of(object);
    return type == ng_py.PyUnicode_Type || type == ng_py.PyLong_Type || object == ng_none();
}

/* Whether str() of it runs nothing but CPython's own code. Raises nothing. */
static bool has_plain_message(PyObject *exception)
{
    PyTypeObject *type = ng_type_of(exception);
    if ((ng_py.PyType_GetFlags(type) & TYPE_IS_HEAP) != 0 &&
        ng_py.PyType_GetSlot(type, SLOT_STR) !=
            ng_py.PyType_GetSlot(*(PyTypeObject **)ng_py.PyExc_BaseException, SLOT_STR)) {
        return false;
    }
    PyObject *arguments = ng_py.PyObject_GetAttrString(exception, "args");
    /* -1 with an exception for what is no tuple: somebody's own idea of `args`. */
    Py_ssize_t count = arguments == NULL ? -1 : ng_py.PyTuple_Size(arguments);
    bool plain = count >= 0 && count <= FEW_ARGUMENTS;
    for (Py_ssize_t i = 0; plain && i < count; i++) {
        PyObject *argument = ng_py.PyTuple_GetItem(arguments, i); /* borrowed from ours */
        plain = argument != NULL && is_plain(argument);
    }
    if (arguments != NULL) {
        ng_py.Py_DecRef(arguments);
    }
    if (count < 0) {
        ng_py.PyErr_Clear();
    }
    return plain;
}

/* Leaves the slot MISSING where the message is not for now. */
static void write_message(ng_writer *writer, PyObject *exception, ng_slot *slot)
{
    if (!has_plain_message(exception)) {
        return;
    }
    PyObject *message = ng_py.PyObject_Str(exception);
    if (message != NULL && ng_py.PyUnicode_GetLength(message) <= SHORT_MESSAGE &&
        ng_text_to_slot(writer, message, true, slot) != NG_STATUS_OK) {
        *slot = (ng_slot){0};
    }
    if (message != NULL) {
        ng_py.Py_DecRef(message);
    }
    if (ng_py.PyErr_Occurred() != NULL) {
        ng_py.PyErr_Clear(); /* no memory, no stack left: asked for again when it is read */
    }
}

/* Whether a cause is shown: an explicit one, or what was being handled unless that is suppressed. */
static bool has_cause(PyObject *exception)
{
    PyObject *cause = ng_py.PyException_GetCause(exception);
    if (cause != NULL) {
        ng_py.Py_DecRef(cause);
        return true;
    }
    PyObject *context = ng_py.PyException_GetContext(exception);
    if (context == NULL) {
        return false;
    }
    ng_py.Py_DecRef(context);
    PyObject *suppressed = ng_py.PyObject_GetAttrString(exception, "__suppress_context__");
    if (suppressed == NULL) {
        ng_py.PyErr_Clear();
        return true;
    }
    ng_py.Py_DecRef(suppressed);
    return suppressed != ng_py._Py_TrueStruct;
}

static void describe(ng_writer *writer, PyObject *exception, ng_frame *frame)
{
    uint64_t thrown = ng_js_exception_number(writer->environment, exception, false);
    if (thrown != 0U) {
        frame->result.length = NG_RAISED_IS_JAVASCRIPT;
        frame->arguments[0] = (ng_slot){.payload.number = (double)thrown};
        return;
    }
    frame->result.length = has_cause(exception) ? NG_RAISED_HAS_CAUSE : 0U;
    frame->arguments[0] = (ng_slot){.payload.number = (double)(uintptr_t)ng_type_of(exception)};
    frame->arguments[1] = (ng_slot){.payload.number = (double)(uintptr_t)exception};
    frame->arguments[2] = (ng_slot){0};
    write_message(writer, exception, &frame->arguments[2]);
}

ng_status ng_raised_to_frame(ng_writer *writer, ng_frame *frame)
{
    PyObject *exception = ng_py.PyErr_GetRaisedException();
    if (exception == NULL) {
        /* A function failed without raising: say so rather than hand out nothing. */
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_RuntimeError,
                              "a Python function reported an error without setting an exception");
        exception = ng_py.PyErr_GetRaisedException();
    }
    ng_status status = ng_python_to_handle(writer, exception, &frame->result);
    if (status == NG_STATUS_OK) {
        describe(writer, exception, frame);
        status = NG_STATUS_PYTHON_ERROR;
    }
    ng_py.Py_DecRef(exception);
    return status;
}

void ng_raise_again(PyObject *exception)
{
    if (!is_exception(exception)) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "what is to be raised derives from BaseException");
        return;
    }
    PyObject *type = (PyObject *)ng_type_of(exception);
    PyObject *traceback = ng_py.PyException_GetTraceback(exception);
    ng_py.Py_IncRef(type);
    ng_py.Py_IncRef(exception);
    ng_py.PyErr_Restore(type, exception, traceback); /* takes all three */
}
