#include "bootstrap.h"

typedef struct source_file {
    const char *name; /* as tracebacks show it */
    const char *text;
} source_file;

/* `sources` and `deferred_sources`: generated from src/python by the build. */
#include "bootstrap_source.h"

/* Written once on the core's thread before the gate opens; read-only from then on. */
static PyObject *module;
static PyObject *null; /* `jsnull` of values.py */

static bool run_file(const source_file *file, PyObject *names)
{
    PyObject *code = ng_py.Py_CompileString(file->text, file->name, NG_PY_FILE_INPUT);
    PyObject *done = code == NULL ? NULL : ng_py.PyEval_EvalCode(code, names, names);
    if (code != NULL) {
        ng_py.Py_DecRef(code);
    }
    if (done == NULL) {
        return false;
    }
    ng_py.Py_DecRef(done);
    return true;
}

/* `files` ends with one that has no name. */
static bool run_files(const source_file *files, PyObject *names)
{
    while (files->name != NULL && run_file(files, names)) {
        files++;
    }
    return files->name == NULL;
}

bool ng_bootstrap_load(void)
{
    PyObject *made = ng_py.PyModule_New("_nogil");
    if (made == NULL) {
        return false;
    }
    PyObject *names = ng_py.PyModule_GetDict(made); /* borrowed: `made` is ours alone */
    bool loaded =
        ng_py.PyDict_SetItemString(names, "__builtins__", ng_py.PyEval_GetBuiltins()) == 0;
    loaded = loaded && run_files(sources, names);
    if (loaded) {
        null = ng_py.PyObject_GetAttrString(made, "jsnull");
        loaded = null != NULL;
    }
    if (loaded) {
        module = made;
    } else {
        ng_py.Py_DecRef(made);
    }
    return loaded;
}

bool ng_bootstrap_load_deferred(const char *name, PyObject *value)
{
    PyObject *names = ng_py.PyModule_GetDict(module); /* borrowed: the module is for good */
    return ng_py.PyDict_SetItemString(names, name, value) == 0 &&
           run_files(deferred_sources, names);
}

bool ng_bootstrap_set(const char *name, PyObject *value)
{
    PyObject *names = ng_py.PyModule_GetDict(module); /* borrowed: the module is for good */
    return ng_py.PyDict_SetItemString(names, name, value) == 0;
}

bool ng_bootstrap_publish(const ng_method_def *definition)
{
    PyObject *function = ng_py.PyCFunction_NewEx(definition, NULL, NULL);
    bool done = function != NULL && ng_bootstrap_set(definition->name, function);
    if (function != NULL) {
        ng_py.Py_DecRef(function);
    }
    return done;
}

PyObject *ng_bootstrap_module(void)
{
    ng_py.Py_IncRef(module);
    return module;
}

PyObject *ng_bootstrap_null(void)
{
    return null;
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
