#include "import_flags.h"

#include <stdlib.h>
#include <string.h>

/* The module whose making sets the flags. */
#define CARRIER "posix"

/* Written before Python starts; read-only from then on. */
static PyObject *(*make_carrier)(void);
static int import_flags;

static bool set_flags(void)
{
    PyObject *function = ng_py.PySys_GetObject("setdlopenflags"); /* borrowed from sys */
    PyObject *value = function == NULL ? NULL : ng_py.PyLong_FromLongLong(import_flags);
    PyObject *done = value == NULL
                         ? NULL
                         : ng_py.PyObject_CallFunctionObjArgs(function, value, (PyObject *)NULL);
    if (value != NULL) {
        ng_py.Py_DecRef(value);
    }
    if (done != NULL) {
        ng_py.Py_DecRef(done);
    }
    return done != NULL;
}

static PyObject *make_carrier_after_flags(void)
{
    /* A failure is raised already, and fails the start: a Python whose ssl may be the host's is worse. */
    return set_flags() ? make_carrier() : NULL;
}

bool ng_import_flags_arm(int flags)
{
    const ng_inittab *table = *(const ng_inittab **)ng_py.PyImport_Inittab;
    size_t count = 0;
    while (table[count].name != NULL) {
        count++;
    }
    ng_inittab *copy = malloc((count + 1U) * sizeof *copy);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, table, (count + 1U) * sizeof *copy);
    import_flags = flags;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(copy[i].name, CARRIER) == 0 && copy[i].make != make_carrier_after_flags) {
            make_carrier = copy[i].make;
            copy[i].make = make_carrier_after_flags;
        }
    }
    *(ng_inittab **)ng_py.PyImport_Inittab = copy;
    return true;
}
