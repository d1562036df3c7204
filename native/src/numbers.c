#include "numbers.h"

#include <stdlib.h>

#define INDEX_BITS 24U
#define INDEX_MASK ((1U << INDEX_BITS) - 1U)
#define GENERATION_MASK ((1U << 29U) - 1U)
#define FIRST_CAPACITY 16U

static bool grow(ng_numbers *numbers)
{
    uint32_t capacity = numbers->capacity == 0U ? FIRST_CAPACITY : numbers->capacity * 2U;
    if (capacity > INDEX_MASK) {
        return false;
    }
    ng_number_place *places = realloc(numbers->places, capacity * sizeof *places);
    if (places == NULL) {
        return false;
    }
    for (uint32_t i = capacity; i > numbers->capacity; i--) {
        places[i - 1U] = (ng_number_place){.generation = 1, .next_free = numbers->first_free};
        numbers->first_free = i;
    }
    numbers->places = places;
    numbers->capacity = capacity;
    return true;
}

uint64_t ng_numbers_add(ng_numbers *numbers, void *thing)
{
    if (numbers->first_free == 0U && !grow(numbers)) {
        return 0;
    }
    uint32_t index = numbers->first_free - 1U;
    ng_number_place *place = &numbers->places[index];
    numbers->first_free = place->next_free;
    place->thing = thing;
    return ((uint64_t)place->generation << INDEX_BITS) | index;
}

static ng_number_place *find(const ng_numbers *numbers, uint64_t number)
{
    uint32_t index = (uint32_t)(number & INDEX_MASK);
    if (index >= numbers->capacity) {
        return NULL;
    }
    ng_number_place *place = &numbers->places[index];
    return place->thing != NULL && place->generation == number >> INDEX_BITS ? place : NULL;
}

void *ng_numbers_find(const ng_numbers *numbers, uint64_t number)
{
    const ng_number_place *place = find(numbers, number);
    return place == NULL ? NULL : place->thing;
}

static void *clear(ng_numbers *numbers, ng_number_place *place)
{
    void *thing = place->thing;
    place->thing = NULL;
    place->generation = (place->generation + 1U) & GENERATION_MASK;
    if (place->generation == 0U) {
        place->generation = 1U; /* 0 is no number */
    }
    place->next_free = numbers->first_free;
    numbers->first_free = (uint32_t)(place - numbers->places) + 1U;
    return thing;
}

void *ng_numbers_remove(ng_numbers *numbers, uint64_t number)
{
    ng_number_place *place = find(numbers, number);
    return place == NULL ? NULL : clear(numbers, place);
}

void *ng_numbers_take_next(ng_numbers *numbers, uint32_t *index)
{
    while (*index < numbers->capacity) {
        ng_number_place *place = &numbers->places[(*index)++];
        if (place->thing != NULL) {
            return clear(numbers, place);
        }
    }
    return NULL;
}

void ng_numbers_end(ng_numbers *numbers)
{
    free(numbers->places);
    *numbers = (ng_numbers){0};
}
