#include "interrupts.h"

#include "barrier.h"
#include "bootstrap.h"
#include "finalizer_guard.h"
#include "platform.h"

#include "../include/nogil.h"

#include <stdlib.h>

#define CAPSULE "nogil.operation"

/* How soon what has swallowed an interrupt meets the next. */
#define AGAIN_MS 100U
#define NEVER UINT64_MAX
/* The longest timeout: what JavaScript's timers take. */
#define LONGEST_MS 2147483647LL

typedef enum operation_state {
    WAITS = 0,
    RUNS,
    OVER
} operation_state;

typedef struct operation {
    operation_state state;  /* `lock` */
    uint32_t reason;        /* `lock`; ng_interrupt_reason */
    bool armed;             /* `lock`: an exception was sent */
    unsigned long thread;   /* Python's ident of the one that runs it; `lock` */
    uint64_t due_ms;        /* `lock`: when to arm it, by ng_clock_ms; NEVER */
    struct operation *next; /* `lock`; while it runs */
} operation;

/* Guards `running`, `watched`, and what is in operations. A leaf, though Python is called under it: it finds a
   thread and stores a pointer to a class that is never freed. */
static ng_mutex lock = NG_MUTEX_INITIALIZER;
static ng_condition changed = NG_CONDITION_INITIALIZER;
static operation *running; /* lock */
static bool watched;       /* lock: the watching thread is there */

/* Written once, attached; never freed. */
static _Atomic(PyObject *) interrupted_class;

static operation *operation_of(PyObject *capsule)
{
    return ng_py.PyCapsule_GetPointer(capsule, CAPSULE);
}

/* Under `lock`, attached: it runs, and its thread will not leave it before the lock is free. */
static void arm(operation *own)
{
    NG_BARRIER_POINT();
    own->armed = true;
    (void)ng_py.PyThreadState_SetAsyncExc(
        own->thread, atomic_load_explicit(&interrupted_class, memory_order_acquire));
    own->due_ms = ng_clock_ms() + AGAIN_MS;
}

/* ---- the thread that watches ------------------------------------------------------------------- */

/* Under `lock`: when the next one is due. */
static uint64_t next_due(void)
{
    uint64_t soonest = NEVER;
    for (const operation *each = running; each != NULL; each = each->next) {
        soonest = each->due_ms < soonest ? each->due_ms : soonest;
    }
    return soonest;
}

static void arm_due(void)
{
    ng_mutex_lock(&lock);
    uint64_t now = ng_clock_ms();
    for (operation *each = running; each != NULL; each = each->next) {
        if (each->due_ms > now) {
            continue;
        }
        if (each->reason == NG_INTERRUPT_NONE) {
            each->reason = NG_INTERRUPT_TIMEOUT;
        }
        arm(each);
    }
    ng_mutex_unlock(&lock);
}

static void wait_until_due(void)
{
    ng_mutex_lock(&lock);
    for (;;) {
        uint64_t due = next_due();
        uint64_t now = ng_clock_ms();
        if (due <= now) {
            break;
        }
        ng_condition_wait(&changed, &lock, due == NEVER ? -1 : (int64_t)(due - now));
    }
    ng_mutex_unlock(&lock);
}

static void watch(void *raw)
{
    ng_pass *pass = raw;
    PyThreadState *state = NULL;
    for (;;) {
        wait_until_due();
        if (!ng_gate_enter(&ng_python_gate, pass)) {
            break; /* Python is ending, which interrupts everybody; its thread state goes with it */
        }
        if (state == NULL) {
            state = ng_py.PyThreadState_New(ng_py.PyInterpreterState_Main());
        }
        if (state == NULL) {
            ng_gate_leave(pass);
            ng_sleep_ms(AGAIN_MS); /* no memory now */
            continue;
        }
        ng_py.PyEval_RestoreThread(state);
        arm_due();
        (void)ng_py.PyEval_SaveThread();
        ng_gate_leave(pass);
    }
    if (state != NULL) {
        atomic_fetch_add_explicit(&ng_python_end.states_leaked, 1U, memory_order_relaxed);
    }
}

