#include "bootstrap.h"

typedef struct source_file {
    const char *name; /* as tracebacks show it */
    const char *text;
} source_file;

/* `first_sources`, `sources` and `deferred_sources`: generated from src/python by the build. */
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

/* A list of (name, text). `files` ends with one that has no name. */
static PyObject *list_files(const source_file *files)
{
    PyObject *list = ng_py.PyList_New(0);
    for (; list != NULL && files->name != NULL; files++) {
        PyObject *pair = ng_py.Py_BuildValue("(sy)", files->name, files->text);
        int failed = pair == NULL ? -1 : ng_py.PyList_Append(list, pair);
        if (pair != NULL) {
            ng_py.Py_DecRef(pair);
        }
        if (failed < 0) {
            ng_py.Py_DecRef(list);
            list = NULL;
        }
    }
    return list;
}

static bool run_codes(PyObject *codes, PyObject *names)
{
    Py_ssize_t count = ng_py.PyTuple_Size(codes);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *done = ng_py.PyEval_EvalCode(ng_py.PyTuple_GetItem(codes, i), names, names);
        if (done == NULL) {
            return false;
        }
        ng_py.Py_DecRef(done);
    }
    return count >= 0;
}

/* `purpose` is what their compiled code is kept under. */
static bool run_files(PyObject *of, const char *purpose, const source_file *files)
{
    PyObject *list = list_files(files);
    PyObject *codes =
        list == NULL ? NULL : ng_py.PyObject_CallMethod(of, "compiled", "sO", purpose, list);
    bool done = codes != NULL && run_codes(codes, ng_py.PyModule_GetDict(of)); /* borrowed */
    if (codes != NULL) {
        ng_py.Py_DecRef(codes);
    }
    if (list != NULL) {
        ng_py.Py_DecRef(list);
    }
    return done;
}

static bool set_code_folder(PyObject *names, const char *code_folder)
{
    PyObject *folder = ng_py.Py_BuildValue("z", code_folder); /* NULL becomes None */
    bool done = folder != NULL && ng_py.PyDict_SetItemString(names, "_code_folder", folder) == 0;
    if (folder != NULL) {
        ng_py.Py_DecRef(folder);
    }
    return done;
}

bool ng_bootstrap_load(const char *code_folder)
{
    PyObject *made = ng_py.PyModule_New("_nogil");
    if (made == NULL) {
        return false;
    }
    PyObject *names = ng_py.PyModule_GetDict(made); /* borrowed: `made` is ours alone */
    bool loaded =
        ng_py.PyDict_SetItemString(names, "__builtins__", ng_py.PyEval_GetBuiltins()) == 0;
    loaded = loaded && set_code_folder(names, code_folder) && run_file(&first_sources[0], names) &&
             run_files(made, "start", sources);
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
           run_files(module, "objects", deferred_sources);
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
