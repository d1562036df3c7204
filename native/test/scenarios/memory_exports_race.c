/*
 * Memory crosses in both directions while it is grown, dropped and let go at once: threads export a bytearray,
 * read it as JavaScript does (detached, by address), and release it by hand, from a collector's thread, or with
 * their environment; others append to it, which raises BufferError or finds nobody exporting; memory of the
 * core's and of "JavaScript's" is held by Python while its environment ends. What is read was always there, and
 * at the end nothing is exported, and nothing of the core's is left.
 */
#include "stress.h"

#include <stdlib.h>
#include <string.h>

#define FRAME_OFFSET 0U
#define FRAME_CAPACITY 4096U
#define EXPORTS 8U
#define BYTES 4096U

/* Answers the export's number; 0 where Python refused. */
static uint64_t export_data(ng_stress_environment *environment, ng_handle object)
{
    ng_stress *stress = environment->stress;
    ng_frame *frame = (ng_frame *)(void *)((char *)environment->arena + FRAME_OFFSET);
    *frame = (ng_frame){
        .operation = (uint32_t)NG_OPERATION_EXPORT, .positional = 1, .capacity = FRAME_CAPACITY};
    frame->arguments[0] = (ng_slot){.tag = NG_TAG_OBJECT, .payload = {.number = (double)object}};
    ng_invoke(environment->core, FRAME_OFFSET);
    if (frame->status == (uint32_t)NG_STATUS_PYTHON_ERROR) {
        ng_handle error = (ng_handle)frame->result.payload.number;
        NG_STRESS_CHECK(stress, ng_object_release(environment->core, error) == NG_STATUS_OK);
        return 0;
    }
    NG_STRESS_CHECK(stress, frame->status == (uint32_t)NG_STATUS_OK);
    NG_STRESS_CHECK(stress, frame->result.tag == (uint32_t)NG_TAG_BYTES);
    double fields[NG_EXPORT_FIELDS];
    memcpy(fields, (char *)environment->arena + frame->result.payload.offset, sizeof fields);
    NG_STRESS_CHECK(stress, fields[NG_EXPORT_EXTENT] - fields[NG_EXPORT_BYTES] == 0.0);
    return (uint64_t)fields[NG_EXPORT_NUMBER];
}

/* As a typed array: every byte is 7, however long the object is now. */
static void read_all(ng_stress *stress, const void *start, size_t bytes)
{
    const unsigned char *items = start;
    NG_STRESS_CHECK(stress, bytes >= 1U);
    for (size_t i = 0; i < bytes; i += 64U) {
        NG_STRESS_CHECK(stress, items[i] == 7U);
    }
    NG_STRESS_CHECK(stress, items[bytes - 1U] == 7U);
}

static void use_export(ng_stress_thread *thread, ng_stress_environment *environment,
                       ng_handle object)
{
    ng_stress *stress = thread->stress;
    ng_export *held = NULL;
    void *start = NULL;
    size_t bytes = 0;
    uint64_t number = export_data(environment, object);
    if (number == 0U) {
        return;
    }
    NG_STRESS_CHECK(stress, ng_export_open(environment->core, number, &start, &bytes, &held) ==
                                NG_STATUS_OK);
    read_all(stress, start, bytes);
    if (ng_stress_below(thread, 4) == 0U) {
        char message[NG_MESSAGE_SIZE];
        void *copy = malloc(bytes);
        NG_STRESS_CHECK(stress, copy != NULL && ng_export_copy(environment->core, number, copy,
                                                               bytes, message) == NG_STATUS_OK);
        read_all(stress, copy, bytes);
        free(copy);
    }
    switch (ng_stress_below(thread, 4)) {
    case 0: /* by hand; then collected */
        NG_STRESS_CHECK(stress, ng_export_release(environment->core, number) == NG_STATUS_OK);
        NG_STRESS_CHECK(stress,
                        ng_export_release(environment->core, number) == NG_STATUS_STALE_HANDLE);
        ng_export_forget(held);
        break;
    case 1: /* collected, and by hand before that is served */
        ng_export_forget(held);
        (void)ng_export_release(environment->core, number);
        break;
    default: /* collected, and served some time, or ended with the environment */
        ng_export_forget(held);
        break;
    }
}