/* Under `lock`. False: there is no thread. */
static bool start_watching(void)
{
    if (!watched) {
        ng_pass *pass = ng_pass_take(&ng_python_gate);
        watched = pass != NULL && ng_thread_start(watch, pass);
        if (pass != NULL && !watched) {
            ng_pass_give_back(pass);
        }
    }
    return watched;
}

/* ---- running one ------------------------------------------------------------------------------- */

/* False with an exception: it is interrupted already, or was run before. */
static bool begin(operation *own, uint64_t timeout_ms)
{
    unsigned long thread = ng_py.PyThread_get_thread_ident();
    ng_mutex_lock(&lock);
    bool fresh = own->state == WAITS;
    bool refused = fresh && own->reason != NG_INTERRUPT_NONE;
    bool watching = !fresh || refused || start_watching();
    if (fresh && !refused && watching) {
        own->state = RUNS;
        own->thread = thread;
        own->due_ms = timeout_ms == 0U ? NEVER : ng_clock_ms() + timeout_ms;
        own->next = running;
        running = own;
        if (timeout_ms != 0U) {
            ng_condition_broadcast(&changed);
        }
    } else if (fresh) {
        own->state = OVER;
    }
    ng_mutex_unlock(&lock);
    if (refused) {
        PyObject *raised = atomic_load_explicit(&interrupted_class, memory_order_acquire);
        ng_py.PyErr_SetString(raised, "interrupted before it began");
    } else if (!fresh) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_RuntimeError,
                              "an operation runs once: make another with _operation()");
    } else if (!watching) {
        (void)ng_py.PyErr_NoMemory();
    }
    return fresh && !refused && watching;
}

static void end(operation *own)
{
    ng_mutex_lock(&lock);
    for (operation **link = &running; *link != NULL; link = &(*link)->next) {
        if (*link == own) {
            *link = own->next;
            break;
        }
    }
    /* Disarmed from here on: nobody finds it running. */
    own->state = OVER;
    bool armed = own->armed;
    ng_mutex_unlock(&lock);
#if defined(NOGIL_UNSAFE_INTERRUPT)
    (void)armed; /* The canary: what was sent a moment too late meets whatever runs next. */
#else
    if (armed) {
        /* An operation further out whose exception this takes away, too, is armed again soon. */
        (void)ng_py.PyThreadState_SetAsyncExc(ng_py.PyThread_get_thread_ident(), NULL);
    }
#endif
}

/* ---- for Python -------------------------------------------------------------------------------- */

static void on_collected(PyObject *capsule)
{
    free(operation_of(capsule)); /* whoever runs it holds it */
}

static PyObject *operation_new(PyObject *self, PyObject *const *arguments, Py_ssize_t count,
                               PyObject *names)
{
    (void)self;
    (void)arguments;
    (void)names;
    if (count != 0) {
        ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError, "_operation takes no arguments");
        return NULL;
    }
    operation *own = calloc(1, sizeof *own);
    if (own == NULL) {
        return ng_py.PyErr_NoMemory();
    }
    PyObject *capsule = ng_py.PyCapsule_New(own, CAPSULE, on_collected);
    if (capsule == NULL) {
        free(own);
    }
    return capsule;
}

static PyObject *wrong(const char *message)
{
    ng_py.PyErr_SetString(*(PyObject **)ng_py.PyExc_TypeError, message);
    return NULL;
}

