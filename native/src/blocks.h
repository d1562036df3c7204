/*
 * blocks.h: memory for text and bytes that do not fit into a frame.
 * Owner:    an environment. Thread: its own.
 * Lifetime: a block lives until it is freed or its environment ends, so that nothing is lost when an
 *           operation fails between staging an argument and using it.
 */
#ifndef NG_BLOCKS_H
#define NG_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

typedef struct ng_block {
    uint64_t number; /* 0: free */
    void *data;
    size_t bytes;
} ng_block;

typedef struct ng_blocks {
    ng_block *items;
    size_t capacity;
    uint64_t last_number;
    void *spare; /* of at least `spare_bytes`; NULL: none */
    size_t spare_bytes;
} ng_blocks;

/* A new block's number, never 0 and never used before; 0 without memory. Its bytes are not zeroed. */
uint64_t ng_blocks_create(ng_blocks *blocks, size_t bytes, void **data);
/* The same of memory that malloc gave, which becomes the block's; without memory it stays the caller's. */
uint64_t ng_blocks_adopt(ng_blocks *blocks, void *data, size_t bytes);
/* The bytes of a block, or NULL when there is no such block. */
void *ng_blocks_find(const ng_blocks *blocks, uint64_t number, size_t *bytes);
/* Freeing one that is gone is fine. */
void ng_blocks_free(ng_blocks *blocks, uint64_t number);
void ng_blocks_free_all(ng_blocks *blocks);

#endif
