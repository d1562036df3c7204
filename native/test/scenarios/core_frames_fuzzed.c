/*
 * Whatever is in a frame, the core answers it: random trees, sound and then damaged (tags, lengths, payloads, offsets,
 * handles, numbers of blocks), go through ng_invoke. A sound one must be taken; a damaged one must not make the core
 * read what is not its own, which AddressSanitizer sees, as blocks are exactly as large as what is in them.
 */
#include "stress.h"

#include <stdlib.h>
#include <string.h>

#define FRAME 16U
#define TREE_SIZE 4096U
#define OBJECTS 4U

typedef struct fuzzer {
    ng_stress_thread *thread;
    ng_stress_environment *environment;
    ng_handle objects[OBJECTS];
    char tree[TREE_SIZE];
    size_t size;
    uint32_t containers;
    bool sound; /* nothing in it that Python itself may refuse */
} fuzzer;

static uint32_t below(fuzzer *fuzz, uint32_t bound)
{
    return ng_stress_below(fuzz->thread, bound);
}

static void put(fuzzer *fuzz, const void *data, size_t size)
{
    size_t padded = (size + 7U) & ~(size_t)7U;
    memset(fuzz->tree + fuzz->size, 0, padded);
    memcpy(fuzz->tree + fuzz->size, data, size);
    fuzz->size += padded;
}

static void put_head(fuzzer *fuzz, uint32_t tag, uint32_t length)
{
    uint32_t words[2] = {tag, length};
    put(fuzz, words, sizeof words);
}

static void put_number(fuzzer *fuzz, uint32_t tag, double number)
{
    put_head(fuzz, tag, 0);
    put(fuzz, &number, sizeof number);
}

static void put_scalar(fuzzer *fuzz)
{
    static const uint16_t units[] = {'a', 0, 0xFFU, 0x6F22U, 0xD83DU, 0xDE00U};
    switch (below(fuzz, 11)) {
    case 0:
        put_head(fuzz, NG_TAG_NONE, 0);
        break;
    case 1:
        put_head(fuzz, NG_TAG_TRUE, 0);
        break;
    case 2:
        put_head(fuzz, NG_TREE_INT32, ng_stress_random(fuzz->thread));
        break;
    case 3:
        put_number(fuzz, NG_TAG_FLOAT, (double)ng_stress_random(fuzz->thread) / 7.0);
        break;
    case 4:
        put_number(fuzz, NG_TAG_INT, (double)ng_stress_random(fuzz->thread) * 1048576.0);
        break;
    case 5: {
        int64_t integer = (int64_t)ng_stress_random(fuzz->thread) << 31;
        put_head(fuzz, NG_TAG_BIGINT64, 0);
        put(fuzz, &integer, sizeof integer);
        break;
    }
    case 6:
        put_head(fuzz, NG_TAG_BIGINT_HEX, 21);
        put(fuzz, "-0x123456789abcdef012", 21);
        break;
    case 7: {
        uint32_t length = below(fuzz, 20);
        put_head(fuzz, NG_TAG_STRING_LATIN1, length);
        put(fuzz, "twenty letters of text", length);
        break;
    }
    case 8: {
        uint32_t length = below(fuzz, 7);
        put_head(fuzz, NG_TAG_STRING_UTF16, length);
        put(fuzz, units, (size_t)length * 2U);
        break;
    }
    case 9:
        put_head(fuzz, NG_TAG_BYTES, 3);
        put(fuzz, "\0\1\2", 3);
        break;
    default:
        put_number(fuzz, NG_TAG_OBJECT, (double)fuzz->objects[below(fuzz, OBJECTS)]);
        break;
    }
}

static void put_tree(fuzzer *fuzz, uint32_t depth)
{
    uint32_t kind = depth == 0 ? 0 : below(fuzz, 6);
    if (fuzz->size > TREE_SIZE - 1024U || kind < 2U) {
        put_scalar(fuzz);
        return;
    }
    if (kind == 2U && fuzz->containers > 0) {
        put_head(fuzz, NG_TREE_REFERENCE, below(fuzz, fuzz->containers));
        return;
    }
    static const uint32_t tags[] = {NG_TREE_LIST, NG_TREE_DICT, NG_TREE_SET};
    uint32_t tag = tags[kind % 3U];
    uint32_t count = below(fuzz, 5);
    put_head(fuzz, tag, count);
    fuzz->containers++;
    if (tag == NG_TREE_LIST && count > 2 && below(fuzz, 2) == 0) {
        int32_t run[2] = {1, -1};
        put_head(fuzz, NG_TREE_INT32S, 2);
        put(fuzz, run, sizeof run);
        count -= 2;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (tag != NG_TREE_LIST) {
            /* Keys may be equal, and a member that refers to a list cannot be hashed. */
            fuzz->sound = false;
            put_scalar(fuzz);
        }
        if (tag != NG_TREE_SET) {
            put_tree(fuzz, depth - 1U);
        }
    }
}

static void damage(fuzzer *fuzz, char *data, size_t size)
{
    for (uint32_t i = below(fuzz, 4); size >= 4U && i < 4U; i++) {
        uint32_t word = 0;
        switch (below(fuzz, 4)) {
        case 0:
            word = below(fuzz, 96); /* a tag, or a short length */
            break;
        case 1:
            word = ng_stress_random(fuzz->thread);
            break;
        case 2:
            word = UINT32_MAX - below(fuzz, 16);
            break;
        default:
            data[below(fuzz, (uint32_t)size)] ^= (char)(1U << below(fuzz, 8));
            continue;
        }
        memcpy(data + (size_t)below(fuzz, (uint32_t)size / 4U) * 4U, &word, sizeof word);
    }
}