static PyObject *operation_run(PyObject *self, PyObject *const *arguments, Py_ssize_t count,
                               PyObject *names)
{
    (void)self;
    if (count < 3 || ng_py.PyCapsule_IsValid(arguments[0], CAPSULE) == 0) {
        return wrong("_operation_run takes an operation, milliseconds and a callable");
    }
    int overflow = 0;
    long long timeout = ng_py.PyLong_AsLongLongAndOverflow(arguments[1], &overflow);
    if (timeout < 0 || timeout > LONGEST_MS || overflow != 0) {
        return ng_py.PyErr_Occurred() != NULL
                   ? NULL
                   : wrong("a timeout is milliseconds, from 1 to 2147483647, or 0 for none");
    }
    operation *own = operation_of(arguments[0]);
    ng_py.Py_IncRef(arguments[0]);
    PyObject *result = NULL;
    if (begin(own, (uint64_t)timeout)) {
        result = ng_py.PyObject_Vectorcall(arguments[2], arguments + 3, (size_t)count - 3U, names);
        /* Straight from the call, with no code of Python's between: what is raised from here on is not its. */
        end(own);
    }
    ng_py.Py_DecRef(arguments[0]);
    return result;
}

static PyObject *operation_interrupt(PyObject *self, PyObject *const *arguments, Py_ssize_t count,
                                     PyObject *names)
{
    (void)self;
    (void)names;
    int overflow = 0;
    if (count != 2 || ng_py.PyCapsule_IsValid(arguments[0], CAPSULE) == 0) {
        return wrong("_operation_interrupt takes an operation and a reason");
    }
    long long reason = ng_py.PyLong_AsLongLongAndOverflow(arguments[1], &overflow);
    if (reason != NG_INTERRUPT_TIMEOUT && reason != NG_INTERRUPT_ABORT) {
        return ng_py.PyErr_Occurred() != NULL ? NULL : wrong("a reason is 1 or 2");
    }
    operation *own = operation_of(arguments[0]);
    ng_mutex_lock(&lock);
    bool alive = own->state != OVER;
    if (alive && own->reason == NG_INTERRUPT_NONE) {
        own->reason = (uint32_t)reason;
    }
    if (own->state == RUNS) {
        arm(own);
        ng_condition_broadcast(&changed);
    }
    ng_mutex_unlock(&lock);
    PyObject *answer = alive ? ng_py._Py_TrueStruct : ng_py._Py_FalseStruct;
    ng_py.Py_IncRef(answer);
    return answer;
}

static PyObject *operation_reason(PyObject *self, PyObject *const *arguments, Py_ssize_t count,
                                  PyObject *names)
{
    (void)self;
    (void)names;
    if (count != 1 || ng_py.PyCapsule_IsValid(arguments[0], CAPSULE) == 0) {
        return wrong("_operation_reason takes an operation");
    }
    const operation *own = operation_of(arguments[0]);
    ng_mutex_lock(&lock);
    uint32_t reason = own->reason;
    ng_mutex_unlock(&lock);
    return ng_py.PyLong_FromLongLong((long long)reason);
}

bool ng_interrupts_open(void)
{
    static const ng_method_def definitions[] = {
        {.name = "_operation",
         .call = operation_new,
         .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS},
        {.name = "_operation_run",
         .call = operation_run,
         .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS},
        {.name = "_operation_interrupt",
         .call = operation_interrupt,
         .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS},
        {.name = "_operation_reason",
         .call = operation_reason,
         .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS},
    };
    if (atomic_load_explicit(&interrupted_class, memory_order_acquire) == NULL) {
        PyObject *module = ng_bootstrap_module();
        PyObject *class = ng_py.PyObject_GetAttrString(module, "Interrupted");
        ng_py.Py_DecRef(module);
        if (class == NULL) {
            return false;
        }
        /* Release pairs with the acquires: the class is complete. Whoever else stores it stores the same. */
        atomic_store_explicit(&interrupted_class, class, memory_order_release);
    }
    for (size_t i = 0; i < sizeof definitions / sizeof definitions[0]; i++) {
        if (!ng_bootstrap_publish(&definitions[i])) {
            return false;
        }
    }
    return true;
}
