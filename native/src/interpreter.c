/*
 * interpreter.c: the one interpreter of the process, and the core's own thread that holds its initial
 * thread state. Python's main thread is that thread: never a worker, which may be terminated.
 * Start and end stay in one file: they are one state machine under one lock.
 */
#include "abi.h"
#include "bootstrap.h"
#include "capi.h"
#include "error.h"
#include "exit.h"
#include "finalizer_guard.h"
#include "gil_watch.h"
#include "import_flags.h"
#include "interpreter_guard.h"
#include "platform.h"
#include "signals.h"
#include "startup_config.h"

#include "../include/nogil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A thread that is inside Python for longer than this when the gate closes is interrupted. */
#define PATIENCE_MS 100U

/* Waits are cut in slices, as they go by a clock that can be set; bounds go by one that cannot. */
#define WAIT_SLICE_MS 50

typedef enum ng_life {
    NG_LIFE_NONE = 0,
    NG_LIFE_STARTING,
    NG_LIFE_RUNNING,
    NG_LIFE_BROKEN, /* initialisation failed half-way: this process cannot start another Python */
    NG_LIFE_ENDING,
    NG_LIFE_ENDED
} ng_life;

/*
 * Everything here is guarded by `lock`. Nothing is called under it but string copies; nobody waits on
 * it while attached.
 */
static ng_mutex lock = NG_MUTEX_INITIALIZER;
static ng_condition changed = NG_CONDITION_INITIALIZER;
static ng_life life = NG_LIFE_NONE;
static ng_started started;       /* its strings are never freed */
static ng_status failure_status; /* of the last start */
static char failure[NG_MESSAGE_SIZE];
static uint64_t end_by_ms; /* when ENDING: the bound */
static bool finalized;
/* A shutdown came while Python was starting, and could not wait for it. */
static bool end_requested;

/* The core's thread's own. */
static PyThreadState *initial_thread_state;

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);
    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}

/* ---- on the core's thread: start ------------------------------------------------------------ */

