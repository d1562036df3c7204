/*
 * Python's own threads call functions whose JavaScript threads come and go: each call has an answer or a
 * RuntimeError that says why not, none hangs, and each function is dropped at most once.
 */
#include "stress.h"

#include <stdatomic.h>

#define CALLERS 8U
#define OWNERS 3U

static const char callers[] =
    "import threading, random\n"
    "functions, answers, refusals, wrong = {}, [0] * 8, [0] * 8, []\n"
    "stop = threading.Event()\n"
    "def call(index):\n"
    "    while not stop.is_set():\n"
    "        items = list(functions.items())\n"
    "        if not items:\n"
    "            continue\n"
    "        key, function = random.choice(items)\n"
    "        try:\n"
    "            answer = function(index, [index], extra={})\n"
    "        except RuntimeError as error:\n"
    "            refusals[index] += 1\n"
    "            if 'ended' not in str(error) and 'ending' not in str(error) and "
    "'thrown' not in str(error):\n"
    "                wrong.append(repr(error))\n"
    "            if 'has ended' in str(error):\n"
    "                functions.pop(key, None)\n"
    "            del error\n"
    "        else:\n"
    "            answers[index] += 1\n"
    "            if answer != 3:\n"
    "                wrong.append(answer)\n"
    "        del items, function\n"
    "threads = [threading.Thread(target=call, args=(i,), daemon=True) for i in range(8)]\n"
    "for thread in threads: thread.start()\n";

/* Calls that were answered, and that got an exception. */
static _Atomic uint64_t answered;
static _Atomic uint64_t thrown;

static int64_t answer(ng_stress_environment *environment, void *context,
                      ng_object *const *arguments, size_t count)
{
    (void)context;
    (void)arguments;
    bool fails = ng_stress_below(environment->thread, 16) == 0U;
    atomic_fetch_add_explicit(fails ? &thrown : &answered, 1U, memory_order_relaxed);
    return fails ? NG_STRESS_THROW : (int64_t)count;
}

static void publish(ng_stress_environment *environment)
{
    char message[NG_MESSAGE_SIZE];
    ng_handle function = 0;
    ng_handle result = 0;
    ng_status status =
        ng_function_emit(environment->core, ng_stress_function_add(environment, answer, NULL),
                         "answer", "*values, **names", &function, message);
    ng_handle set = ng_stress_object(environment, "lambda f: functions.__setitem__(id(f), f)");
    if (status != NG_STATUS_OK ||
        ng_object_call(environment->core, set, &function, 1, &result, message) != NG_STATUS_OK) {
        ng_stress_fail(environment->stress, "no function: %s", message);
    }
    NG_STRESS_CHECK(environment->stress,
                    ng_object_release(environment->core, function) == NG_STATUS_OK);
}

/* One owner serves until there was one of each, however busy the machine is; then it ends, and leaves its
   function to the callers. */
static void own_first(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    publish(environment);
    ng_stress_phase(thread, "serving first");
    while (atomic_load_explicit(&answered, memory_order_relaxed) == 0U ||
           atomic_load_explicit(&thrown, memory_order_relaxed) == 0U) {
        ng_stress_turn(environment, 10);
    }
    ng_stress_close(environment);
}

static void own(ng_stress_thread *thread)
{
    while (ng_stress_goes_on(thread)) {
        ng_stress_environment *environment = ng_stress_open(thread);
        for (uint32_t i = ng_stress_below(thread, 4); i > 0U; i--) {
            publish(environment);
        }
        ng_stress_phase(thread, "serving");
        for (uint32_t i = ng_stress_below(thread, 20); i > 0U; i--) {
            ng_stress_turn(environment, 1);
        }
        if (ng_stress_below(thread, 2) == 0U) {
            ng_stress_run(environment, "functions.clear()"); /* drops what others call just now */
        }
        ng_stress_phase(thread, "ending");
        ng_stress_close(environment);
    }
}

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, callers);
    ng_stress_close(environment);
}

static void finish(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_phase(thread, "joining Python's threads");
    ng_stress_run(environment, "stop.set(); functions.clear()\n"
                               "for thread in threads: thread.join()\n"
                               "assert not wrong, wrong[:5]\n"
                               "assert sum(answers) > 0, 'nobody was ever answered'\n"
                               "assert sum(refusals) > 0, 'no owner ever ended'\n");
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_threads(stress, 1, prepare, NULL);
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, 1, own_first, NULL);
    ng_stress_threads(stress, OWNERS, own, NULL);
    ng_stress_collector_stop(collector);
    ng_stress_threads(stress, 1, finish, NULL);
}

const ng_scenario ng_scenario_dispatch_owners_end = {
    .name = "dispatch_owners_end",
    .guard = "core",
    .description = "calls from Python's threads are answered or refused while owners come and go",
    .run = run,
};
