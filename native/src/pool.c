#include "pool.h"

#include "bootstrap.h"
#include "own_thread.h"
#include "platform.h"

#include <stdlib.h>

#define MOST_THREADS 1024LL

/* Guards everything below. A leaf: nothing is called under it, and nobody waits for `changed` while attached. */
static ng_mutex lock = NG_MUTEX_INITIALIZER;
static ng_condition changed = NG_CONDITION_INITIALIZER;
static ng_pool_job *first;
static ng_pool_job *last;
static uint32_t queued;
static uint32_t threads;
static uint32_t idle;

/* A thread. Owner: its stack frame. */
typedef struct member {
    struct member *next;
    ng_pool_view view;
} member;

static member *members; /* as many as `threads` soon */
static uint32_t size;   /* 0: nobody has said it; pool.py is asked with the first job */

/* Under `lock`. */
static void enqueue(ng_pool_job *own)
{
    if (last == NULL) {
        first = own;
    } else {
        last->next = own;
    }
    last = own;
    queued++;
}

/* Under `lock`; there is one. */
static ng_pool_job *dequeue(void)
{
    ng_pool_job *own = first;
    first = own->next;
    if (first == NULL) {
        last = NULL;
    }
    queued--;
    return own;
}

/* ---- a thread of the pool ------------------------------------------------------------------------ */

/* NULL: it is one too many, as the pool became smaller. */
static ng_pool_job *await_job(member *self)
{
    ng_mutex_lock(&lock);
    idle++;
    self->view.busy = 0U;
    while (queued == 0U && threads <= size) {
        ng_condition_wait(&changed, &lock, -1);
    }
    idle--;
    ng_pool_job *own = threads > size ? NULL : dequeue();
    if (own == NULL) {
        threads--;
        if (queued > 0U) {
            ng_condition_signal(&changed); /* what woke this thread was for one that stays */
        }
    } else {
        self->view.busy = 1U;
    }
    ng_mutex_unlock(&lock);
    return own;
}

static void join(member *self)
{
    ng_mutex_lock(&lock);
    self->next = members;
    members = self;
    ng_mutex_unlock(&lock);
}

static void part(const member *self)
{
    ng_mutex_lock(&lock);
    for (member **link = &members; *link != NULL; link = &(*link)->next) {
        if (*link == self) {
            *link = self->next;
            break;
        }
    }
    ng_mutex_unlock(&lock);
}

/* Attached. */
static void introduce(member *self)
{
    if (self->view.thread != 0U) {
        return;
    }
    uint64_t thread = ng_py.PyThread_get_thread_ident();
    uint64_t native =
        ng_py.PyThread_get_thread_native_id == NULL ? 0U : ng_py.PyThread_get_thread_native_id();
    ng_mutex_lock(&lock);
    self->view.thread = thread;
    self->view.native_thread = native;
    ng_mutex_unlock(&lock);
}

/* Python is ending: what is queued will never run. */
static void give_up(ng_pool_job *taken)
{
    ng_mutex_lock(&lock);
    threads--;
    uint64_t count = 0;
    taken->next = first;
    first = NULL;
    last = NULL;
    queued = 0;
    ng_mutex_unlock(&lock);
    while (taken != NULL) {
        ng_pool_job *next = taken->next;
        free(taken);
        taken = next;
        count++;
    }
    ng_handles_count_leaked(count);
}

/*
 * Whether what is raised is Python's end, which interrupts again and again: also a job that has just caught the first one
 * and is about to say so. There is nobody to tell, and stderr is not to be filled with it.
 */
static bool is_of_the_end(void)
{
    return !ng_gate_is_open(&ng_python_gate) &&
           ng_py.PyErr_ExceptionMatches(*(PyObject **)ng_py.PyExc_KeyboardInterrupt) != 0;
}

