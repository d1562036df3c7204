/*
 * waits.h: what threads wait for inside the core, for people who look.
 *
 * Owner:    the process has the list; a wait is its thread's, on its stack.
 * Thread:   begin and end: the thread that waits, detached or attached. Reading: any.
 * Lock:     `lock` guards the list. A leaf: nothing is called under it.
 * Lifetime: from ng_wait_begin to ng_wait_end. Those of an environment that a host ends on top of them are taken out
 *           before, as nobody may ever come back to them.
 */
#ifndef NG_WAITS_H
#define NG_WAITS_H

#include <stddef.h>
#include <stdint.h>

/* What is waited for. */
typedef enum ng_wait_kind {
    NG_WAIT_CALLBACK =
        1, /* a call of a JavaScript function; `of`: the environment that it belongs to */
    NG_WAIT_CREATION =
        2, /* the creation lock; `of`: the environment that has it, when the wait began */
    NG_WAIT_MUTEX = 3 /* the named mutex */
} ng_wait_kind;

/* Bytes of a mutex's name that are told. */
#define NG_WAIT_NAME_SIZE 64

/* A copy of a wait: a moment's view. */
typedef struct ng_wait_view {
    uint64_t thread;      /* Python's ident; 0 where it is the environment's */
    uint32_t environment; /* that waits; 0: a thread of Python's */
    uint32_t kind;        /* ng_wait_kind */
    uint32_t of;
    uint32_t name_size;
    char name[NG_WAIT_NAME_SIZE]; /* of a mutex: UTF-8, cut, `name_size` bytes */
} ng_wait_view;

typedef struct ng_wait {
    struct ng_wait *next;
    ng_wait_view view;
    int listed; /* `lock` */
} ng_wait;

/* Tells that the calling thread waits from now on. `wait->view` is filled; the rest is this module's. */
void ng_wait_begin(ng_wait *wait);
void ng_wait_end(ng_wait *wait);

/* Takes out all waits of an environment. Thread: the environment's, while it ends. */
void ng_waits_forget(uint32_t environment);

/* Writes the first `capacity` waits to `out`, the youngest first; returns how many there are. Not in a forked child. */
size_t ng_waits_read(ng_wait_view *out, size_t capacity);

#endif
