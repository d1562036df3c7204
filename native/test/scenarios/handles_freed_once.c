/*
 * The same objects are released at once by explicit destroy, by whoever takes their tokens, by Python's
 * collector (from finalizers and weakref callbacks, on whatever thread collects) and by environments that
 * end, while others open them: each reference is dropped exactly once.
 *
 * Half of the objects are also held by Python, so that a reference dropped twice shows in the count, and
 * not only as a crash; the others must be gone at the end of a round.
 */
#include "handles_shared.h"
#include "stress.h"

#include <inttypes.h>
#include <stdio.h>

#define OBJECTS 64U
#define CODE_SIZE 256U

/* Owner: thread 0 between two meetings; the others read it after them. */
static ng_token tokens[OBJECTS];

/* Python calls this through ctypes, attached, on any thread: no environment, no gate, as a finalizer. */
static int release_from_python(uint64_t token)
{
    PyObject *object = NULL;
    if (ng_shared_end(token, NG_HANDLE_END_RELEASED, 0, &object) != NG_STATUS_OK) {
        return 0;
    }
    PyObject *dropped = ng_shared_unpin(token);
    if (dropped != NULL) {
        ng_py.Py_DecRef(dropped);
    }
    return 1;
}

static const char setup[] =
    "import ctypes, gc, sys, time, weakref\n"
    "class Thing:\n"
    "    def __init__(self, i):\n"
    "        self.i = i\n"
    "    def __del__(self):\n"
    "        freed[self.i] += 1\n"
    "class Finalized:\n"
    "    def __init__(self, token):\n"
    "        self.token = token\n"
    "        self.me = self\n"
    "    def __del__(self):\n"
    "        release(self.token)\n"
    "class Watched:\n"
    "    def __init__(self):\n"
    "        self.me = self\n"
    "def watch(token):\n"
    "    watchers.append(weakref.ref(Watched(), lambda _: release(token)))\n"
    "def begin(count):\n"
    "    global freed, things, kept, watchers, control\n"
    "    freed = [0] * count\n"
    "    watchers = []\n"
    "    things = [Thing(i) for i in range(count)]\n"
    "    control = [object()]\n"
    "    kept = things[::2]\n"
    /* A collection that is under way on another thread makes ours do nothing, and drops what it has
       taken from other threads' queues only after the world runs again: too much is waited for, within
       bounds; too little is wrong at once. */
    "def settle(surplus, what):\n"
    "    until = time.monotonic() + 10\n"
    "    while True:\n"
    "        gc.collect()\n"
    "        left = surplus()\n"
    "        assert min(left) >= 0, f'{what} dropped twice: {left}'\n"
    "        if max(left) == 0:\n"
    "            return\n"
    "        assert time.monotonic() < until, f'{what} left: {left}'\n"
    "def references():\n"
    "    counts = [sys.getrefcount(each) for each in kept + control]\n"
    "    return [n - counts[-1] for n in counts]\n"
    "def end():\n"
    "    settle(lambda: [1 - n for n in freed[1::2]], 'objects')\n"
    "    settle(references, 'references')\n"
    "    assert not any(freed[::2]), freed\n"
    "    kept.clear()\n"
    "    settle(lambda: [1 - n for n in freed], 'objects')\n";

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    char code[CODE_SIZE];
    ng_stress_run(environment, setup);
    (void)snprintf(code, sizeof code,
                   "release = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_uint64)(%" PRIuPTR ")",
                   (uintptr_t)release_from_python);
    ng_stress_run(environment, code);
    ng_stress_close(environment);
}

/* A new set of objects, each known by its token only, or by Python as well. */
static void begin(ng_stress_thread *thread, ng_stress_environment *environment)
{
    char code[CODE_SIZE];
    (void)snprintf(code, sizeof code, "begin(%u)", OBJECTS);
    ng_stress_run(environment, code);
    for (uint32_t i = 0; i < OBJECTS; i++) {
        (void)snprintf(code, sizeof code, "things[%u]", i);
        ng_handle handle = ng_stress_object(environment, code);
        NG_STRESS_CHECK(thread->stress,
                        ng_handle_share(environment->core, handle, NG_SHARE_UNTIL_RELEASED,
                                        &tokens[i]) == NG_STATUS_OK);
        NG_STRESS_CHECK(thread->stress,
                        ng_object_release(environment->core, handle) == NG_STATUS_OK);
        if (i % 4U >= 2U) {
            (void)snprintf(code, sizeof code, "%s(%" PRIu64 ")",
                           i % 8U >= 4U ? "Finalized" : "watch", tokens[i]);
            ng_stress_run(environment, code);
        }
    }
    ng_stress_run(environment, "things.clear()");
}