void ng_pool_report(PyObject *source)
{
    if (is_of_the_end()) {
        ng_py.PyErr_Clear();
    } else {
        ng_py.PyErr_WriteUnraisable(source);
    }
}

static void serve(ng_own_thread *thread, member *self)
{
    ng_pool_job *own = NULL;
    while ((own = await_job(self)) != NULL) {
        if (!ng_own_thread_enter(thread)) {
            give_up(own);
            return;
        }
        introduce(self);
        own->run(own);
        ng_own_thread_leave(thread);
    }
    ng_own_thread_end(thread);
}

static void work(void *pass)
{
    ng_own_thread thread = {.pass = pass};
    member self = {0};
    join(&self);
    serve(&thread, &self);
    part(&self);
}

/* ---- from outside -------------------------------------------------------------------------------- */

/* Under `lock`. Whether there is one more thread. */
static bool start(void)
{
    bool started = threads < size && ng_own_thread_start(work);
    if (started) {
        threads++; /* it waits for `lock` before it counts on that */
    }
    return started;
}

/* Under `lock`, for a job that was queued. False: there is no thread at all, and none is to be had. */
static bool staff(void)
{
    if (queued > idle) {
        (void)start();
    }
    return threads > 0U;
}

/* Under `lock`. The pool may have more threads than before: one for each job that waits. */
static void staff_backlog(void)
{
    uint32_t lacking = queued > idle ? queued - idle : 0U;
    while (lacking > 0U && start()) {
        lacking--;
    }
}

/* Of an environment that ends, on its thread, detached: nobody waits for its jobs any more. */
static void drop_jobs(ng_end_hook *hook, ng_environment *environment)
{
    (void)hook;
    ng_pool_job *dropped = NULL;
    ng_mutex_lock(&lock);
    ng_pool_job *before = NULL;
    for (ng_pool_job *each = first; each != NULL;) {
        ng_pool_job *next = each->next;
        if (each->owner != environment->number) {
            before = each;
        } else {
            if (before == NULL) {
                first = next;
            } else {
                before->next = next;
            }
            if (last == each) {
                last = before;
            }
            queued--;
            each->next = dropped;
            dropped = each;
        }
        each = next;
    }
    ng_mutex_unlock(&lock);
    bool attached = dropped != NULL && ng_attach(environment);
    while (dropped != NULL) {
        ng_pool_job *next = dropped->next;
        if (attached) {
            dropped->drop(dropped);
        } else {
            ng_handles_count_leaked(1);
            free(dropped);
        }
        dropped = next;
    }
    if (attached) {
        ng_detach(environment);
    }
}

static PyObject *failed(PyObject *type, const char *message)
{
    ng_py.PyErr_SetString(type, message);
    return NULL;
}

/* The first job asks pool.py how many threads there may be. False with an exception. */
static bool ensure_size(void)
{
    ng_mutex_lock(&lock);
    bool said = size != 0U;
    ng_mutex_unlock(&lock);
    PyObject *answer = said ? NULL : ng_bootstrap_call("pool_size", NULL);
    if (answer != NULL) {
        ng_py.Py_DecRef(answer);
    }
    return said || answer != NULL;
}

bool ng_pool_submit(ng_pool_job *job)
{
    if (ng_process_is_forked_child()) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_RuntimeError,
                              "this process is a forked child, which has no threads of the pool: "
                              "use the pool in the process that started it");
        return false;
    }
    if (!ensure_size()) {
        return false;
    }
    ng_environment *here = ng_environment_attached();
    job->owner = 0;
    if (here != NULL) {
        ng_environment_on_end(here, &here->pool_end, drop_jobs);
        job->owner = here->number;
    }
    ng_mutex_lock(&lock);
    enqueue(job);
    bool staffed = staff();
    if (!staffed) {
        /* Alone in the queue: with no thread there is nobody to take the others. */
        first = NULL;
        last = NULL;
        queued = 0;
    }
    bool awaited = idle > 0U;
    ng_mutex_unlock(&lock);
    if (awaited) {
        ng_condition_signal(
            &changed); /* one: others would find nothing, and take turns with this thread */
    }
    if (!staffed) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_RuntimeError,
                              "no thread could be started for the pool: give the process more "
                              "memory or threads");
    }
    return staffed;
}

