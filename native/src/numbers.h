/*
 * numbers.h: numbers for things that C keeps and JavaScript names, in one environment.
 * Owner:    an environment; the things stay their owner's. Thread: its own.
 * Lifetime: a number is never used again before 2^29 others of its place were.
 */
#ifndef NG_NUMBERS_H
#define NG_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ng_number_place {
    void *thing; /* NULL: free */
    uint32_t generation;
    uint32_t next_free; /* of a free one: the next, plus 1; 0: none */
} ng_number_place;

typedef struct ng_numbers {
    ng_number_place *places;
    uint32_t capacity;
    uint32_t first_free; /* plus 1; 0: none */
} ng_numbers;

/* A number below 2^53 for `thing`, which is not NULL; 0 without memory. */
uint64_t ng_numbers_add(ng_numbers *numbers, void *thing);
/* NULL when the number is over. */
void *ng_numbers_find(const ng_numbers *numbers, uint64_t number);
/* Ends the number; what it named, or NULL. */
void *ng_numbers_remove(ng_numbers *numbers, uint64_t number);
/* Ends some number and answers what it named; NULL when there is none. *index: 0 for the first call. */
void *ng_numbers_take_next(ng_numbers *numbers, uint32_t *index);
/* Frees the table. */
void ng_numbers_end(ng_numbers *numbers);

#endif
