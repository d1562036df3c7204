#include "emit_lock_names.h"

#include "barrier.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024U

/* Room for _ and a number behind a name. */
#define SUFFIX 24

typedef struct name {
    struct name *next;
    uint64_t last; /* the last number given out behind this one */
    char text[];
} name;

/* Guarded by the creation lock. */
static name *buckets[BUCKETS];
/* Written under the creation lock; a figure for anybody. */
static _Atomic uint64_t given;

/* FNV-1a. */
static name **bucket_of(const char *text)
{
    uint32_t value = 2166136261U;
    for (; *text != '\0'; text++) {
        value = (value ^ (unsigned char)*text) * 16777619U;
    }
    return &buckets[value % BUCKETS];
}

static name *find(const char *text)
{
    name *each = *bucket_of(text);
    while (each != NULL && strcmp(each->text, text) != 0) {
        each = each->next;
    }
    return each;
}

static name *add(const char *text)
{
    size_t size = strlen(text) + 1;
    name *added = malloc(sizeof *added + size);
    if (added != NULL) {
        name **bucket = bucket_of(text);
        memcpy(added->text, text, size);
        added->last = 1;
        added->next = *bucket;
        NG_BARRIER_POINT(); /* two emitters here would both be the first */
        *bucket = added;
        atomic_fetch_add_explicit(&given, 1U, memory_order_relaxed);
    }
    return added;
}

const char *ng_unique_name(const char *wanted)
{
    name *first = find(wanted);
    NG_BARRIER_POINT();
    if (first == NULL) {
        name *added = add(wanted);
        return added == NULL ? NULL : added->text;
    }
    size_t size = strlen(wanted) + SUFFIX;
    char *numbered = malloc(size);
    name *added = NULL;
    if (numbered != NULL) {
        do {
            first->last++;
            (void)snprintf(numbered, size, "%s_%" PRIu64, wanted, first->last);
        } while (find(numbered) != NULL); /* somebody asked for that one by name */
        added = add(numbered);
        free(numbered);
    }
    return added == NULL ? NULL : added->text;
}

void ng_unique_name_return(const char *text)
{
    for (name **link = bucket_of(text); *link != NULL; link = &(*link)->next) {
        name *each = *link;
        if (each->text == text) {
            *link = each->next;
            free(each);
            atomic_fetch_sub_explicit(&given, 1U, memory_order_relaxed);
            return;
        }
    }
}

uint64_t ng_unique_names_count(void)
{
    return atomic_load_explicit(&given, memory_order_relaxed); /* nothing follows from it */
}