/* ---- callables ----------------------------------------------------------------------------------- */

typedef struct callable_job {
    ng_pool_job base; /* first: the pool's pointer is ours */
    PyObject *callable;
} callable_job;

static void drop_callable(ng_pool_job *job)
{
    callable_job *own = (callable_job *)(void *)job;
    ng_py.Py_DecRef(own->callable);
    free(own);
}

static void run_callable(ng_pool_job *job)
{
    const callable_job *own = (const callable_job *)(const void *)job;
    PyObject *result = ng_py.PyObject_CallFunctionObjArgs(own->callable, (PyObject *)NULL);
    if (result == NULL) {
        ng_pool_report(own->callable);
    } else {
        ng_py.Py_DecRef(result);
    }
    drop_callable(job);
}

static PyObject *submit(PyObject *self, PyObject *const *arguments, Py_ssize_t count,
                        PyObject *names)
{
    (void)self;
    if (count != 1 || names != NULL || ng_py.PyCallable_Check(arguments[0]) == 0) {
        return failed(*(PyObject **)ng_py.PyExc_TypeError, "_pool_submit takes a callable");
    }
    callable_job *own = calloc(1, sizeof *own);
    if (own == NULL) {
        return ng_py.PyErr_NoMemory();
    }
    own->base = (ng_pool_job){.run = run_callable, .drop = drop_callable};
    own->callable = arguments[0];
    ng_py.Py_IncRef(own->callable);
    if (!ng_pool_submit(&own->base)) {
        drop_callable(&own->base);
        return NULL;
    }
    ng_py.Py_IncRef(ng_none());
    return ng_none();
}

static PyObject *set_size(PyObject *self, PyObject *const *arguments, Py_ssize_t count,
                          PyObject *names)
{
    (void)self;
    (void)names;
    long long wanted = 0;
    if (count >= 1) {
        int overflow = 0;
        wanted = ng_py.PyLong_AsLongLongAndOverflow(arguments[0], &overflow);
        if (overflow != 0 || wanted < 1 || wanted > MOST_THREADS) {
            return ng_py.PyErr_Occurred() != NULL
                       ? NULL
                       : failed(*(PyObject **)ng_py.PyExc_ValueError,
                                "the size of the pool is from 1 to 1024 threads");
        }
    }
    if (ng_process_is_forked_child()) {
        return ng_py.PyLong_FromLongLong(wanted);
    }
    ng_mutex_lock(&lock);
    if (wanted != 0 && (count == 1 || size == 0U)) {
        size = (uint32_t)wanted;
        staff_backlog();
        ng_condition_broadcast(&changed);
    }
    wanted = (long long)size;
    ng_mutex_unlock(&lock);
    return ng_py.PyLong_FromLongLong(wanted);
}

size_t ng_pool_read(ng_pool_figures *figures, ng_pool_view *out, size_t capacity)
{
    size_t found = 0;
    ng_mutex_lock(&lock);
    *figures = (ng_pool_figures){.size = size, .threads = threads, .idle = idle, .queued = queued};
    for (const member *each = members; each != NULL; each = each->next) {
        if (found < capacity) {
            out[found] = each->view;
        }
        found++;
    }
    ng_mutex_unlock(&lock);
    return found;
}

bool ng_pool_open(void)
{
    static const ng_method_def submitting = {
        .name = "_pool_submit", .call = submit, .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    static const ng_method_def sizing = {
        .name = "_pool_size", .call = set_size, .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS};
    return ng_bootstrap_publish(&submitting) && ng_bootstrap_publish(&sizing);
}
