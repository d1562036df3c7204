/* memory_blocks.c: memory of the core's own that both languages may have for ever. See nogil.h. */
#include "memory.h"

#include "platform.h"

#include <stdatomic.h>
#include <stdlib.h>

/* The strictest that vector instructions ask for. */
#define ALIGNMENT 64U

struct ng_block_shared {
    uint32_t references;   /* lock */
    ng_block_shared *next; /* lock */
    ng_block_shared *previous;
    char *start;
    size_t bytes;
    void *raw;
};

/* A leaf: nothing is called under it. A count and a list together: whoever finds a block by its address must
   not find one that is just being freed. */
static ng_mutex lock = NG_MUTEX_INITIALIZER;
static ng_block_shared *blocks; /* lock */
static uint64_t allocated;      /* lock */

ng_block_shared *ng_block_allocate(size_t bytes, void **start)
{
    ng_block_shared *block = calloc(1, sizeof *block);
    /* calloc gives large blocks as fresh pages, which cost nothing until they are touched. */
    void *raw = bytes > SIZE_MAX - ALIGNMENT ? NULL : calloc(1, bytes + ALIGNMENT);
    if (block == NULL || raw == NULL || ng_process_is_forked_child()) {
        free(block);
        free(raw);
        return NULL;
    }
    block->references = 1;
    block->raw = raw;
    block->start = (char *)raw + (ALIGNMENT - (uintptr_t)raw % ALIGNMENT) % ALIGNMENT;
    block->bytes = bytes;
    ng_mutex_lock(&lock);
    block->next = blocks;
    if (blocks != NULL) {
        blocks->previous = block;
    }
    blocks = block;
    allocated += bytes;
    ng_mutex_unlock(&lock);
    *start = block->start;
    return block;
}

void ng_block_release(ng_block_shared *block)
{
    if (ng_process_is_forked_child()) {
        return; /* the lock may be a thread's that is not here */
    }
    ng_mutex_lock(&lock);
    bool last = --block->references == 0U;
    if (last) {
        if (block->previous != NULL) {
            block->previous->next = block->next;
        } else {
            blocks = block->next;
        }
        if (block->next != NULL) {
            block->next->previous = block->previous;
        }
        allocated -= block->bytes;
    }
    ng_mutex_unlock(&lock);
    if (last) {
        free(block->raw);
        free(block);
    }
}

ng_block_shared *ng_block_find(const void *start, size_t bytes)
{
    uintptr_t from = (uintptr_t)start;
    if (ng_process_is_forked_child()) {
        return NULL;
    }
    ng_mutex_lock(&lock);
    ng_block_shared *block = blocks;
    while (block != NULL &&
           !(from >= (uintptr_t)block->start && from - (uintptr_t)block->start <= block->bytes &&
             bytes <= block->bytes - (from - (uintptr_t)block->start))) {
        block = block->next;
    }
    if (block != NULL) {
        block->references++;
    }
    ng_mutex_unlock(&lock);
    return block;
}

uint64_t ng_blocks_allocated(void)
{
    if (ng_process_is_forked_child()) {
        return 0;
    }
    ng_mutex_lock(&lock);
    uint64_t bytes = allocated;
    ng_mutex_unlock(&lock);
    return bytes;
}