static void free_answer(fuzzer *fuzz, const ng_slot *slot)
{
    ng_environment *core = fuzz->environment->core;
    if ((slot->tag & NG_TAG_IN_BLOCK) != 0U) {
        ng_block_free(core, (uint64_t)slot->payload.number);
    } else if (slot->tag == NG_TAG_OBJECT && (slot->length & NG_OBJECT_KNOWN) == 0U) {
        ng_handle handle = (ng_handle)slot->payload.number;
        size_t released = 0;
        (void)ng_handle_release(core, &handle, 1, NG_HANDLE_END_RELEASED, &released);
    }
}

/* One frame: an operation on a tree, whole or damaged. */
static void round_of(fuzzer *fuzz)
{
    ng_environment *core = fuzz->environment->core;
    bool damaged = below(fuzz, 4) != 0;
    fuzz->size = 0;
    fuzz->containers = 0;
    fuzz->sound = true;
    put_tree(fuzz, 1U + below(fuzz, 4));
    if (damaged) {
        damage(fuzz, fuzz->tree, fuzz->size);
        if (below(fuzz, 4) == 0) {
            fuzz->size = below(fuzz, (uint32_t)fuzz->size + 1U);
        }
    }
    ng_frame *frame = (ng_frame *)(void *)(core->arena + FRAME);
    memset(frame, 0, NG_FRAME_ARGUMENTS + 4U * NG_SLOT_SIZE);
    bool flattens = below(fuzz, 2) == 0;
    frame->operation = flattens ? NG_OPERATION_TO_TREE : NG_OPERATION_TO_PYTHON;
    frame->positional = flattens ? 3 : 1;
    frame->capacity = NG_ARENA_SIZE - FRAME;
    ng_slot *slot = frame->arguments;
    *slot = (ng_slot){.tag = NG_TAG_TREE, .length = (uint32_t)fuzz->size};
    frame->arguments[1] = (ng_slot){.tag = NG_TAG_INT};
    frame->arguments[1].payload.number = (double)below(fuzz, 6) - 1.0;
    frame->arguments[2] = (ng_slot){.tag = NG_TAG_NONE};
    uint64_t block = 0;
    if (below(fuzz, 2) == 0) {
        void *data = NULL;
        block = ng_block_create(core, fuzz->size, &data);
        NG_STRESS_CHECK(fuzz->thread->stress, block != 0U);
        memcpy(data, fuzz->tree, fuzz->size);
        slot->tag |= NG_TAG_IN_BLOCK;
        slot->payload.number = (double)block;
    } else {
        /* At the arena's very end: what is read beyond is nobody's. */
        slot->payload.offset = (NG_ARENA_SIZE - fuzz->size) & ~(size_t)7U;
        memcpy(core->arena + slot->payload.offset, fuzz->tree, fuzz->size);
    }
    bool header_damaged = damaged && below(fuzz, 3) == 0;
    if (header_damaged) {
        damage(fuzz, (char *)frame, NG_FRAME_ARGUMENTS + 3U * NG_SLOT_SIZE);
    }
    /* Operations that change the world, and not this frame, are other scenarios'. */
    uint32_t operation = frame->operation & 0xFFFFU;
    if (operation != NG_OPERATION_TO_TREE && operation != NG_OPERATION_TO_PYTHON &&
        operation != NG_OPERATION_REPR && operation != NG_OPERATION_GET_ITEM) {
        frame->operation = NG_OPERATION_TO_PYTHON;
    }
    ng_invoke(core, FRAME);
    if (!damaged && fuzz->sound) {
        NG_STRESS_CHECK(fuzz->thread->stress,
                        frame->status == NG_STATUS_OK || frame->status == NG_STATUS_SURROGATE_PAIR);
    }
    NG_STRESS_CHECK(fuzz->thread->stress,
                    frame->status <= NG_STATUS_BAD_ARGUMENT); /* some status there is */
    if (frame->status == NG_STATUS_OK || frame->status == NG_STATUS_PYTHON_ERROR) {
        ng_slot answer = frame->result;
        free_answer(fuzz, &answer);
    }
    ng_block_free(core, block); /* a frame that was refused leaves it */
}

static void release_objects_in_answers(fuzzer *fuzz)
{
    /* Trees that were answered held handles, which nobody read. */
    ng_handle handles[256];
    ng_handle_cache *cache = &fuzz->environment->core->handles;
    size_t count = ng_handle_cache_list(cache, handles, 256);
    for (size_t i = 0; i < count && i < 256; i++) {
        bool ours = false;
        for (uint32_t j = 0; j < OBJECTS; j++) {
            ours = ours || handles[i] == fuzz->objects[j];
        }
        size_t released = 0;
        if (!ours) {
            (void)ng_handle_release(fuzz->environment->core, &handles[i], 1, NG_HANDLE_END_RELEASED,
                                    &released);
        }
    }
}

static void feed(ng_stress_thread *thread)
{
    fuzzer *state = calloc(1, sizeof *state);
    NG_STRESS_CHECK(thread->stress, state != NULL);
    state->thread = thread;
    state->environment = ng_stress_open(thread);
    static const char *const sources[OBJECTS] = {"object()", "3.5j", "lambda: 0", "Exception()"};
    for (uint32_t i = 0; i < OBJECTS; i++) {
        state->objects[i] = ng_stress_object(state->environment, sources[i]);
    }
    while (ng_stress_goes_on(thread)) {
        for (int i = 0; i < 64; i++) {
            round_of(state);
        }
        release_objects_in_answers(state);
    }
    ng_stress_close(state->environment);
    free(state);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_threads(stress, 2, feed, NULL);
}

const ng_scenario ng_scenario_core_frames_fuzzed = {
    .name = "core_frames_fuzzed",
    .guard = "core",
    .description = "no frame, however damaged, makes the core read or write what is not its own",
    .run = run,
};
