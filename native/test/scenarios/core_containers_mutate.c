/*
 * A dict and a list are read through frames, as JavaScript converts them, while Python threads change
 * them and the collector stops the world: what is read is a value that was really there, or an exception
 * that Python raises for such a case; never something torn, and never a crash.
 */
#include "stress.h"

#include <string.h>

/* Where in the arena the scenario's one frame lies, and its size. */
#define FRAME_OFFSET 0U
#define FRAME_CAPACITY 4096U

static ng_frame *invoke(ng_stress_environment *environment, ng_operation operation,
                        const ng_handle *handles, uint32_t count)
{
    ng_frame *frame = (ng_frame *)(void *)((char *)environment->arena + FRAME_OFFSET);
    *frame = (ng_frame){
        .operation = (uint32_t)operation, .positional = count, .capacity = FRAME_CAPACITY};
    for (uint32_t i = 0; i < count; i++) {
        frame->arguments[i] =
            (ng_slot){.tag = NG_TAG_OBJECT, .payload = {.number = (double)handles[i]}};
    }
    ng_invoke(environment->core, FRAME_OFFSET);
    return frame;
}

static ng_handle handle_in(ng_stress *stress, const ng_frame *frame)
{
    NG_STRESS_CHECK(stress, frame->result.tag == (uint32_t)NG_TAG_OBJECT);
    return (ng_handle)frame->result.payload.number;
}

static void release(ng_stress_environment *environment, ng_handle handle)
{
    NG_STRESS_CHECK(environment->stress,
                    ng_object_release(environment->core, handle) == NG_STATUS_OK);
}

/* The container changed under the iterator: Python says so, and the exception is ours to release. */
static bool was_refused(ng_stress_environment *environment, const ng_frame *frame)
{
    if (frame->status == (uint32_t)NG_STATUS_OK) {
        return false;
    }
    NG_STRESS_CHECK(environment->stress, frame->status == (uint32_t)NG_STATUS_PYTHON_ERROR);
    release(environment, handle_in(environment->stress, frame));
    return true;
}

/* A pair (n, n): both halves, read one by one, must agree. */
static void check_pair(ng_stress_environment *environment, ng_handle pair)
{
    ng_stress *stress = environment->stress;
    ng_frame *frame = invoke(environment, NG_OPERATION_ITERATE, &pair, 1);
    NG_STRESS_CHECK(stress, frame->status == (uint32_t)NG_STATUS_OK);
    ng_handle iterator = handle_in(stress, frame);
    double halves[2] = {-1, -2};
    for (uint32_t i = 0; i < 2U; i++) {
        frame = invoke(environment, NG_OPERATION_NEXT, &iterator, 1);
        NG_STRESS_CHECK(stress, frame->status == (uint32_t)NG_STATUS_OK);
        NG_STRESS_CHECK(stress, frame->result.tag == (uint32_t)NG_TAG_INT);
        halves[i] = frame->result.payload.number;
    }
    NG_STRESS_CHECK(stress, halves[0] >= 0 && halves[0] - halves[1] == 0);
    frame = invoke(environment, NG_OPERATION_NEXT, &iterator, 1);
    NG_STRESS_CHECK(stress, frame->result.tag == (uint32_t)NG_TAG_MISSING);
    release(environment, iterator);
    release(environment, pair);
}

/* Walks `expression`, whose items are pairs. */
static void walk(ng_stress_environment *environment, const char *expression)
{
    ng_handle container = ng_stress_object(environment, expression);
    ng_frame *frame = invoke(environment, NG_OPERATION_ITERATE, &container, 1);
    if (!was_refused(environment, frame)) {
        ng_handle iterator = handle_in(environment->stress, frame);
        for (;;) {
            frame = invoke(environment, NG_OPERATION_NEXT, &iterator, 1);
            if (was_refused(environment, frame) || frame->result.tag == (uint32_t)NG_TAG_MISSING) {
                break;
            }
            check_pair(environment, handle_in(environment->stress, frame));
        }
        release(environment, iterator);
    }
    release(environment, container);
}

static void convert(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    while (ng_stress_goes_on(thread)) {
        ng_stress_phase(thread, "walking the dict");
        walk(environment, "shared_dict.items()");
        ng_stress_phase(thread, "walking the list");
        walk(environment, "shared_list");
        ng_stress_phase(thread, "reading repr");
        ng_stress_run(environment, "len(repr(shared_list)), shared_dict.get(7)");
    }
    ng_stress_close(environment);
}

/* CPython moves a list's tail with memmove while others read it without a lock (its issue 129069). The top
   frame of that report is memmove, and a suppression by that name would hide our own. */
#if defined(__SANITIZE_THREAD__)
#define CHANGE_SLICES ""
#else
#define CHANGE_SLICES                                                                              \
    "            shared_list[10:20] = [(n, n) for n in range(5)]\n"                                \
    "            del shared_list[60:]\n"
#endif

static void begin(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment,
                  "import threading\n"
                  "shared_dict = {}\n"
                  "shared_list = []\n"
                  "mutating = True\n"
                  "mutation_error = None\n"
                  "def mutate(number):\n"
                  "    global mutation_error\n"
                  "    try:\n"
                  "        while mutating:\n"
                  "            for n in range(number, 200, 3):\n"
                  "                shared_dict[n] = n\n"
                  "                shared_list.append((n, n))\n" CHANGE_SLICES
                  "            for n in range(number, 200, 3):\n"
                  "                shared_dict.pop(n, None)\n"
                  "            for extra in range(len(shared_list) - 50):\n"
                  "                try: shared_list.pop()\n"
                  "                except IndexError: break\n"
                  "            shared_list.reverse()\n"
                  "            if number == 0:\n"
                  "                shared_dict.clear()\n"
                  "                shared_list.clear()\n"
                  "    except BaseException as error:\n"
                  "        mutation_error = error\n"
                  "mutators = [threading.Thread(target=mutate, args=(n,)) for n in range(3)]\n"
                  "for each in mutators:\n"
                  "    each.start()\n");
    ng_stress_close(environment);
}

static void end(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "mutating = False\n"
                               "for each in mutators:\n"
                               "    each.join()\n"
                               "if mutation_error is not None:\n"
                               "    raise mutation_error\n"
                               "shared_dict = shared_list = None\n");
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_join(ng_stress_spawn(stress, begin, NULL));
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, 4, convert, NULL);
    ng_stress_collector_stop(collector);
    ng_stress_join(ng_stress_spawn(stress, end, NULL));
}

const ng_scenario ng_scenario_core_containers_mutate = {
    .name = "core_containers_mutate",
    .guard = "core",
    .description = "a dict and a list are read through frames while Python threads change them",
    .run = run,
};