/* What JavaScript's threads may do with a token; what they hold then is released or left to the end of
   their environment. */
static void use(ng_stress_thread *thread, ng_stress_environment *environment, ng_token token)
{
    ng_handle handle = 0;
    ng_handle copy = 0;
    ng_status status = NG_STATUS_OK;
    switch (ng_stress_below(thread, 8)) {
    case 0:
        status = ng_token_release(environment->core, token);
        break;
    case 1:
        status = ng_token_take(environment->core, token, &handle);
        break;
    default:
        status = ng_token_open(environment->core, token, &handle);
        break;
    }
    NG_STRESS_CHECK(thread->stress, status == NG_STATUS_OK || status == NG_STATUS_STALE_HANDLE);
    if (handle == 0U) {
        return;
    }
    if (ng_stress_below(thread, 4) == 0U) {
        NG_STRESS_CHECK(thread->stress,
                        ng_handle_duplicate(environment->core, handle, &copy) == NG_STATUS_OK);
    }
    if (ng_stress_below(thread, 2) == 0U) {
        NG_STRESS_CHECK(thread->stress,
                        ng_object_release(environment->core, handle) == NG_STATUS_OK);
        NG_STRESS_CHECK(thread->stress,
                        ng_object_release(environment->core, handle) == NG_STATUS_STALE_HANDLE);
    }
}

static void race(ng_stress_thread *thread, ng_stress_environment *environment)
{
    uint32_t start = ng_stress_below(thread, OBJECTS);
    for (uint32_t i = 0; i < 2U * OBJECTS; i++) {
        use(thread, environment, tokens[(start + i) % OBJECTS]);
        if (ng_stress_below(thread, 64) == 0U) {
            ng_handle_history history;
            ng_handle_describe(environment->core, tokens[i % OBJECTS], &history);
            NG_STRESS_CHECK(thread->stress, history.state == NG_HANDLE_STATE_LIVE ||
                                                history.state == NG_HANDLE_STATE_RELEASED);
        }
    }
}

/* Nothing is left, and nothing was dropped twice. */
static void end(ng_stress_thread *thread, ng_stress_environment *environment)
{
    for (uint32_t i = 0; i < OBJECTS; i++) {
        (void)ng_token_release(environment->core, tokens[i]);
        ng_handle handle = 0;
        NG_STRESS_CHECK(thread->stress, ng_token_open(environment->core, tokens[i], &handle) ==
                                            NG_STATUS_STALE_HANDLE);
    }
    ng_stress_run(environment, "end()");
}

static void go(ng_stress_thread *thread)
{
    ng_stress_environment *lasting = thread->index == 0U ? ng_stress_open(thread) : NULL;
    for (;;) {
        if (lasting != NULL) {
            ng_stress_phase(thread, "making objects");
            begin(thread, lasting);
        }
        if (!ng_stress_meet(thread, lasting)) {
            break;
        }
        ng_stress_phase(thread, "racing");
        /* The environment ends with what it holds: as a worker that is terminated. */
        ng_stress_environment *environment = ng_stress_open(thread);
        race(thread, environment);
        ng_stress_close(environment);
        if (!ng_stress_meet(thread, lasting)) {
            break;
        }
        if (lasting != NULL) {
            ng_stress_phase(thread, "counting");
            end(thread, lasting);
        }
    }
    if (lasting != NULL) {
        end(thread, lasting);
        ng_stress_close(lasting);
    }
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_join(ng_stress_spawn(stress, prepare, NULL));
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, stress->threads, go, NULL);
    ng_stress_collector_stop(collector);
}

const ng_scenario ng_scenario_handles_freed_once = {
    .name = "handles_freed_once",
    .guard = "handles",
    .description =
        "released by destroy, takers, the collector and ending threads at once: freed once",
    .run = run,
};
