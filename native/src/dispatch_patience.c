#include "dispatch_patience.h"

#include "bootstrap.h"
#include "dispatch.h"

static bool read_milliseconds(PyObject *number, uint32_t *out)
{
    int overflow = 0;
    long long value = ng_type_of(number) == ng_py.PyLong_Type
                          ? ng_py.PyLong_AsLongLongAndOverflow(number, &overflow)
                          : -1;
    if (overflow != 0 || value < 0 || value >= (long long)UINT32_MAX) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_ValueError,
                              "milliseconds are a whole number from 0 to 2^32 - 2");
        return false;
    }
    *out = (uint32_t)value;
    return true;
}

static PyObject *call_within(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                             PyObject *names)
{
    (void)self;
    uint32_t milliseconds = 0;
    if (positional < 2) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "_call_within takes milliseconds and a JavaScript function");
        return NULL;
    }
    if (!read_milliseconds(arguments[0], &milliseconds)) {
        return NULL;
    }
    return ng_js_object_call_within(arguments[1], arguments + 2, (size_t)positional - 2U, names,
                                    milliseconds);
}

static PyObject *set_patience(PyObject *self, PyObject *const *arguments, Py_ssize_t positional,
                              PyObject *names)
{
    (void)self;
    uint32_t milliseconds = 0;
    ng_environment *here = ng_environment_attached();
    if (here == NULL || positional != 1 || names != NULL) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError,
                              "_set_patience takes milliseconds, on a JavaScript thread");
        return NULL;
    }
    if (!read_milliseconds(arguments[0], &milliseconds)) {
        return NULL;
    }
    ng_mailbox_set_patience(here->mailbox, milliseconds);
    ng_py.Py_IncRef(ng_none());
    return ng_none();
}

bool ng_patience_open(void)
{
    static const ng_method_def calling = {.name = "_call_within",
                                          .call = call_within,
                                          .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    static const ng_method_def setting = {.name = "_set_patience",
                                          .call = set_patience,
                                          .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    return ng_bootstrap_publish(&calling) && ng_bootstrap_publish(&setting);
}
