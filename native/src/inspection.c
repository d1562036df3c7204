#include "inspection.h"

#include "bootstrap.h"
#include "environment.h"
#include "platform.h"
#include "pool.h"
#include "waits.h"

#include <stdlib.h>

/* Beyond what there was a moment ago. */
#define SPARE 16U

/* Takes over `value`, which may be NULL with an exception. */
static bool add(PyObject *list, PyObject *value)
{
    bool done = value != NULL && ng_py.PyList_Append(list, value) == 0;
    if (value != NULL) {
        ng_py.Py_DecRef(value);
    }
    return done;
}

static bool add_number(PyObject *list, uint64_t number)
{
    return add(list, ng_py.PyLong_FromLongLong((long long)number));
}

static bool add_numbers(PyObject *list, const uint64_t *numbers, size_t count)
{
    bool done = true;
    for (size_t i = 0; done && i < count; i++) {
        done = add_number(list, numbers[i]);
    }
    return done;
}

#define ADD_ALL(list, numbers) add_numbers((list), (numbers), sizeof(numbers) / sizeof *(numbers))

static bool add_environments(PyObject *list)
{
    size_t room = ng_environments_view(NULL, 0) + SPARE;
    ng_environment_view *views = calloc(room, sizeof *views);
    if (views == NULL) {
        (void)ng_py.PyErr_NoMemory();
        return false;
    }
    size_t found = ng_environments_view(views, room);
    bool done = true;
    for (size_t i = 0; done && i < found && i < room; i++) {
        const ng_environment_view *each = &views[i];
        const uint64_t numbers[] = {each->number,    each->host_thread, each->presence,
                                    each->operation, each->thread,      each->native_thread,
                                    each->live,      each->peak,        each->queued};
        done = ADD_ALL(list, numbers);
    }
    free(views);
    return done;
}

static bool add_pool(PyObject *figures_list, PyObject *list)
{
    ng_pool_figures figures;
    size_t room = ng_pool_read(&figures, NULL, 0) + SPARE;
    ng_pool_view *views = calloc(room, sizeof *views);
    if (views == NULL) {
        (void)ng_py.PyErr_NoMemory();
        return false;
    }
    size_t found = ng_pool_read(&figures, views, room);
    const uint64_t numbers[] = {figures.size, figures.threads, figures.idle, figures.queued};
    bool done = ADD_ALL(figures_list, numbers);
    for (size_t i = 0; done && i < found && i < room; i++) {
        const uint64_t thread[] = {views[i].thread, views[i].native_thread, views[i].busy};
        done = ADD_ALL(list, thread);
    }
    free(views);
    return done;
}

static bool add_waits(PyObject *list)
{
    size_t room = ng_waits_read(NULL, 0) + SPARE;
    ng_wait_view *views = calloc(room, sizeof *views);
    if (views == NULL) {
        (void)ng_py.PyErr_NoMemory();
        return false;
    }
    size_t found = ng_waits_read(views, room);
    bool done = true;
    for (size_t i = 0; done && i < found && i < room; i++) {
        const ng_wait_view *each = &views[i];
        const uint64_t numbers[] = {each->thread, each->environment, each->kind, each->of};
        done = ADD_ALL(list, numbers) &&
               add(list,
                   ng_py.PyUnicode_DecodeUTF8(each->name, (Py_ssize_t)each->name_size, "replace"));
    }
    free(views);
    return done;
}

static PyObject *inspect(PyObject *self, PyObject *const *arguments, Py_ssize_t count,
                         PyObject *names)
{
    (void)self;
    (void)arguments;
    if (count != 0 || names != NULL || ng_process_is_forked_child()) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_RuntimeError,
                              "_inspect takes no arguments, and is not for forked children");
        return NULL;
    }
    PyObject *lists[4] = {NULL};
    PyObject *all = ng_py.PyList_New(0);
    bool done = all != NULL;
    for (size_t i = 0; done && i < 4U; i++) {
        lists[i] = ng_py.PyList_New(0);
        done = lists[i] != NULL && ng_py.PyList_Append(all, lists[i]) == 0;
    }
    done =
        done && add_environments(lists[0]) && add_pool(lists[1], lists[2]) && add_waits(lists[3]);
    for (size_t i = 0; i < 4U; i++) {
        if (lists[i] != NULL) {
            ng_py.Py_DecRef(lists[i]);
        }
    }
    if (!done && all != NULL) {
        ng_py.Py_DecRef(all);
    }
    return done ? all : NULL;
}

bool ng_inspection_open(void)
{
    static const ng_method_def definition = {
        .name = "_inspect", .call = inspect, .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    return ng_bootstrap_publish(&definition);
}
