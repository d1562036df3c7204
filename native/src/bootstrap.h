/*
 * bootstrap.h: the module `_nogil`, the core's own Python code (src/python, carried inside the core). Its
 * files share one namespace and run in the order of sources.cmake.
 * Owner:    the process holds one reference to the module until it ends.
 * Thread:   any, attached.
 */
#ifndef NG_BOOTSTRAP_H
#define NG_BOOTSTRAP_H

#include "capi.h"

/* Runs its files. False: an exception is raised. Once, on the core's thread.
   `code_folder`: where they are kept compiled for the next start; NULL: nowhere. */
bool ng_bootstrap_load(const char *code_folder);

/* Puts `value` into the module under `name` and runs the files that are deferred. False: an exception is
   raised. Once, by whoever first needs them. */
bool ng_bootstrap_load_deferred(const char *name, PyObject *value);

/* Puts `value` into the module. False: an exception is raised. */
bool ng_bootstrap_set(const char *name, PyObject *value);

/* Puts a function of C's into the module, under its name. `definition` lives as long as the process. False: an exception
   is raised. */
bool ng_bootstrap_publish(const ng_method_def *definition);

/* A new reference to the module. */
PyObject *ng_bootstrap_module(void);

/* `jsnull`, which is JavaScript's null where that is not None. Borrowed, and lives as long as the process. */
PyObject *ng_bootstrap_null(void);

/* Calls a function of the module with one argument, or none where it is NULL. New reference or NULL. */
PyObject *ng_bootstrap_call(const char *function, PyObject *argument);

#endif