static ng_status start_python(const ng_start_options *options, ng_started *out, char *message)
{
    char reason[NG_MESSAGE_SIZE / 2] = "";
    void *library = ng_library_open(options->library, reason, sizeof reason);
    if (library == NULL) {
        (void)snprintf(message, NG_MESSAGE_SIZE, "%s cannot be loaded: %s", options->library,
                       reason);
        return NG_STATUS_LIBRARY_UNUSABLE;
    }
    if (!ng_capi_load(library, options->library, message, NG_MESSAGE_SIZE)) {
        /* Or extension modules of the next choice would find its symbols. */
        ng_library_close(library);
        return NG_STATUS_LIBRARY_UNUSABLE;
    }
    ng_library_publish(options->library);
    if (ng_py.Py_IsInitialized() != 0) {
        (void)snprintf(message, NG_MESSAGE_SIZE,
                       "%s already runs in this process, started by something other than nogil",
                       options->library);
        return NG_STATUS_MISMATCH;
    }
    int flags = options->deep_bind != 0 ? ng_deep_bind_flags() : 0;
    if (flags != 0 && !ng_import_flags_arm(flags)) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    if (!ng_startup_initialize(options, message, NG_MESSAGE_SIZE)) {
        return NG_STATUS_START_FAILED;
    }
    out->deep_bind = flags != 0;
    if (!ng_capi_learn_layout(message, NG_MESSAGE_SIZE)) {
        return NG_STATUS_START_FAILED;
    }
    if (!ng_bootstrap_load(options->code_folder)) {
        ng_error_to_message("loading the core's Python code", message, NG_MESSAGE_SIZE);
        return NG_STATUS_START_FAILED;
    }
    if (!ng_gate_watch_forks() || !ng_interpreter_guard_prepare()) {
        (void)snprintf(message, NG_MESSAGE_SIZE, "no memory to watch for fork() and finalization");
        return NG_STATUS_START_FAILED;
    }
    if (!ng_gil_watch_install()) {
        ng_error_to_message("watching the GIL", message, NG_MESSAGE_SIZE);
        return NG_STATUS_START_FAILED;
    }
    /* Python runs without: what reads counts says what did not add up. */
    char refusal[NG_MESSAGE_SIZE];
    (void)ng_abi_learn(refusal, sizeof refusal);
    out->library = copy_text(options->library);
    out->executable = copy_text(options->executable);
    out->version = ng_py.version;
    out->version_hex = ng_py.version_hex;
    out->head_size = (uint32_t)ng_py.head_size;
    out->free_threaded = ng_py.free_threaded;
    if (out->library == NULL || out->executable == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    initial_thread_state = ng_py.PyEval_SaveThread();
    return NG_STATUS_OK;
}

/* ---- on the core's thread: end -------------------------------------------------------------- */

static void interrupt(unsigned long thread)
{
    if (ng_py.PyThreadState_SetAsyncExc(thread, *(PyObject **)ng_py.PyExc_KeyboardInterrupt) > 0) {
        atomic_fetch_add_explicit(&ng_python_end.interrupts, 1U, memory_order_relaxed);
    }
}

/*
 * Waits for those inside, first patiently. True when nobody is inside any more. Interrupts again and
 * again: what catches one exception, or is just in a place where it is ignored, meets the next.
 */
static bool drain(uint64_t until)
{
    for (;;) {
        uint64_t patience = ng_clock_ms() + PATIENCE_MS;
        if (ng_gate_wait(&ng_python_gate, patience < until ? patience : until)) {
            return true;
        }
        if (ng_clock_ms() >= until) {
            return false;
        }
        ng_py.PyEval_RestoreThread(initial_thread_state);
        ng_gate_each_inside(&ng_python_gate, interrupt);
        (void)ng_py.PyEval_SaveThread();
    }
}

static void call_quietly(const char *function)
{
    PyObject *result = ng_bootstrap_call(function, NULL);
    if (result == NULL) {
        ng_py.PyErr_Clear();
    } else {
        ng_py.Py_DecRef(result);
    }
}

/*
 * Whether the interpreter is the only one. Py_FinalizeEx is a fatal error on some versions while there
 * are others, ends them from the wrong thread on others, and their threads are not among those that
 * src/python can see. New ones are put in front of the main one, so one look is enough, and no other
 * interpreter's memory is touched.
 */
static bool is_only_interpreter(void)
{
    return ng_py.PyInterpreterState_Head() == ng_py.PyInterpreterState_Main();
}

/* True when Py_FinalizeEx would come back: it waits without bound for non-daemon threads. */
static bool may_finalize(void)
{
    if (!is_only_interpreter()) {
        return false;
    }
    PyObject *answer = ng_bootstrap_call("may_finalize", NULL);
    bool yes = answer == ng_py._Py_TrueStruct;
    if (answer == NULL) {
        ng_py.PyErr_Clear();
    } else {
        ng_py.Py_DecRef(answer);
    }
    return yes;
}

/* Calls a function of src/python that takes so many milliseconds at most. Attached. */
static void call_within(const char *function, uint64_t milliseconds)
{
    PyObject *bound = ng_py.PyLong_FromLongLong((long long)milliseconds);
    PyObject *result = bound == NULL ? NULL : ng_bootstrap_call(function, bound);
    if (result == NULL) {
        ng_py.PyErr_Clear();
    } else {
        ng_py.Py_DecRef(result);
    }
    if (bound != NULL) {
        ng_py.Py_DecRef(bound);
    }
}

static uint64_t left(uint64_t until)
{
    uint64_t now = ng_clock_ms();
    return until > now ? until - now : 0U;
}

/*
 * In the order of Python's own end, but each step with a part of what is left, so that whoever uses up his
 * does not take it from those that follow: tasks of asyncio, those inside, threads, atexit callbacks.
 */
static bool end_python(uint64_t until)
{
    ng_py.PyEval_RestoreThread(initial_thread_state);
    /* First: what is printed from now on would wait for JavaScript that does not come any more. */
    call_quietly("streams_close");
    call_within("aio_stop", left(until) / 4U);
    (void)ng_py.PyEval_SaveThread();
    bool drained = drain(ng_clock_ms() + left(until) / 2U);
    ng_py.PyEval_RestoreThread(initial_thread_state);
    call_within("end_threads", left(until) / 2U);
    /* Before as well, as a callback may never come back. */
    call_quietly("flush_standard_streams");
    call_quietly("run_exit_callbacks");
    call_quietly("flush");
    if (drained && ng_gate_is_deserted(&ng_python_gate) && may_finalize()) {
        /* A failed flush is all it can report, and we flushed before. */
        (void)ng_py.Py_FinalizeEx();
        return true;
    }
    (void)ng_py.PyEval_SaveThread();
    return false;
}

/*
 * For a process in which only workers used Python, so that nobody on the main thread says goodbye:
 * atexit callbacks and buffered output must not be lost. Elsewhere ng_exit has waited already: a second time
 * would only keep the host, which may know an exit code that nobody else does (Bun tells no listener what an
 * unhandled rejection comes to).
 */
static void at_process_exit(void)
{
    if (!ng_exit_has_begun()) {
        (void)ng_shutdown(ng_exit_share_of_python()); /* nothing in a forked child */
    }
}

static void core_thread(void *raw)
{
    const ng_start_options *options = raw; /* the starter waits for us, and keeps it alive */
    ng_started result = {0};
    char message[NG_MESSAGE_SIZE] = "";
    ng_status status = start_python(options, &result, message);

    ng_mutex_lock(&lock);
    failure_status = status;
    memcpy(failure, message, sizeof failure);
    if (status == NG_STATUS_OK) {
        started = result;
        (void)ng_process_on_exit(at_process_exit);
        if (end_requested) {
            /* Somebody gave up waiting for the start: the gate never opens. */
            life = NG_LIFE_ENDING;
            end_by_ms = ng_clock_ms() + ng_exit_share_of_python();
        } else {
            life = NG_LIFE_RUNNING;
            ng_gate_open(&ng_python_gate);
        }
    } else {
        life = status == NG_STATUS_START_FAILED ? NG_LIFE_BROKEN : NG_LIFE_NONE;
    }
    ng_condition_broadcast(&changed);
    while (life == NG_LIFE_RUNNING) {
        ng_condition_wait(&changed, &lock, -1);
    }
    uint64_t until = end_by_ms;
    bool ending = life == NG_LIFE_ENDING;
    ng_mutex_unlock(&lock);
    if (!ending) {
        return;
    }

    bool ended = end_python(until);
    ng_gate_close(&ng_python_gate, ended ? 0U : ng_gate_count_present(&ng_python_gate));
    ng_mutex_lock(&lock);
    finalized = ended;
    life = NG_LIFE_ENDED;
    ng_condition_broadcast(&changed);
    ng_mutex_unlock(&lock);
}

/* ---- from any thread ------------------------------------------------------------------------ */

/* Under `lock`, RUNNING: whether the Python asked for is the one that runs. */
static ng_status compare(const ng_start_options *options, char *message)
{
    if (ng_same_file(options->library, started.library) &&
        strcmp(options->executable, started.executable) == 0) {
        return NG_STATUS_OK;
    }
    (void)snprintf(message, NG_MESSAGE_SIZE,
                   "this process already runs %s (library %s); %s (library %s) cannot be started "
                   "beside it. A process has one Python: choose it before the first use, or start "
                   "the other one in a process of its own",
                   started.executable, started.library, options->executable, options->library);
    return NG_STATUS_MISMATCH;
}

static ng_status report(char *message)
{
    memcpy(message, failure, sizeof failure);
    return failure_status;
}

static ng_status report_ended(char *message)
{
    (void)snprintf(message, NG_MESSAGE_SIZE, "Python has been shut down in this process");
    return NG_STATUS_SHUT_DOWN;
}

ng_status ng_start(const ng_start_options *options, char *message)
{
    message[0] = '\0';
    ng_status status = NG_STATUS_OK;
    if (ng_process_is_forked_child()) {
        (void)snprintf(message, NG_MESSAGE_SIZE,
                       "this process is a forked child: JavaScript cannot use Python here");
        return NG_STATUS_SHUT_DOWN;
    }
    /* Before there is a thread that runs in this file, and state to lose: a worker whose start fails
       would take both with it. */
    ng_library_pin_self();
    ng_mutex_lock(&lock);
    while (life == NG_LIFE_STARTING) {
        ng_condition_wait(&changed, &lock, -1);
    }
    switch (life) {
    case NG_LIFE_NONE:
        life = NG_LIFE_STARTING;
        if (!ng_thread_start(core_thread, (void *)(uintptr_t)options)) {
            life = NG_LIFE_NONE;
            (void)snprintf(message, NG_MESSAGE_SIZE, "no thread could be started for Python");
            status = NG_STATUS_OUT_OF_MEMORY;
            ng_condition_broadcast(&changed);
            break;
        }
        while (life == NG_LIFE_STARTING) {
            ng_condition_wait(&changed, &lock, -1);
        }
        /* Somebody else may have failed, and a third started another Python, while we slept; or it was
           ended at once. */
        if (life == NG_LIFE_ENDING || life == NG_LIFE_ENDED) {
            status = report_ended(message);
        } else {
            status = life == NG_LIFE_RUNNING ? compare(options, message) : report(message);
        }
        break;
    case NG_LIFE_RUNNING:
        status = compare(options, message);
        break;
    case NG_LIFE_BROKEN:
        status = report(message);
        break;
    default:
        status = report_ended(message);
        break;
    }
    ng_mutex_unlock(&lock);
    return status;
}

static ng_status status_now(void)
{
    if (ng_process_is_forked_child()) {
        return NG_STATUS_SHUT_DOWN; /* the lock may be a thread's that is not here */
    }
    ng_mutex_lock(&lock);
    ng_life now = life;
    ng_mutex_unlock(&lock);
    switch (now) {
    case NG_LIFE_RUNNING:
        return NG_STATUS_OK;
    case NG_LIFE_ENDING:
    case NG_LIFE_ENDED:
        return NG_STATUS_SHUT_DOWN;
    default:
        return NG_STATUS_NOT_STARTED;
    }
}

ng_status ng_describe(ng_started *out)
{
    ng_status status = status_now();
    if (status == NG_STATUS_OK) {
        *out = started; /* written once, before RUNNING */
    }
    return status;
}

void ng_end_read(ng_end_statistics *out)
{
    ng_gate_statistics gate;
    ng_gate_read(&ng_python_gate, &gate);
    *out = (ng_end_statistics){
        .state = gate.state,
        .interrupts = atomic_load_explicit(&ng_python_end.interrupts, memory_order_relaxed),
        .threads_left = gate.leaked,
        .states_leaked = atomic_load_explicit(&ng_python_end.states_leaked, memory_order_relaxed),
    };
    if (!ng_process_is_forked_child()) {
        ng_mutex_lock(&lock);
        out->finalized = finalized ? 1U : 0U;
        ng_mutex_unlock(&lock);
    }
}

ng_status ng_shutdown(uint32_t bound_ms)
{
    if (ng_process_is_forked_child()) {
        return NG_STATUS_BUSY; /* whoever forked ends the child, as Python's multiprocessing does */
    }
    ng_signals_await_end();
    uint64_t until = ng_clock_ms() + bound_ms;
    ng_mutex_lock(&lock);
    while (life == NG_LIFE_STARTING && ng_clock_ms() < until) {
        ng_condition_wait(&changed, &lock, WAIT_SLICE_MS);
    }
    if (life == NG_LIFE_STARTING) {
        end_requested = true;
        ng_mutex_unlock(&lock);
        return NG_STATUS_BUSY;
    }
    if (life == NG_LIFE_RUNNING && ng_gate_begin_closing(&ng_python_gate)) {
        life = NG_LIFE_ENDING;
        end_by_ms = until;
        ng_condition_broadcast(&changed);
    }
    while (life == NG_LIFE_ENDING && ng_clock_ms() < until) {
        ng_condition_wait(&changed, &lock, WAIT_SLICE_MS);
    }
    ng_status status = NG_STATUS_NOT_STARTED;
    if (life == NG_LIFE_ENDED || life == NG_LIFE_ENDING) {
        status = finalized ? NG_STATUS_OK : NG_STATUS_BUSY;
    }
    ng_mutex_unlock(&lock);
    return status;
}
