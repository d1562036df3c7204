/*
 * Threads run short operations while others interrupt them: an exception reaches the operation it was meant for,
 * or nothing, and never what the thread runs next.
 */
#include "bootstrap.h"
#include "stress.h"

#define INTERRUPTERS 2U

static const char prepared[] = "running = []\n"
                               "def work():\n"
                               "    return sum(range(200))\n"
                               "def begin():\n"
                               "    operation = nogil._operation()\n"
                               "    running.append(operation)\n"
                               "    return operation\n"
                               "def interrupt():\n"
                               "    for operation in running[-8:]:\n"
                               "        nogil._operation_interrupt(operation, 2)\n"
                               "def forget():\n"
                               "    del running[:-8]\n";

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    NG_STRESS_CHECK(thread->stress, ng_javascript_open(environment->core) == NG_STATUS_OK);
    NG_STRESS_CHECK(thread->stress, ng_attach(environment->core));
    PyObject *module = ng_bootstrap_module();
    PyObject *place = ng_py.PyImport_ImportModule("__main__");
    PyObject *name = ng_py.PyUnicode_FromString("nogil");
    NG_STRESS_CHECK(thread->stress, place != NULL && name != NULL &&
                                        ng_py.PyObject_SetAttr(place, name, module) == 0);
    ng_py.Py_DecRef(name);
    ng_py.Py_DecRef(place);
    ng_py.Py_DecRef(module);
    ng_detach(environment->core);
    ng_stress_run(environment, prepared);
    ng_stress_close(environment);
}

/* Straight from C, as JavaScript calls: what comes too late has no frame here that would swallow it. */
static void operate(ng_stress_environment *environment, ng_handle run, ng_handle timeout,
                    ng_handle work)
{
    ng_handle operation = ng_stress_object(environment, "begin()");
    const ng_handle arguments[] = {operation, timeout, work};
    char message[NG_MESSAGE_SIZE];
    ng_handle result = 0;
    ng_status status = ng_object_call(environment->core, run, arguments, 3, &result, message);
    NG_STRESS_CHECK(environment->stress,
                    status == NG_STATUS_OK || status == NG_STATUS_PYTHON_ERROR);
    if (status == NG_STATUS_OK) {
        (void)ng_object_release(environment->core, result);
    }
    (void)ng_object_release(environment->core, operation);
    NG_STRESS_CHECK(environment->stress, ng_stress_number(environment, "sum(range(20))") == 190);
}

static void run_operations(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_handle run = ng_stress_object(environment, "nogil._operation_run");
    ng_handle none = ng_stress_object(environment, "0");
    ng_handle one = ng_stress_object(environment, "1");
    ng_handle work = ng_stress_object(environment, "work");
    while (ng_stress_goes_on(thread)) {
        operate(environment, run, ng_stress_below(thread, 2) == 0U ? none : one, work);
        if (ng_stress_below(thread, 64) == 0U) {
            ng_stress_run(environment, "forget()");
        }
    }
    ng_stress_close(environment);
}

static void interrupt(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    while (ng_stress_goes_on(thread)) {
        ng_stress_run(environment, "interrupt()");
    }
    ng_stress_close(environment);
}

static void work(ng_stress_thread *thread)
{
    if (thread->index < INTERRUPTERS) {
        interrupt(thread);
    } else {
        run_operations(thread);
    }
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_join(ng_stress_spawn(stress, prepare, NULL));
    ng_stress_threads(stress, stress->threads < 4U ? 4U : stress->threads, work, NULL);
}

const ng_scenario ng_scenario_interrupt_ends_with_operation = {
    .name = "interrupt_ends_with_operation",
    .guard = "interrupt",
    .description = "an interrupt reaches its operation or nothing, never what runs next",
    .run = run,
    .flags = NG_SCENARIO_FREE_THREADED,
};
