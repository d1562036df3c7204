/* threads.c: the rows that use a second thread: a call handed over and its result handed back, and Python's own threads.
 * Lock: `mutex` guards `asked`, `done` and `result`. */
#include "floor.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work_came = PTHREAD_COND_INITIALIZER;
static pthread_cond_t work_done = PTHREAD_COND_INITIALIZER;
static long asked, done;
static double result;

static PyObject *add, *plain_threads;

/* Runs what is asked, for as long as the process lives. */
static void *serve(void *unused)
{
    (void)unused;
    PyGILState_STATE state = PyGILState_Ensure();
    PyThreadState *own = PyEval_SaveThread();
    pthread_mutex_lock(&mutex);
    for (;;) {
        while (done == asked)
            pthread_cond_wait(&work_came, &mutex);
        long i = done;
        pthread_mutex_unlock(&mutex);
        PyEval_RestoreThread(own);
        PyObject *args[] = {NULL, PyLong_FromLong(i), PyFloat_FromDouble(2.5)};
        PyObject *sum =
            PyObject_Vectorcall(add, args + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        Py_DECREF(args[1]);
        Py_DECREF(args[2]);
        double number = sum == NULL ? 0 : PyFloat_AsDouble(sum);
        Py_XDECREF(sum);
        own = PyEval_SaveThread();
        pthread_mutex_lock(&mutex);
        result = number;
        done++;
        pthread_cond_signal(&work_done);
    }
    PyGILState_Release(state);
    return NULL;
}

int floor_threads_open(PyObject *subject)
{
    pthread_t thread;
    add = PyObject_GetAttrString(subject, "add");
    plain_threads = PyObject_GetAttrString(subject, "plain_threads");
    if (add == NULL || plain_threads == NULL)
        return -1;
    if (pthread_create(&thread, NULL, serve, NULL) != 0) {
        PyErr_SetString(PyExc_OSError, "no thread");
        return -1;
    }
    pthread_detach(thread);
    return 0;
}

/* So many calls handed over at once, and all results awaited. */
static int hand_over(long calls)
{
    pthread_mutex_lock(&mutex);
    asked += calls;
    pthread_cond_signal(&work_came);
    while (done != asked)
        pthread_cond_wait(&work_done, &mutex);
    floor_number = result;
    pthread_mutex_unlock(&mutex);
    return 0;
}

static int asynchronous(long i)
{
    (void)i;
    return hand_over(1);
}

static int asynchronous_many(long i)
{
    (void)i;
    return hand_over(AT_ONCE);
}

static int parallel(long i)
{
    (void)i;
    attach();
    PyObject *args[] = {PyLong_FromLong(JOBS), PyLong_FromLong(EFFORT)};
    PyObject *sum = PyObject_Vectorcall(plain_threads, args, 2, NULL);
    Py_DECREF(args[0]);
    Py_DECREF(args[1]);
    if (sum == NULL)
        return -1;
    floor_number = (double)PyLong_AsLong(sum);
    Py_DECREF(sum);
    detach();
    return 0;
}

const floor_row floor_threads[] = {
    {"async", asynchronous, 1, 1},
    {"async-many", asynchronous_many, AT_ONCE, 1},
    {"parallel", parallel, JOBS, 1},
    {NULL, NULL, 0, 0},
};