/* Memory for Python, which goes on using it: a block of the core's, or bytes that are copied. */
static void give_memory(ng_stress_thread *thread, ng_stress_environment *environment)
{
    ng_stress *stress = thread->stress;
    char message[NG_MESSAGE_SIZE];
    void *start = NULL;
    bool own = ng_stress_below(thread, 2) == 0U;
    ng_block_shared *block = own ? ng_block_allocate(BYTES, &start) : NULL;
    void *bytes = own ? NULL : malloc(BYTES);
    start = own ? start : bytes;
    NG_STRESS_CHECK(stress, start != NULL);
    memset(start, 7, BYTES);
    ng_memory_definition definition = {
        .start = start,
        .bytes = BYTES,
        .kind = (uint32_t)ng_stress_below(thread, NG_MEMORY_KINDS),
        .mode = own ? NG_MEMORY_SHARED : NG_MEMORY_COPIED,
    };
    ng_handle handle = 0;
    NG_STRESS_CHECK(stress, ng_memory_create(environment->core, &definition, &handle, message) ==
                                NG_STATUS_OK);
    free(bytes);
    ng_handle give = ng_stress_object(environment, "give");
    ng_frame *frame = (ng_frame *)(void *)((char *)environment->arena + FRAME_OFFSET);
    *frame = (ng_frame){
        .operation = (uint32_t)NG_OPERATION_CALL, .positional = 2, .capacity = FRAME_CAPACITY};
    frame->arguments[0] = (ng_slot){.tag = NG_TAG_OBJECT, .payload = {.number = (double)give}};
    frame->arguments[1] = (ng_slot){.tag = NG_TAG_OBJECT, .payload = {.number = (double)handle}};
    ng_invoke(environment->core, FRAME_OFFSET);
    NG_STRESS_CHECK(stress, frame->status == (uint32_t)NG_STATUS_OK);
    NG_STRESS_CHECK(stress, ng_object_release(environment->core, give) == NG_STATUS_OK);
    NG_STRESS_CHECK(stress, ng_object_release(environment->core, handle) == NG_STATUS_OK);
    if (block != NULL) {
        ng_block_release(block); /* JavaScript has dropped it: Python has it still */
    }
}

static void use(ng_stress_thread *thread)
{
    while (ng_stress_goes_on(thread)) {
        ng_stress_environment *environment = ng_stress_open(thread);
        ng_handle object = ng_stress_object(environment, "data");
        for (uint32_t i = 0; i < EXPORTS; i++) {
            ng_stress_phase(thread, "exporting");
            use_export(thread, environment, object);
            ng_stress_phase(thread, "giving memory");
            give_memory(thread, environment);
            ng_stress_phase(thread, "serving");
            if (ng_stress_below(thread, 2) == 0U) {
                (void)ng_environment_serve(environment->core);
            }
        }
        ng_stress_close(environment);
    }
}

static void begin(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "import threading\n"
                               "data = bytearray(b'\\7' * 4096)\n"
                               "given = []\n"
                               "running = True\n"
                               "failure = None\n"
                               "grown = refused = 0\n"
                               "def give(memory):\n"
                               "    given.append(memory)\n"
                               "def grow():\n"
                               "    global failure, grown, refused\n"
                               "    try:\n"
                               "        while running:\n"
                               "            try:\n"
                               "                data.extend(b'\\7' * 1000)\n"
                               "                grown += 1\n"
                               "                if len(data) > 100000: del data[4096:]\n"
                               "            except BufferError:\n"
                               "                refused += 1\n"
                               "            while len(given) > 20:\n"
                               "                memory = given.pop()\n"
                               "                view = memoryview(memory).cast('B')\n"
                               "                assert view[0] == view[-1] == 7, view[0]\n"
                               "                capsule = memory.__dlpack__(max_version=(1, 0))\n"
                               "                del memory\n"
                               "                assert bytes(view) == b'\\7' * 4096\n"
                               "                view = capsule = None\n"
                               "    except BaseException as error:\n"
                               "        failure = error\n"
                               "growers = [threading.Thread(target=grow) for _ in range(2)]\n"
                               "for each in growers: each.start()\n");
    ng_stress_close(environment);
}

static void end(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "running = False\n"
                               "for each in growers: each.join()\n"
                               "if failure is not None: raise failure\n"
                               "assert grown > 0\n"
                               "given.clear()\n"
                               "data.append(7)\n"
                               "import gc; gc.collect()\n");
    (void)ng_environment_serve(environment->core);
    ng_stress_close(environment);
    ng_buffer_statistics left = {0};
    ng_buffers_read(&left);
    NG_STRESS_CHECK(thread->stress, left.exports == 0U);
    NG_STRESS_CHECK(thread->stress, left.allocated == 0U);
    NG_STRESS_CHECK(thread->stress, left.memories == 0U);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_join(ng_stress_spawn(stress, begin, NULL));
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, stress->threads, use, NULL);
    ng_stress_collector_stop(collector);
    ng_stress_join(ng_stress_spawn(stress, end, NULL));
}

const ng_scenario ng_scenario_memory_exports_race = {
    .name = "memory_exports_race",
    .guard = "core",
    .description =
        "memory crosses both ways while it is grown, dropped and let go: never one freed",
    .run = run,
};
