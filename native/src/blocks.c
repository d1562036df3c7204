#include "blocks.h"

#include <stdlib.h>

/* The last block of such a size that was freed is kept for the next. An allocator gives as much back to the system at
   once, and takes it anew page by page, which costs more than all that is done with it. */
#define LEAST_SPARE ((size_t)64 * 1024)
#define LARGEST_SPARE ((size_t)1024 * 1024)
/* How much of the spare one may waste. */
#define SPARE_FACTOR 4U

static ng_block *find(const ng_blocks *blocks, uint64_t number)
{
    for (size_t i = 0; i < blocks->capacity; i++) {
        if (blocks->items[i].number == number) {
            return &blocks->items[i];
        }
    }
    return NULL;
}

uint64_t ng_blocks_adopt(ng_blocks *blocks, void *data, size_t bytes)
{
    ng_block *place = find(blocks, 0);
    if (place == NULL) {
        size_t capacity = blocks->capacity == 0 ? 8 : blocks->capacity * 2;
        ng_block *items = realloc(blocks->items, capacity * sizeof *items);
        if (items == NULL) {
            return 0;
        }
        for (size_t i = blocks->capacity; i < capacity; i++) {
            items[i] = (ng_block){0};
        }
        place = &items[blocks->capacity];
        blocks->items = items;
        blocks->capacity = capacity;
    }
    *place = (ng_block){.number = ++blocks->last_number, .data = data, .bytes = bytes};
    return place->number;
}

/* Memory for a block, from malloc; NULL: there is none. */
static void *allocate(ng_blocks *blocks, size_t bytes)
{
    if (bytes <= blocks->spare_bytes && bytes >= blocks->spare_bytes / SPARE_FACTOR &&
        blocks->spare != NULL) {
        void *memory = blocks->spare;
        blocks->spare = NULL;
        blocks->spare_bytes = 0;
        return memory;
    }
    return malloc(bytes == 0 ? 1 : bytes);
}

uint64_t ng_blocks_create(ng_blocks *blocks, size_t bytes, void **data)
{
    void *memory = allocate(blocks, bytes);
    uint64_t number = memory == NULL ? 0 : ng_blocks_adopt(blocks, memory, bytes);
    if (number == 0) {
        free(memory);
        return 0;
    }
    *data = memory;
    return number;
}

void *ng_blocks_find(const ng_blocks *blocks, uint64_t number, size_t *bytes)
{
    const ng_block *block = number == 0 ? NULL : find(blocks, number);
    if (block == NULL) {
        return NULL;
    }
    *bytes = block->bytes;
    return block->data;
}

void ng_blocks_free(ng_blocks *blocks, uint64_t number)
{
    ng_block *block = number == 0 ? NULL : find(blocks, number);
    if (block != NULL) {
        if (block->bytes >= LEAST_SPARE && block->bytes <= LARGEST_SPARE) {
            free(blocks->spare);
            blocks->spare = block->data;
            blocks->spare_bytes = block->bytes;
        } else {
            free(block->data);
        }
        *block = (ng_block){0};
    }
}

void ng_blocks_free_all(ng_blocks *blocks)
{
    for (size_t i = 0; i < blocks->capacity; i++) {
        free(blocks->items[i].data);
    }
    free(blocks->items);
    free(blocks->spare);
    *blocks = (ng_blocks){0};
}
