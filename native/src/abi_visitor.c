#include "abi_visitor.h"

#include "platform.h"

#include <string.h>

typedef struct ng_errand {
    ng_visit *visit;
    ng_mutex lock;
    ng_condition changed;
    bool came; /* lock; whether it had a thread state */
    bool gone; /* lock */
} ng_errand;

static void run(ng_visit *visit)
{
    memcpy(visit->before, visit->object, ng_py.head_size);
    for (int i = 0; i < NG_VISITOR_REFERENCES; i++) {
        ng_py.Py_IncRef(visit->object);
    }
    memcpy(visit->after, visit->object, ng_py.head_size);
    visit->made = ng_py.PyObject_CallFunctionObjArgs(ng_py.PyBaseObject_Type, (PyObject *)NULL);
    if (visit->made == NULL) {
        ng_py.PyErr_Clear();
    } else {
        memcpy(visit->made_head, visit->made, ng_py.head_size);
    }
}

static void visitor(void *raw)
{
    ng_errand *errand = raw; /* whoever sent us waits */
    PyThreadState *state = ng_py.PyThreadState_New(ng_py.PyInterpreterState_Main());
    if (state != NULL) {
        ng_py.PyEval_RestoreThread(state);
        run(errand->visit);
        ng_py.PyThreadState_Clear(state);
        ng_py.PyThreadState_DeleteCurrent();
    }
    ng_mutex_lock(&errand->lock);
    errand->came = state != NULL;
    errand->gone = true;
    ng_condition_broadcast(&errand->changed);
    ng_mutex_unlock(&errand->lock);
}

bool ng_abi_visit(ng_visit *visit)
{
    ng_errand errand = {.visit = visit};
    ng_mutex_init(&errand.lock);
    ng_condition_init(&errand.changed);
    PyThreadState *state = ng_py.PyEval_SaveThread();
    if (ng_thread_start(visitor, &errand)) {
        ng_mutex_lock(&errand.lock);
        while (!errand.gone) {
            ng_condition_wait(&errand.changed, &errand.lock, -1);
        }
        ng_mutex_unlock(&errand.lock);
    }
    ng_py.PyEval_RestoreThread(state);
    ng_condition_end(&errand.changed);
    ng_mutex_end(&errand.lock);
    return errand.came;
}
