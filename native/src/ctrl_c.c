#include "ctrl_c.h"

#include "barrier.h"
#include "bootstrap.h"
#include "capi.h"
#include "own_thread.h"
#include "platform.h"

#include <stdint.h>

/* How long Python may take to come to an interrupt before people are told where it is. */
#define PATIENCE_MS 1000

/* A leaf, though Python is called under it: it finds a thread and stores a pointer to a class that is never freed. */
static ng_mutex lock = NG_MUTEX_INITIALIZER;
static unsigned long running; /* lock: Python's ident of the thread while Python runs there, or 0 */
static bool sent;      /* lock: an interrupt, for the call that runs; it may have been raised */
static uint64_t calls; /* lock: how many have ended */
static bool watched;   /* lock: the watching thread is there */

/* ---- the thread that waits for Ctrl-C ---------------------------------------------------------- */

/* Attached. False: Python does not run there. call: the one that was interrupted. */
static bool interrupt(uint64_t *call)
{
    ng_mutex_lock(&lock);
    bool runs = running != 0UL;
    if (runs) {
        NG_BARRIER_POINT();
        sent = true;
        *call = calls;
        (void)ng_py.PyThreadState_SetAsyncExc(running, *(PyObject **)ng_py.PyExc_KeyboardInterrupt);
    }
    ng_mutex_unlock(&lock);
    return runs;
}

/* Attached. */
static void report(uint64_t call)
{
    ng_mutex_lock(&lock);
    unsigned long thread = sent && calls == call ? running : 0UL;
    ng_mutex_unlock(&lock);
    if (thread == 0UL) {
        return;
    }
    PyObject *ident = ng_py.PyLong_FromLongLong((long long)thread);
    PyObject *told = ident == NULL ? NULL : ng_bootstrap_call("ctrl_c_report", ident);
    if (told == NULL) {
        ng_py.PyErr_Clear(); /* no memory, or no stderr: nobody can be told */
    } else {
        ng_py.Py_DecRef(told);
    }
    if (ident != NULL) {
        ng_py.Py_DecRef(ident);
    }
}

static void watch(void *pass)
{
    ng_own_thread self = {.pass = pass};
    bool reports = false;
    uint64_t call = 0;
    for (;;) {
        bool pressed = ng_console_await(reports ? PATIENCE_MS : -1);
        if (!pressed && !reports) {
            continue; /* a system call that was interrupted */
        }
        if (!ng_own_thread_enter(&self)) {
            break; /* Python ends, which interrupts everybody */
        }
        if (pressed) {
            reports = interrupt(&call);
        } else {
            reports = false;
            report(call);
        }
        ng_own_thread_leave(&self);
        if (pressed && !reports) {
            ng_console_pass_on(); /* it came when Python was just done */
        }
    }
}

bool ng_ctrl_c_open(void)
{
    ng_mutex_lock(&lock);
    watched = watched || (ng_console_open() && ng_own_thread_start(watch));
    bool ready = watched;
    ng_mutex_unlock(&lock);
    return ready;
}

/* ---- the thread that runs Python --------------------------------------------------------------- */

void ng_ctrl_c_enter(void)
{
    ng_mutex_lock(&lock);
    running = ng_py.PyThread_get_thread_ident();
    ng_mutex_unlock(&lock);
    ng_console_take();
}

/* Whether the interrupt that was sent has not been raised; then it is gone. */
static bool take_back(void)
{
    PyObject *type = NULL;
    PyObject *value = NULL;
    PyObject *traceback = NULL;
    ng_py.PyErr_Fetch(&type, &value, &traceback);
    /* Raises it, if it is still to be raised: there is no other way to know. */
    PyObject *passed = ng_bootstrap_call("interrupt_point", NULL);
    bool late = passed == NULL;
    if (late) {
        ng_py.PyErr_Clear();
    } else {
        ng_py.Py_DecRef(passed);
    }
    ng_py.PyErr_Restore(type, value, traceback);
    return late;
}

void ng_ctrl_c_leave(bool outermost)
{
    ng_console_give_back();
    ng_mutex_lock(&lock);
    running = 0UL;
    bool may_be_late = outermost && sent;
    if (outermost) {
        sent = false;
        calls++;
    }
    ng_mutex_unlock(&lock);
#if defined(NOGIL_UNSAFE_INTERRUPT)
    may_be_late = false; /* it reaches what runs next */
#endif
    if (may_be_late && take_back()) {
        ng_console_pass_on();
    }
}
