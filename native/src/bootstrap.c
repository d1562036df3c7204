#include "bootstrap.h"

#include "bootstrap_source.h" /* generated from bootstrap.py by the build */

/* Written once on the core's thread before the gate opens; read-only from then on. */
static PyObject *module;

bool ng_bootstrap_load(void)
{
    PyObject *code = ng_py.Py_CompileString(ng_bootstrap_source, "<nogil>", NG_PY_FILE_INPUT);
    PyObject *made = code == NULL ? NULL : ng_py.PyModule_New("_nogil");
    bool loaded = false;
    if (made != NULL) {
        PyObject *names = ng_py.PyModule_GetDict(made); /* borrowed: `made` is ours alone */
        PyObject *done =
            ng_py.PyDict_SetItemString(names, "__builtins__", ng_py.PyEval_GetBuiltins()) < 0
                ? NULL
                : ng_py.PyEval_EvalCode(code, names, names);
        if (done != NULL) {
            ng_py.Py_DecRef(done);
            module = made;
            made = NULL;
            loaded = true;
        }
    }
    if (made != NULL) {
        ng_py.Py_DecRef(made);
    }
    if (code != NULL) {
        ng_py.Py_DecRef(code);
    }
    return loaded;
}

PyObject *ng_bootstrap_module(void)
{
    ng_py.Py_IncRef(module);
    return module;
}

PyObject *ng_bootstrap_call(const char *function, PyObject *argument)
{
    PyObject *callable = ng_py.PyObject_GetAttrString(module, function);
    if (callable == NULL) {
        return NULL;
    }
    PyObject *result = ng_py.PyObject_CallFunctionObjArgs(callable, argument, (PyObject *)NULL);
    ng_py.Py_DecRef(callable);
    return result;
}
