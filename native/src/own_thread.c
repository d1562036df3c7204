#include "own_thread.h"

#include "platform.h"

/* How long a thread without memory for its thread state waits before it tries again. */
#define NO_MEMORY_MS 100U

bool ng_own_thread_start(void (*run)(void *pass))
{
    ng_pass *pass = ng_pass_take(&ng_python_gate);
    if (pass == NULL) {
        return false;
    }
    bool runs = ng_thread_start(run, pass);
    if (!runs) {
        ng_pass_give_back(pass);
    }
    return runs;
}

/* Once: the thread may go on and ask again. */
static void refuse(ng_own_thread *thread)
{
    thread->refused = true;
    if (thread->state != NULL) {
        atomic_fetch_add_explicit(&ng_python_end.states_leaked, 1U, memory_order_relaxed);
    }
}

/* On its own thread: before 3.12 a thread state is bound to the thread that makes it. Inside the gate, detached. */
static bool has_state(ng_own_thread *thread)
{
    if (thread->state != NULL) {
        return true;
    }
    thread->state = ng_py.PyThreadState_New(ng_py.PyInterpreterState_Main());
    if (thread->state == NULL) {
        return false;
    }
    atomic_store_explicit(&thread->pass->thread, ng_py.PyThread_get_thread_ident(),
                          memory_order_relaxed);
    return true;
}

bool ng_own_thread_enter(ng_own_thread *thread)
{
    while (!thread->refused) {
        if (!ng_gate_enter(&ng_python_gate, thread->pass)) {
            refuse(thread);
        } else if (has_state(thread)) {
            ng_py.PyEval_RestoreThread(thread->state);
            return true;
        } else {
            ng_gate_leave(thread->pass);
            ng_sleep_ms(NO_MEMORY_MS);
        }
    }
    return false;
}

void ng_own_thread_leave(ng_own_thread *thread)
{
    (void)ng_py.PyEval_SaveThread();
    ng_gate_leave(thread->pass);
}

void ng_own_thread_end(ng_own_thread *thread)
{
    if (thread->state != NULL) {
        if (!ng_own_thread_enter(thread)) {
            return;
        }
        ng_pass_untarget(thread->pass);
        ng_py.PyThreadState_Clear(thread->state);
        ng_py.PyThreadState_DeleteCurrent(); /* detaches as well */
        ng_gate_leave(thread->pass);
    }
    ng_pass_give_back(thread->pass);
}
